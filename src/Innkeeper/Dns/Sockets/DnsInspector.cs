using Innkeeper.Wire;

namespace Innkeeper.Dns.Sockets;

/// <inheritdoc/>
internal sealed class DnsInspector(DnsService dns) : IDnsInspector
{
    /// <summary>Of the gateway's own questions: no binding has it, so that they count as those of a device that waits for approval.</summary>
    private static readonly Ipv4Address s_client = Ipv4Address.Any;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IReadOnlyList<DnsServerHealth> Servers => [.. dns.Resolver.Upstreams.Select(u => new DnsServerHealth(u.Address.ToString(), u.IsFailing))];

    /// <inheritdoc/>
    public Task<DnsUse> UseOfAsync(Ipv4Address device, TimeSpan since) => dns.RunAsync(now => dns.UseOf(device, now - since, now)).WaitAsync(s_patience);

    /// <inheritdoc/>
    public async Task<ResolvedHost> ResolveAsync(string name)
    {
        if (HostQuestion.QueryOf(name) is not { } query)
        {
            return new ResolvedHost(null, "that is no DNS name");
        }

        var question = new HostQuestion();
        try
        {
            await dns.RunAsync(now =>
            {
                dns.Resolver.Ask(new DnsClient(question, s_client, 0, s_client), query, now);
                return true;
            }).WaitAsync(s_patience).ConfigureAwait(false);
            return await question.Answered.WaitAsync(Resolver.Patience + s_patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new ResolvedHost(null, "the DNS service did not answer in time");
        }
    }
}
