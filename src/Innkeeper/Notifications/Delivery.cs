using System.Collections.Immutable;

namespace Innkeeper.Notifications;

/// <summary>The result of an attempt.</summary>
internal enum DeliveryResult
{
    /// <summary>All recipients that needed it have it.</summary>
    Taken,

    /// <summary>Not now: this message is retried, and others may be sent.</summary>
    Later,

    /// <summary>The server is unreachable, or rejects the login: no message can be sent for now.</summary>
    Unreachable,

    /// <summary>Never: trying again would not help.</summary>
    Refused,
}

/// <summary>The end of an attempt.</summary>
/// <param name="Result">The consequence for the message.</param>
/// <param name="Answer">The server's answer, or the reason why there is none.</param>
/// <param name="Settled">Recipients that need the message no more.</param>
internal sealed record Delivery(DeliveryResult Result, string Answer, ImmutableArray<string> Settled)
{
    public Delivery(DeliveryResult result, string answer)
        : this(result, answer, [])
    {
    }

    /// <summary>Recipients that were refused permanently, with the reasons; empty when there are none.</summary>
    public string Refusals { get; init; } = "";
}

/// <summary>A transport of notifications.</summary>
internal interface INotificationTransport
{
    /// <summary>One attempt. A failure is an answer, not an exception; the caller limits the time.</summary>
    /// <param name="settled">Recipients that need it no more.</param>
    Task<Delivery> SendAsync(Notification notification, ImmutableArray<string> settled, CancellationToken stop);
}

/// <summary>How long to wait before the next attempt: twice as long each time, between two bounds, spread by a fifth either way.</summary>
internal sealed record BackOff(TimeSpan Shortest, TimeSpan Longest)
{
    /// <param name="attempts">The number of attempts so far, at least one.</param>
    /// <param name="random">From 0 up to 1: many gateways with one server must not retry at the same moment.</param>
    public TimeSpan After(int attempts, double random)
    {
        var doubled = Shortest * Math.Pow(2, Math.Clamp(attempts, 1, 32) - 1);
        return (doubled < Longest ? doubled : Longest) * (0.8 + (0.4 * random));
    }
}
