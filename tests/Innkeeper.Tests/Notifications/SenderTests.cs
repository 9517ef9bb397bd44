using System.Collections.Concurrent;
using System.Diagnostics;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Notifications;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using EventLog = Innkeeper.Events.EventLog;

namespace Innkeeper.Tests.Notifications;

/// <summary>The loops around outbox and throttle, with real servers on loopback, and what a restart finds.</summary>
public sealed class SenderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GiveUp = TimeSpan.FromHours(72);
    private static readonly SenderSettings Hasty = new(new BackOff(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20)), TimeSpan.FromSeconds(20), GiveUp);

    private sealed class SenderHarness : IDisposable
    {
        private readonly StateWriter _writer;

        public SenderHarness(StateStore store, ScriptedSmtpServer server, SenderSettings settings, TimeSpan? digest = null, TimeProvider? clock = null, EventLog? log = null)
        {
            Log = log ?? new EventLog(TimeProvider.System);
            _writer = new StateWriter(store);
            var kept = store.LoadNotifications();
            var config = new MailConfig { Host = "127.0.0.1", GivenPort = server.Port, Tls = MailTls.None, From = NotificationSamples.From, To = [NotificationSamples.Administrator] };
            Outbox = new Outbox(OutboxChannel.Mail, kept.Messages, _writer.Enqueue);
            var sender = new Sender("mail", Outbox, new SmtpTransport(config), settings, clock ?? TimeProvider.System, happened => Reported.Enqueue(happened), NullLogger.Instance);
            var throttle = new NotificationThrottle(5, digest ?? TimeSpan.FromMinutes(15), NotificationChannel.Read(kept.Throttles.FirstOrDefault()));
            Channel = new NotificationChannel(OutboxChannel.Mail, NotificationConfig.Kinds, throttle, Outbox, sender, _writer.Enqueue);
            Notifier = new Notifier([Channel], new NotifiedDevices(kept.NotifiedDevices, _writer.Enqueue), Log, TimeProvider.System, NullLogger.Instance);
        }

        public Notifier Notifier { get; }

        public NotificationChannel Channel { get; }

        public Outbox Outbox { get; }

        public EventLog Log { get; }

        public ConcurrentQueue<GatewayEvent> Reported { get; } = new();

        public bool Flush() => _writer.Flush(Patience);

        public void Dispose()
        {
            Notifier.Dispose();
            _writer.Dispose();
        }
    }

    private sealed class AdvancingClock : TimeProvider
    {
        private long _ahead;

        public TimeSpan Ahead
        {
            set => Interlocked.Exchange(ref _ahead, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
    }

    private static string HeaderOf(string message, string name) => message.Split("\r\n").First(l => l.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void TenThousandArrivals_AreFiveMessagesAndADigestThatStatesTheNumber_OneForEachAddress()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var server = new ScriptedSmtpServer();
        using var harness = new SenderHarness(store, server, Hasty, TimeSpan.FromSeconds(3));

        for (uint i = 0; i < 10_000; i++)
        {
            harness.Notifier.Arrived(NotificationSamples.Device(i));
            harness.Notifier.Arrived(NotificationSamples.Device(i));
        }

        Wait.For(() => server.Messages.Count == 6);
        var subjects = server.Messages.Select(m => HeaderOf(m, "Subject:")).ToList();
        Assert.Equal(5, subjects.Count(s => s.Contains("new device 00:1b:63", StringComparison.Ordinal)));
        Assert.Equal("Subject: Innkeeper on " + Environment.MachineName + ": 9995 new devices since", subjects[5][..subjects[5].LastIndexOf(' ')]);
        Assert.Contains("10000 with the 5", server.Messages.Last().Replace("=\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // An interval without anything: no message either, and none of these devices is ever told of again.
        Wait.For(() => harness.Channel.DueAt(DateTimeOffset.UtcNow) is null);
        harness.Notifier.Arrived(NotificationSamples.Device(77));
        harness.Notifier.Arrived(NotificationSamples.Device(20_000));
        Wait.For(() => server.Messages.Count == 7);
        Assert.Contains("00:1b:63:00:4e:20", HeaderOf(server.Messages.Last(), "Subject:"), StringComparison.Ordinal);
    }

    /// <summary>The portal promises nothing: the administrator was notified when the server took the message, and a device that is back is a new message.</summary>
    [Fact]
    public void HasTold_IsTrueOnceTheMessageIsSent_AndADeviceThatEnded_IsReportedAgain()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        var isOpen = false;
        using var server = new ScriptedSmtpServer((word, _) => word == "GREETING" && !Volatile.Read(ref isOpen) ? "421 not now" : null);
        using var harness = new SenderHarness(store, server, Hasty);
        var device = NotificationSamples.Device(7);
        Assert.False(harness.Notifier.HasTold(device.Mac));

        harness.Notifier.Arrived(device);
        Wait.For(() => harness.Channel.Sender.Last is not null);
        Assert.False(harness.Notifier.HasTold(device.Mac));

        Volatile.Write(ref isOpen, true);
        Wait.For(() => harness.Notifier.HasTold(device.Mac));
        Assert.Single(server.Messages);
        Assert.False(harness.Notifier.HasTold(NotificationSamples.Device(8).Mac));

        harness.Notifier.Ended(device.Mac);
        Assert.False(harness.Notifier.HasTold(device.Mac));
        harness.Notifier.Arrived(device with { IsBack = true });
        Wait.For(() => server.Messages.Count == 2);
        Assert.Contains("waits for you again", server.Messages.Last().Replace("=\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>The portal says that you were notified: not of a device whose message the server refused for good.</summary>
    [Fact]
    public void HasTold_OfADeviceWhoseMessageWasRefused_IsFalse_AlsoWhenALaterOneIsTaken()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        var isOpen = false;
        using var server = new ScriptedSmtpServer((word, _) => word == "MAIL" && !Volatile.Read(ref isOpen) ? "550 no" : null);
        using var harness = new SenderHarness(store, server, Hasty);
        harness.Notifier.Arrived(NotificationSamples.Device(7));
        Wait.For(() => harness.Channel.Sender.Last is not null);
        Volatile.Write(ref isOpen, true);
        harness.Notifier.Arrived(NotificationSamples.Device(8));
        Wait.For(() => server.Messages.Count == 1);
        Wait.For(() => harness.Channel.Sender.Last is { IsTaken: true });

        Assert.False(harness.Notifier.HasTold(NotificationSamples.Device(7).Mac));
    }

    [Fact]
    public void Arrived_FasterThanTheQueue_NeverWaits_AndTheDigestCountsTheRest()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var server = new ScriptedSmtpServer((word, _) => word == "GREETING" ? ScriptedSmtpServer.Silence : null);
        using var harness = new SenderHarness(store, server, Hasty, TimeSpan.FromMilliseconds(500));
        var clock = Stopwatch.StartNew();
        Parallel.For(0, 200_000, i => harness.Notifier.Arrived(NotificationSamples.Device((uint)i)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");

        // What was told one by one, and what digests counted, is all of it.
        Wait.For(() => harness.Flush() && harness.Channel.DueAt(DateTimeOffset.UtcNow) is null && Notified(store) == 200_000);
    }

    private static int Notified(StateStore store) =>
        store.LoadNotifications().Messages.Select(m => Notification.FromJson(m.Content)!).Sum(n => n.Digest?.Arrivals ?? 1);

    [Fact]
    public void Server_ThatIsSilent_EndsTheAttempt_AndHoldsNobodyUp()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        var isSilent = true;
        using var server = new ScriptedSmtpServer((word, _) => word == "DATA" && isSilent ? ScriptedSmtpServer.Silence : null);
        using var harness = new SenderHarness(store, server, Hasty with { AttemptTime = TimeSpan.FromMilliseconds(300) });

        harness.Notifier.Arrived(NotificationSamples.Device());
        Wait.For(() => harness.Channel.Sender.Last?.Text == "no answer within 0.3 s");
        isSilent = false;

        Wait.For(() => harness.Channel.Sender.Sent == 1);
    }

    [Fact]
    public void Server_ThatHangsUpInTheMiddle_GetsTheSameMessageAgain()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        ConcurrentQueue<string> seen = new();
        using var server = new ScriptedSmtpServer((word, line) =>
        {
            if (word == "LINE" && line.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase))
            {
                seen.Enqueue(line);
            }

            // Taken, but the answer is lost: the worst that there is.
            return word == "MESSAGE" && seen.Count < 3 ? "" : null;
        });
        using var harness = new SenderHarness(store, server, Hasty);

        harness.Notifier.Arrived(NotificationSamples.Device());
        Wait.For(() => harness.Channel.Sender.Sent == 1);

        Assert.Equal(3, seen.Count);
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public void Server_ThatRefusesForGood_MakesTheMessageDead_AndAnEvent()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var server = new ScriptedSmtpServer((word, _) => word == "MAIL" ? "550 no" : null);
        var log = new EventLog(TimeProvider.System);

        // One that came before the notifier is notified as well.
        log.Add(new PoolLow(18, 20));
        using var harness = new SenderHarness(store, server, Hasty, log: log);
        harness.Log.Add(new InterfaceFailure("of a kind that nobody wants"));
        Wait.For(() => !harness.Reported.IsEmpty);

        Assert.Equal(new MessageDropped(IsMail: true, "pool-low", "550 no"), Assert.Single(harness.Reported));
        Assert.Equal((1, 1L, new OutboxState(0, 0, 1)), (server.Connections, harness.Channel.Sender.Dead, harness.Outbox.State));
    }

    [Fact]
    public void Messages_NoServerTakes_AreDeadAfterTheirTime()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        var clock = new AdvancingClock();
        var asked = 0;
        using var server = new ScriptedSmtpServer((word, _) =>
        {
            if (word != "MAIL")
            {
                return null;
            }

            // The time is over while the second attempt is under way.
            if (++asked == 2)
            {
                clock.Ahead = GiveUp;
            }

            return "450 not now";
        });
        using var harness = new SenderHarness(store, server, Hasty, clock: clock);

        harness.Notifier.Arrived(NotificationSamples.Device());
        Wait.For(() => !harness.Reported.IsEmpty);

        Assert.Equal(new MessageDropped(IsMail: true, "arrival", "450 not now"), Assert.Single(harness.Reported));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void Server_ThatIsAway_IsAskedOnceForAllThatWaits()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var server = new ScriptedSmtpServer((word, _) => word == "GREETING" ? "421 busy" : null);
        using var harness = new SenderHarness(store, server, Hasty with { BackOff = new BackOff(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)) });
        for (uint i = 0; i < 5; i++)
        {
            harness.Notifier.Arrived(NotificationSamples.Device(i));
        }

        Wait.For(() => harness.Outbox.State.Waiting == 5 && harness.Channel.Sender.Last is not null);
        harness.Notifier.Arrived(NotificationSamples.Device(6));
        Wait.For(() => harness.Channel.DueAt(DateTimeOffset.UtcNow) is not null);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void Restart_FindsWhatWaited_WhatWasGathered_AndWhoWasToldOf()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using (var away = new ScriptedSmtpServer((word, _) => word == "GREETING" ? "421 busy" : null))
        using (var before = new SenderHarness(store, away, Hasty with { BackOff = new BackOff(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)) }, TimeSpan.FromSeconds(4)))
        {
            for (uint i = 0; i < 100; i++)
            {
                before.Notifier.Arrived(NotificationSamples.Device(i));
            }

            Wait.For(() => before.Flush() && store.LoadNotifications() is { NotifiedDevices.Length: 100, Throttles.Length: 1 });
        }

        // As Notifier.Start does: a start is a reason to try again at once.
        using var writer = new StateWriter(store);
        foreach (var message in store.LoadNotifications().Messages)
        {
            writer.Enqueue(new SaveMessage(message with { NextTry = DateTimeOffset.UtcNow }));
        }

        Assert.True(writer.Flush(Patience));
        using var server = new ScriptedSmtpServer();
        using var after = new SenderHarness(store, server, Hasty, TimeSpan.FromSeconds(4));
        for (uint i = 0; i < 100; i++)
        {
            after.Notifier.Arrived(NotificationSamples.Device(i));
        }

        Wait.For(() => server.Messages.Count == 6);
        Assert.Contains("95 new devices", HeaderOf(server.Messages.Last(), "Subject:"), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_WithNeitherMailNorWebhook_IsNothing()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);

        Assert.Null(Notifier.Start(new InnkeeperConfig(), store, writer, new EventLog(TimeProvider.System), TimeProvider.System, NullLogger.Instance));
    }
}
