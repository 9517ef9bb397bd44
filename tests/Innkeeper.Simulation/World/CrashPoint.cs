namespace Innkeeper.Simulation.World;

/// <summary>The process is killed here: whatever it was about to do next is not done.</summary>
internal sealed class ProcessDiedException : Exception;

/// <summary>An invariant does not hold.</summary>
internal sealed class InvariantViolatedException(string message) : Exception(message);

/// <summary>
/// Counts the calls by which the control plane reaches outside: every write of a map or of the store, every frame, every punt. Kills the
/// process at one of them, so that it ends between any two.
/// </summary>
internal sealed class CrashPoint
{
    private int? _left;

    public bool IsArmed => _left is not null;

    /// <param name="calls">How many calls still succeed.</param>
    public void Arm(int calls) => _left = calls;

    public void Disarm() => _left = null;

    /// <summary>Called before each effect.</summary>
    /// <exception cref="ProcessDiedException">The process is killed before this effect.</exception>
    public void Pass()
    {
        if (_left is not { } left)
        {
            return;
        }

        _left = left - 1;
        if (left <= 0)
        {
            _left = null;
            throw new ProcessDiedException();
        }
    }
}
