using System.Collections.Concurrent;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Notifications;
using Innkeeper.Storage.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Notifications;

/// <summary>Wherever the process is killed, a device that counts as reported has its message, or its place in a digest, on disk.</summary>
public sealed class NotifierDurabilityTests
{
    [Fact]
    public void Message_IsWrittenBeforeItsDeviceCountsAsReported()
    {
        ConcurrentQueue<OutboxChange> saved = new();
        var outbox = new Outbox(OutboxChannel.Mail, [], saved.Enqueue);
        var sender = new Sender("mail", outbox, new NoServer(), SenderSettings.With(TimeSpan.FromHours(72)), TimeProvider.System, _ => { }, NullLogger.Instance);
        var channel = new NotificationChannel(OutboxChannel.Mail, NotificationConfig.Kinds, new NotificationThrottle(1, TimeSpan.FromMinutes(15)), outbox, sender, saved.Enqueue);
        using var notifier = new Notifier([channel], new NotifiedDevices([], saved.Enqueue), new EventLog(TimeProvider.System), TimeProvider.System, NullLogger.Instance);
        var (first, second) = (NotificationSamples.Randomised(1), NotificationSamples.Randomised(2));

        notifier.Arrived(first);
        notifier.Arrived(second);
        Wait.For(() => saved.OfType<ForgetArrival>().Count() == 2);

        var order = saved.ToList();
        int PlaceOf(Predicate<OutboxChange> change) => order.FindIndex(change);
        var message = PlaceOf(c => c is SaveMessage { Message.Kind: NotificationConfig.Arrival });
        var digest = PlaceOf(c => c is SaveThrottle { Throttle.Content: var content } && content.Contains("\"arrivals\":1", StringComparison.Ordinal));
        Assert.InRange(message, 0, PlaceOf(c => c is SaveNotifiedDevice saving && saving.Mac == first.Mac) - 1);
        Assert.InRange(digest, 0, PlaceOf(c => c is SaveNotifiedDevice saving && saving.Mac == second.Mac) - 1);
        Assert.All([first, second], device => Assert.True(
            PlaceOf(c => c is SaveNotifiedDevice saving && saving.Mac == device.Mac) < PlaceOf(c => c is ForgetArrival forgetting && forgetting.Mac == device.Mac)));
    }

    /// <summary>The message was written, and what says so was not: it is not sent again.</summary>
    [Fact]
    public void DeviceThatWasReported_IsNotReportedAgain_AndItsDebtEnds()
    {
        ConcurrentQueue<OutboxChange> saved = new();
        var outbox = new Outbox(OutboxChannel.Mail, [], saved.Enqueue);
        var sender = new Sender("mail", outbox, new NoServer(), SenderSettings.With(TimeSpan.FromHours(72)), TimeProvider.System, _ => { }, NullLogger.Instance);
        var channel = new NotificationChannel(OutboxChannel.Mail, NotificationConfig.Kinds, new NotificationThrottle(5, TimeSpan.FromMinutes(15)), outbox, sender, saved.Enqueue);
        var device = NotificationSamples.Randomised(1);
        using var notifier = new Notifier([channel], new NotifiedDevices([device.Mac], saved.Enqueue), new EventLog(TimeProvider.System), TimeProvider.System, NullLogger.Instance);

        notifier.Arrived(device);
        Wait.For(() => saved.OfType<ForgetArrival>().Any());

        Assert.DoesNotContain(saved, c => c is SaveMessage);
    }
}
