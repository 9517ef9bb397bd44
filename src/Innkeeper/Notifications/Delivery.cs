using System.Collections.Immutable;

namespace Innkeeper.Notifications;

/// <summary>How an attempt ended.</summary>
internal enum DeliveryResult
{
    /// <summary>All who needed it have it.</summary>
    Taken,

    /// <summary>Not now: this message is to be tried again, others may go.</summary>
    Later,

    /// <summary>The other side is not to be reached, or does not let us in: nothing goes for now.</summary>
    Unreachable,

    /// <summary>Never: trying again would not help.</summary>
    Refused,
}

/// <summary>An attempt's end.</summary>
/// <param name="Result">What is to become of the message.</param>
/// <param name="Answer">What the other side said, or why it said nothing.</param>
/// <param name="Settled">Recipients who need the message no more.</param>
internal sealed record Delivery(DeliveryResult Result, string Answer, ImmutableArray<string> Settled)
{
    public Delivery(DeliveryResult result, string answer)
        : this(result, answer, [])
    {
    }

    /// <summary>Recipients who are refused for good, with the reasons; empty when there are none.</summary>
    public string Refusals { get; init; } = "";
}

/// <summary>A way for notices to go.</summary>
internal interface INotificationTransport
{
    /// <summary>One attempt. What fails on the way is an answer, not an exception; the caller limits its time.</summary>
    /// <param name="settled">Recipients who need it no more.</param>
    Task<Delivery> SendAsync(Notification notice, ImmutableArray<string> settled, CancellationToken stop);
}

/// <summary>How long to wait before the next attempt: twice as long each time, between two bounds, spread by a fifth either way.</summary>
internal sealed record BackOff(TimeSpan Shortest, TimeSpan Longest)
{
    /// <param name="attempts">How many there were, at least one.</param>
    /// <param name="random">From 0 up to 1: many gateways with one server must not come all at once.</param>
    public TimeSpan After(int attempts, double random)
    {
        var doubled = Shortest * Math.Pow(2, Math.Clamp(attempts, 1, 32) - 1);
        return (doubled < Longest ? doubled : Longest) * (0.8 + (0.4 * random));
    }
}
