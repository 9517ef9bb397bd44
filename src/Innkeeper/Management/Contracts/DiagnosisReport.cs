namespace Innkeeper.Management.Contracts;

/// <summary>One step of a packet's way, with its evidence.</summary>
/// <param name="Id">"access", "frames", "own-address", "its-gateway", "admission", "outside-address", "ports", "profile", "uplink", "dns", "firewall", "inbound" or "drops".</param>
/// <param name="Verdict">"ok", "warning", "fault", or "open": it does not apply, or nothing is known of it.</param>
/// <param name="Time">When that was seen; null: it is so now.</param>
internal sealed record StepReport(string Id, string Verdict, string Text, DateTimeOffset? Time = null);

/// <summary>The cause, and what to do.</summary>
/// <param name="Id">"none" where nothing here keeps the device from its destination.</param>
internal sealed record CauseReport(string Id, string Text, string Remedy);

/// <summary>The diagnosis of one device.</summary>
/// <param name="Mac">Null: no device or station is meant, but an address or a VLAN of which nothing was heard.</param>
/// <param name="Name">The name that you gave it, or its own host name in quotes; null: none.</param>
/// <param name="Verdict">"ok": it should be online. "warning": so it should, but something was noticed. "fault": a cause was found. "unheard": nothing was ever heard of it.</param>
internal sealed record DeviceDiagnosis(string? Mac, int Vlan, string? Name, string Verdict, CauseReport Cause, IReadOnlyList<StepReport> Steps);

/// <summary>Why a device is not online, or why those of a VLAN are not.</summary>
/// <param name="Device">The device as it was asked for.</param>
/// <param name="To">The destination of the packets that the steps follow.</param>
/// <param name="Time">When the facts were gathered.</param>
/// <param name="More">How many more devices match and are left out.</param>
internal sealed record DiagnosisReport(int Schema, string Device, string To, DateTimeOffset Time, IReadOnlyList<DeviceDiagnosis> Devices, int More = 0)
{
    public const string Ok = "ok";
    public const string Warning = "warning";
    public const string Fault = "fault";
    public const string Unheard = "unheard";
}
