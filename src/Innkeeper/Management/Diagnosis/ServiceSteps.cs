using Innkeeper.Links;
using Innkeeper.Policy;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The steps about DNS, the host's firewall, and all drops together.</summary>
internal static class ServiceSteps
{
    /// <summary>A question that waits for longer gets no answer.</summary>
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(6);

    private const string OtherServers = "Set [dns] upstream to servers that answer, and check this host's own way to them.";

    public static Step Dns(DiagnosisFacts facts)
    {
        const string Id = StepId.Dns;
        if (!facts.Config.Dns.Enabled)
        {
            return facts.To.Problem is null ? Step.Open(Id, "the gateway serves no DNS; questions go to the servers that the device names") : Unresolved(facts);
        }

        if (facts.IsBlocked())
        {
            return Step.Open(Id, "a blocked device gets no answers");
        }

        if (facts.Closed.Any(c => c.Path == StackPath.Input))
        {
            return Step.Open(Id, "its questions do not reach the DNS service, see the firewall");
        }

        if (facts.IsDnsStuck)
        {
            const string Text = "The gateway's DNS service does not answer.";
            return Step.Fault(Id, Text, new Cause("dns-stuck", Text, "Restart the gateway; devices stay online meanwhile."));
        }

        if (facts.DnsServers.All(s => s.IsFailing))
        {
            var text = facts.DnsServers.IsEmpty ? "The gateway has no DNS server to ask." : $"No DNS server answers ({string.Join(", ", facts.DnsServers.Select(s => s.Server))}).";
            return Step.Fault(Id, text, new Cause("dns-servers", text, OtherServers));
        }

        if (facts.To.Problem is not null)
        {
            return Unresolved(facts);
        }

        return OfUse(facts);
    }

    public static Step Firewall(DiagnosisFacts facts)
    {
        const string Id = StepId.Firewall;
        if (facts.Closed.FirstOrDefault(c => c.Path == StackPath.Input) is { } input)
        {
            var text = $"A firewall on this host drops devices' DNS questions and portal requests (they come in by {input.Interface}).";
            return Step.Fault(Id, text, new Cause("firewall", text, RemedyOf(input)));
        }

        if (facts.Closed.FirstOrDefault() is { } forward)
        {
            var text = $"A firewall on this host drops devices' large and unusual packets (they come in by {forward.Interface}).";
            return Step.Warning(Id, text, new Cause("firewall-forward", text, RemedyOf(forward)));
        }

        return Step.Ok(Id, "no firewall on this host drops devices' packets");

        static string RemedyOf(Interfaces.ClosedPath closed) => closed.Commands.IsEmpty ? "Let the packets of that interface pass (docs/firewall.md)." : $"Run: {string.Join("; ", closed.Commands)}";
    }

    public static Step Drops(DiagnosisFacts facts)
    {
        const string Id = StepId.Drops;
        if (facts.Drops.IsEmpty)
        {
            return Step.Ok(Id, "none of its packets was dropped in the last 10 minutes");
        }

        var list = string.Join(", ", facts.Drops.OrderByDescending(d => d.Count).Select(d => $"{DropMeaning.IdOf(d.Reason)} {d.Count}"));
        var text = $"in the last 10 minutes: {list}";
        var last = facts.Ago(facts.Drops.Min(d => d.LastAge));
        return facts.DroppedAt(Id) is { } limit ? limit with { Text = $"{text}. {limit.Text}" } : Step.Ok(Id, text, last);
    }

    private static Step Unresolved(DiagnosisFacts facts)
    {
        var text = $"The name {facts.To.Shown} has no address: {facts.To.Problem}.";
        return Step.Fault(StepId.Dns, text, new Cause("name", text, "Check the name; if other names work, the fault is in that name's own zone."));
    }

    private static Step OfUse(DiagnosisFacts facts)
    {
        const string Id = StepId.Dns;
        if (facts.Dns is { Refused: > 0 } limited)
        {
            var text = $"It asks DNS more than it may: {limited.Refused} questions were refused within a minute.";
            var remedy = facts.Device.State == AdmissionState.Admitted ? "Raise [dns] misses_per_second, or check the device for malware." : "Approve it, or block it: before approval a device may ask little.";
            return Step.Warning(Id, text, new Cause("dns-limit", text, remedy));
        }

        var failing = facts.DnsServers.Count(s => s.IsFailing) is > 0 and var count ? $"; {count} of {facts.DnsServers.Length} servers fail" : "";
        if (facts.Dns?.Last is not { } last)
        {
            return Step.Open(Id, $"no question of it came lately{failing}");
        }

        var asked = $"it asked {last.Server} for {(last.Name.Length > 0 ? last.Name : "a name that cannot be read")}";
        var at = facts.Ago(last.AskedAgo);
        if (!last.IsAnswered)
        {
            return last.AskedAgo < s_answerTime ? Step.Ok(Id, $"{asked}, and waits for the answer{failing}", at) : Warn($"{asked}, and got no answer", "dns-unanswered");
        }

        return last.Code switch
        {
            DnsResponseCode.NoError => Step.Ok(Id, $"{asked}, and got an answer{failing}", at),
            DnsResponseCode.NameError => Step.Ok(Id, $"{asked}, and the answer was that there is no such name{failing}", at),
            DnsResponseCode.ServerFailure => Warn($"{asked}, and no server had a good answer", "dns-failure"),
            var code => Step.Ok(Id, $"{asked}, and the answer was {code}{failing}", at),
        };

        Step Warn(string text, string id) => Step.Warning(Id, text + failing, new Cause(id, $"Its last DNS question failed: {text}.", "Ask for another name; if none works, set other servers in [dns] upstream."), at);
    }
}
