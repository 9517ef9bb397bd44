using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>Runs all examinations side by side, each with a limit of time. Their findings come in a fixed order.</summary>
internal sealed class Checkup(IReadOnlyList<IExamination> examinations, TimeSpan limit)
{
    /// <summary>How long an examination may take.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(8);

    /// <summary>Every examination.</summary>
    public static Checkup Whole() => new(
        [
            new SystemExamination(), new FileExamination(), new GatewayExamination(), new InterfaceExamination(), new OneLanExamination(), new RouterExamination(), new NameServerExamination(),
            new PoolExamination(), new DhcpRivalExamination(), new ProxyArpExamination(), new FirewallExamination(), new RoutingExamination(), new OtherSoftwareExamination(),
            new MailExamination(), new WebhookExamination(), new ClockExamination(), new DiskExamination(), new MemoryExamination(),
        ],
        UsualLimit);

    /// <summary>Runs them.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(Examined examined)
    {
        var all = await Task.WhenAll(examinations.Select(e => OneAsync(e, examined))).ConfigureAwait(false);
        return [.. all.SelectMany(f => f)];
    }

    /// <summary>A server or a kernel may answer anything, late or never: none of it ends the others.</summary>
    private async Task<IReadOnlyList<Finding>> OneAsync(IExamination examination, Examined examined)
    {
        using var stop = new CancellationTokenSource(limit);
        try
        {
            // A thread of its own: some listen on the wire for seconds, and the pool has few threads on a small machine.
            return await Task.Factory.StartNew(() => examination.RunAsync(examined, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap().WaitAsync(limit + TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return [Finding.Warning(examination.Name, $"not examined: it took longer than {limit.TotalSeconds:0} s", "try again when the machine or its network is less busy")];
        }
        catch (Exception e)
        {
            return [Finding.Warning(examination.Name, $"not examined: {SafeText.Cut(e.Message, SafeText.MaxSentence)}", "run this as root; if that does not help, report it")];
        }
    }
}
