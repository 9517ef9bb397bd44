namespace Innkeeper.ControlPlane;

/// <summary>The control plane's one thread, for all others: they change nothing themselves.</summary>
internal interface IControlInbox
{
    /// <summary>Has the control plane's thread do something, soon.</summary>
    void Post(Action action);
}

internal static class ControlInboxExtensions
{
    /// <summary>Has the control plane's thread compute something. An exception is thrown to the caller; the control plane continues.</summary>
    public static Task<T> RunAsync<T>(this IControlInbox inbox, Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.Post(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
