namespace Innkeeper.Lab;

/// <summary>The result of a command. The exit code is -1 when it had to be stopped.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Stdout, string Stderr, bool TimedOut, TimeSpan Took)
{
    public bool Succeeded => ExitCode == 0 && !TimedOut;

    /// <summary>This result, if the command succeeded.</summary>
    /// <exception cref="LabException">It failed; the message holds all its output.</exception>
    public CommandResult AssertOk() => Succeeded ? this : throw new LabException(ToString());

    public override string ToString() =>
        $"$ {Command}\n  {(TimedOut ? "stopped: too slow" : $"exit code {ExitCode}")} after {Took.TotalSeconds:0.00} s"
        + $"\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}
