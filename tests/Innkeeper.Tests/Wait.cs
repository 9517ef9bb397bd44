using System.Runtime.CompilerServices;

namespace Innkeeper.Tests;

/// <summary>Waits for what another thread does: for a state, never for a time, and not for ever.</summary>
internal static class Wait
{
    /// <summary>Far more than anything takes on a busy machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds; a condition that does not come true in time fails the test by its own text.</summary>
    public static void For(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        Assert.True(SpinWait.SpinUntil(condition, s_patience), Failure(text));

    /// <summary>As <see cref="For"/>, and leaves the thread to those who are waited for.</summary>
    public static async Task ForAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var patience = new CancellationTokenSource(s_patience);
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, Failure(text));
            await interval.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static string Failure(string text) => $"waited {s_patience.TotalSeconds:0} s in vain: {text}";
}
