using System.Collections.Immutable;
using Innkeeper.Notifications;

namespace Innkeeper.Tests.Notifications;

/// <summary>A server that is not there.</summary>
internal sealed class NoServer : INotificationTransport
{
    public Task<Delivery> SendAsync(Notification notification, ImmutableArray<string> settled, CancellationToken stop) => Task.FromResult(new Delivery(DeliveryResult.Unreachable, "no server"));
}
