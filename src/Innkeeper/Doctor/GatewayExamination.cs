using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Doctor;

/// <summary>The running gateway, by its own report.</summary>
internal sealed class GatewayExamination : IExamination
{
    public string Name => "gateway";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop) => Task.FromResult<IReadOnlyList<Finding>>([.. Judge(examined.Running, examined.NoAnswer)]);

    internal static IEnumerable<Finding> Judge(StatusReport? running, string? noAnswer)
    {
        if (running is null)
        {
            return [Finding.Warning("gateway", noAnswer ?? "no gateway runs", "if it should run: `systemctl start innkeeper`, and its log is in `journalctl -u innkeeper`")];
        }

        const string More = "`innkeeper status` has the figures, `innkeeper events` the time it began";
        if (running.Faults is { Count: > 0 } faults)
        {
            return faults.Select(f => f.Severity == Problem.Broken ? Finding.Failure("gateway", f.Text, More) : Finding.Warning("gateway", f.Text, More));
        }

        return running.Problems is { Count: > 0 } problems
            ? problems.Select(p => Finding.Failure("gateway", p, More))
            : [Finding.Ok("gateway", $"version {running.Version} runs since {running.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z and reports no problem")];
    }
}
