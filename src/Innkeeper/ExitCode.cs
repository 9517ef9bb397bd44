namespace Innkeeper;

/// <summary>The exit codes of every command; docs/cli.md explains them to users.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It failed, or the configuration is wrong.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Of `status` alone: devices are served, but something else is wrong.</summary>
    public const int Degraded = 2;

    /// <summary>No gateway answers at the control socket.</summary>
    public const int Unreachable = 3;

    /// <summary>The request conflicts with something else, such as another device's address.</summary>
    public const int Refused = 4;

    /// <summary>There is no such device, profile or address.</summary>
    public const int NotFound = 5;
}
