using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>The forwards: how they are now, and changes of their entries in the configuration file, which is the one place that has them.</summary>
/// <param name="configuration">The settings in force.</param>
internal sealed class ForwardOperations(ConfigurationResult configuration, IForwardStatus status, IConfigurationOperations file) : IForwardOperations
{
    private const int Schema = 1;

    /// <summary>The problems of forwards that are refused, for <c>status</c>.</summary>
    public static IEnumerable<Problem> ProblemsOf(IForwardStatus status) => status.Forwards.Where(f => f.State == ForwardState.Refused)
        .Select(f => new Problem(ProblemKind.ForwardRefused, $"the forward {f.Forward.Id} to {f.Forward.To} does not work: {f.Reason}"));

    public Result<ForwardsReport> List(Actor actor)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        var now = status.Forwards;
        return new ForwardsReport(Schema, [.. configuration.Config!.Forwards.Select((forward, i) => ReportOf(forward, i < now.Count ? now[i] : null, configuration.SourceMap.Of(RepeatedTable.Forwards.TableOf($"{i + 1}")).Line))]);
    }

    public Result<ReloadReport> Put(Actor actor, ForwardEntry entry, WriteOptions options) => actor.Lacks(Permission.Admin) is { } refusal ? refusal
        : Read(entry, out var forward) is { } wrong ? wrong
        : Change(actor, $"forward {forward.Id} to {forward.To}", options, (string text, out string? reason) => ForwardText.Put(text, configuration.File, forward, out reason));

    public Result<ReloadReport> Remove(Actor actor, string id, WriteOptions options) =>
        (actor.Lacks(Permission.Admin) ?? (Failure?)(configuration.Config!.Forwards.Any(f => f.Id == id) ? null : new NotFound("forward", id, Suggest.Nearest(id, configuration.Config.Forwards.Select(f => f.Id))))) is { } refusal
            ? refusal
            : Change(actor, $"without forward {id}", options, (string text, out string? reason) => ForwardText.Remove(text, configuration.File, id, out reason));

    private Result<ReloadReport> Change(Actor actor, string comment, WriteOptions options, FileChange.Edit edit) => FileChange.Apply(actor, file, comment, options, edit, Named);

    /// <summary>The text had no error before: one at a forward is of the forward that was written.</summary>
    private string Named(string text, CheckError error) => error.Key?.Split('.') is [var table, .. var key] && RepeatedTable.Of(table)?.Kind == RepeatedTable.Forwards
        ? key is [var setting] ? $"{setting}: {error.Message}" : $"it {error.Message}"
        : $"{configuration.File}: {error.Key}: {error.Message}";

    private static ForwardReport ReportOf(ForwardConfig forward, ForwardStatus? now, int line) => new(
        forward.Id, ForwardConfig.NameOf(forward.Protocol), ForwardConfig.TextOf(forward.Ports!.Value), (now?.Address ?? forward.Address)?.ToString(), forward.To, forward.PortFor(forward.Ports.Value.First),
        forward.Description, line, now?.State switch { ForwardState.Open => "open", ForwardState.Refused => "refused", _ => "waits" }, now is null ? "the gateway has just started" : now.Reason,
        now?.Device?.ToString(), now?.Own?.ToString());

    private static Invalid? Read(ForwardEntry entry, out ForwardConfig forward)
    {
        forward = new ForwardConfig { To = entry.To ?? "", ToPort = entry.ToPort, Description = entry.Description is "" ? null : entry.Description };
        if (entry.Protocol is not ("tcp" or "udp"))
        {
            return new Invalid("protocol", entry.Protocol, "\"tcp\" or \"udp\"");
        }

        if (entry.Port is not { } text || !ForwardDefinitions.TryPorts(text, out var ports))
        {
            return new Invalid("port", entry.Port, "a port such as 8080, or a range such as 8000-8010");
        }

        if (forward.To.Length == 0 || !SafeText.IsOneLine(forward.To))
        {
            return new Invalid("to", forward.To.Length == 0 ? null : entry.To, "a machine's name, a device's given name, or a MAC");
        }

        Ipv4Address shared = default;
        if (entry.Address is { Length: > 0 } address && !Ipv4Address.TryParse(address, out shared))
        {
            return new Invalid("address", address, "a shared address, or none");
        }

        forward = forward with
        {
            Protocol = entry.Protocol == "tcp" ? ForwardProtocol.Tcp : ForwardProtocol.Udp,
            Ports = ports,
            Address = entry.Address is { Length: > 0 } ? shared : null,
        };
        return null;
    }
}
