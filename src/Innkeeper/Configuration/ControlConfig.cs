namespace Innkeeper.Configuration;

/// <summary>[control]: where the command line reaches the running gateway.</summary>
internal sealed record ControlConfig
{
    /// <summary>The path of a Unix socket.</summary>
    public string Socket { get; init; } = "/run/innkeeper/control.sock";

    /// <summary>The group whose members may use it; "": the one that the gateway runs as, unless that is root's.</summary>
    public string Group { get; init; } = "";
}
