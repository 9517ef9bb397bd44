namespace Innkeeper.Lab;

/// <summary>The result of a command. The exit code is -1 when it had to be stopped.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Stdout, string Stderr, bool TimedOut, TimeSpan Took)
{
    /// <summary>The command reported, and its exit code is a finding: the health of a gateway.</summary>
    public bool IsFinding { get; init; }

    public bool Succeeded => (ExitCode == 0 || IsFinding) && !TimedOut;

    /// <summary>This result, if the command succeeded.</summary>
    /// <exception cref="LabException">It failed; the message holds all its output.</exception>
    public CommandResult AssertOk() => Succeeded ? this : throw new LabException(ToString());

    public override string ToString() =>
        $"$ {Command}\n  {(TimedOut ? "stopped: too slow" : $"exit code {ExitCode}")} after {Took.TotalSeconds:0.00} s"
        + $"\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}
