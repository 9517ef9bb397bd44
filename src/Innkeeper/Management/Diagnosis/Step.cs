namespace Innkeeper.Management.Diagnosis;

/// <summary>The result of one step.</summary>
internal enum StepVerdict
{
    /// <summary>A packet gets past it.</summary>
    Ok,

    /// <summary>It costs some packets, or tells something that helps.</summary>
    Warning,

    /// <summary>Packets end here.</summary>
    Fault,

    /// <summary>It does not apply, or nothing is known of it.</summary>
    Open,
}

/// <summary>Why a device is not online, and what to do: one sentence each.</summary>
/// <param name="Id">Stable, for scripts.</param>
/// <param name="IsWeak">Any other fault is the cause rather than this one.</param>
internal sealed record Cause(string Id, string Text, string Remedy, bool IsWeak = false)
{
    /// <summary>The remedy, and how a setting that it names takes effect.</summary>
    public string WholeRemedy => Remedy.Contains('[') && !Remedy.Contains("config reload", StringComparison.Ordinal) && !Remedy.Contains("teardown", StringComparison.Ordinal)
        ? $"{Remedy} A changed setting takes effect with `innkeeper config reload`."
        : Remedy;
}

/// <summary>One step of a packet's way.</summary>
/// <param name="Id">Stable, for scripts.</param>
/// <param name="Text">The evidence, in words.</param>
/// <param name="Time">When that was seen, by the wall clock; null: now.</param>
/// <param name="Cause">Of a fault or a warning; null: none by itself.</param>
internal sealed record Step(string Id, StepVerdict Verdict, string Text, DateTimeOffset? Time = null, Cause? Cause = null)
{
    public static Step Ok(string id, string text, DateTimeOffset? time = null) => new(id, StepVerdict.Ok, text, time);

    public static Step Open(string id, string text, DateTimeOffset? time = null) => new(id, StepVerdict.Open, text, time);

    public static Step Warning(string id, string text, Cause? cause = null, DateTimeOffset? time = null) => new(id, StepVerdict.Warning, text, time, cause);

    public static Step Fault(string id, string text, Cause cause, DateTimeOffset? time = null) => new(id, StepVerdict.Fault, text, time, cause);
}

/// <summary>The steps' ids, in the order in which a packet meets them.</summary>
internal static class StepId
{
    public const string Access = "access";
    public const string Frames = "frames";
    public const string OwnAddress = "own-address";
    public const string ItsGateway = "its-gateway";
    public const string Admission = "admission";
    public const string OutsideAddress = "outside-address";
    public const string Ports = "ports";
    public const string Profile = "profile";
    public const string Uplink = "uplink";
    public const string Dns = "dns";
    public const string Firewall = "firewall";
    public const string Inbound = "inbound";
    public const string Drops = "drops";
}
