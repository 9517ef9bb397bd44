using Innkeeper.Events;
using Innkeeper.Notifications;
using Innkeeper.Storage.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Notifications;

/// <summary>Links of notifications to the console.</summary>
public sealed class NotificationChannelTests
{
    private static readonly DateTimeOffset s_now = NotificationSamples.Noon;

    private static Notification Tell(string console, Action<NotificationChannel> tell)
    {
        var outbox = new Outbox(OutboxChannel.Mail, [], _ => { });
        var sender = new Sender("mail", outbox, new NoServer(), SenderSettings.With(TimeSpan.FromHours(72)), TimeProvider.System, _ => { }, NullLogger.Instance);
        tell(new NotificationChannel(OutboxChannel.Mail, ["pool-low"], new NotificationThrottle(5, TimeSpan.FromMinutes(15)), outbox, sender, _ => { }, console));
        return Notification.FromJson(outbox.Next(s_now, out _)!.Content)!;
    }

    [Theory]
    [InlineData("https://gateway.example.com:7080", "https://gateway.example.com:7080/#/devices/00:1b:63:00:00:01")]
    [InlineData("", null)]
    public void Arrival_LinksToTheDevicesPage_WhereTheConsolesAddressIsKnown(string console, string? expected) =>
        Assert.Equal(expected, Tell(console, channel => channel.Tell(NotificationSamples.Device(), s_now)).Url);

    [Fact]
    public void Event_LinksToTheEvents() =>
        Assert.Equal("http://h/#/events", Tell("http://h", channel => channel.Tell(new Event(1, s_now, new PoolLow(45, 50), "the pool is low"), s_now)).Url);
}
