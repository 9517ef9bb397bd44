using System.Diagnostics;

namespace Innkeeper.Lab;

/// <summary>Waits for states. The lab never sleeps to give something time.</summary>
internal static class Wait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether <paramref name="condition"/> came true within <paramref name="timeout"/>.</summary>
    public static bool Until(Func<bool> condition, TimeSpan timeout)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > timeout)
            {
                return false;
            }

            Thread.Sleep(Interval);
        }

        return true;
    }

    /// <summary>Waits until <paramref name="condition"/> is true.</summary>
    /// <exception cref="LabException">It did not come true; <paramref name="explain"/> describes the state instead.</exception>
    public static void For(string what, Func<bool> condition, TimeSpan timeout, Func<string>? explain = null)
    {
        if (!Until(condition, timeout))
        {
            throw new LabException($"waited {timeout.TotalSeconds:0.#} s in vain: {what}\n{explain?.Invoke()}");
        }
    }
}
