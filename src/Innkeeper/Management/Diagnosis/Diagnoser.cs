using Innkeeper.Management.Contracts;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The steps of a packet's way and the cause, if it ends here.</summary>
/// <param name="Cause">Of the first fault, or of the first warning; null: neither.</param>
internal sealed record Diagnosed(string Verdict, Cause? Cause, IReadOnlyList<Step> Steps);

/// <summary>
/// Follows a packet of a device through the gateway, step by step, and finds the first step that stops it. No I/O, clock or log: facts in, sentences out.
/// </summary>
internal static class Diagnoser
{
    /// <summary>The id of the cause of a device that should be online.</summary>
    public const string NoCause = "none";

    public static Diagnosed Of(DiagnosisFacts facts)
    {
        Step[] steps =
        [
            DeviceSteps.Access(facts), DeviceSteps.Frames(facts), AddressSteps.Own(facts), AddressSteps.ItsGateway(facts), DeviceSteps.Admission(facts),
            AddressSteps.Outside(facts), AddressSteps.Ports(facts), WaySteps.Profile(facts), WaySteps.Uplink(facts), ServiceSteps.Dns(facts), ServiceSteps.Firewall(facts),
            WaySteps.Inbound(facts), ServiceSteps.Drops(facts),
        ];
        var faults = steps.Where(s => s.Verdict == StepVerdict.Fault).ToList();
        var fault = faults.Find(s => !s.Cause!.IsWeak) ?? faults.FirstOrDefault();
        if (fault is not null)
        {
            return new Diagnosed(DiagnosisReport.Fault, fault.Cause, steps);
        }

        var noticed = steps.FirstOrDefault(s => s is { Verdict: StepVerdict.Warning, Cause: not null });
        return new Diagnosed(noticed is null ? DiagnosisReport.Ok : DiagnosisReport.Warning, noticed?.Cause, steps);
    }

    /// <summary>The cause in words, also where there is none.</summary>
    public static CauseReport ReportOf(Diagnosed diagnosed, DiagnosisFacts facts) => diagnosed switch
    {
        { Verdict: DiagnosisReport.Ok } => new CauseReport(
            NoCause, $"Nothing here keeps it from {facts.To.Shown}: it should be online.",
            "Look at the device itself: its Wi-Fi signal, its own firewall, proxy or VPN; or at the remote host."),
        { Verdict: DiagnosisReport.Warning, Cause: var noticed } => new CauseReport(noticed!.Id, $"It should be online, but: {noticed.Text}", noticed.WholeRemedy),
        { Cause: var cause } => new CauseReport(cause!.Id, cause.Text, cause.WholeRemedy),
    };
}
