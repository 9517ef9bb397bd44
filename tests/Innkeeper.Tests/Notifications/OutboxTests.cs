using Innkeeper.Notifications;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Notifications;

/// <summary>What waits, what becomes of it, and what a restart finds.</summary>
public sealed class OutboxTests
{
    private static readonly DateTimeOffset Noon = NotificationSamples.Noon;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan GiveUp = TimeSpan.FromHours(72);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static Outbox Empty() => new(OutboxChannel.Mail, [], _ => { });

    private static Notification Numbered(uint number) => NotificationSamples.Arrival(NotificationSamples.Device(number)) with { Id = $"{number}" };

    private static string IdOf(OutboxMessage? message) => Notification.FromJson(message!.Content)!.Id;

    [Fact]
    public void Next_OfSeveral_IsTheOldestWhoseTimeHasCome()
    {
        var outbox = Empty();
        outbox.TryAdd(Numbered(1), Noon);
        outbox.TryAdd(Numbered(2), Noon);
        Assert.Equal("1", IdOf(outbox.Next(Noon, out _)));

        var later = outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Later, "451 not now"), Noon, Minute, GiveUp);

        Assert.Equal((1, OutboxMessageState.Waiting, "451 not now", Noon + Minute), (later.Attempts, later.State, later.Answer, later.NextTry));
        Assert.Equal("2", IdOf(outbox.Next(Noon, out _)));
        outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Taken, "250 ok"), Noon, Minute, GiveUp);
        Assert.Null(outbox.Next(Noon, out var wait));
        Assert.Equal(Minute, wait);
        Assert.Equal("1", IdOf(outbox.Next(Noon + Minute, out _)));
        Assert.Equal(new OutboxState(1, 1, 0), outbox.State);
    }

    [Fact]
    public void Retry_OfADeadMessage_IsDueAgain_AndOfASentOneIsNone()
    {
        var outbox = Empty();
        outbox.TryAdd(Numbered(1), Noon);
        outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Refused, "550 no"), Noon, Minute, GiveUp);

        Assert.True(outbox.Retry(1, Noon));
        Assert.Equal("1", IdOf(outbox.Next(Noon, out _)));

        outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Taken, "250 ok"), Noon, Minute, GiveUp);
        Assert.False(outbox.Retry(1, Noon));
        Assert.False(outbox.Retry(2, Noon));
    }

    /// <summary>The attempt's end must not bring it back, nor take the place of a message that came meanwhile.</summary>
    [Fact]
    public void Remove_DuringAnAttempt_Stays()
    {
        var saved = new List<OutboxChange>();
        var outbox = new Outbox(OutboxChannel.Mail, [], saved.Add);
        outbox.TryAdd(Numbered(1), Noon);
        var attempted = outbox.Next(Noon, out _)!;

        Assert.True(outbox.Remove(attempted.Id));
        outbox.TryAdd(Numbered(2), Noon);
        outbox.Resolve(attempted, new Delivery(DeliveryResult.Later, "451 not now"), Noon, Minute, GiveUp);

        Assert.Equal("2", IdOf(Assert.Single(outbox.Messages)));
        Assert.Contains(new ForgetMessage(OutboxChannel.Mail, attempted.Id), saved);
        Assert.False(outbox.Remove(attempted.Id));
    }

    [Fact]
    public void Resolve_Refused_IsDeadAtOnce()
    {
        var outbox = Empty();
        outbox.TryAdd(Numbered(1), Noon);

        Assert.Equal(OutboxMessageState.Dead, outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Refused, "550 no"), Noon, Minute, GiveUp).State);
        Assert.Null(outbox.Next(Noon.AddYears(1), out _));
    }

    [Theory]
    [InlineData(-1, OutboxMessageState.Waiting)]
    [InlineData(0, OutboxMessageState.Dead)]
    public void Resolve_NotTakenForTooLong_IsDead(int second, object state)
    {
        var outbox = Empty();
        outbox.TryAdd(Numbered(1), Noon);
        var now = Noon + GiveUp + TimeSpan.FromSeconds(second);

        Assert.Equal((OutboxMessageState)state, outbox.Resolve(outbox.Next(now, out _)!, new Delivery(DeliveryResult.Unreachable, "refused"), now, Minute, GiveUp).State);
    }

    [Fact]
    public void Next_WhenTheClockWasSetBack_IsTheMessageAllTheSame()
    {
        var outbox = Empty();
        outbox.TryAdd(Numbered(1), Noon);
        outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Later, ""), Noon, Minute, GiveUp);

        Assert.NotNull(outbox.Next(Noon.AddDays(-30), out _));
    }

    [Fact]
    public void TryAdd_BeyondTheBound_IsRefused_UntilOneIsGone()
    {
        var outbox = Empty();
        Assert.All(Enumerable.Range(0, Outbox.Bound), i => Assert.True(outbox.TryAdd(Numbered((uint)i), Noon)));

        Assert.False(outbox.TryAdd(Numbered(9999), Noon));
        outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Taken, ""), Noon, Minute, GiveUp);
        Assert.True(outbox.TryAdd(Numbered(9999), Noon));
    }

    [Fact]
    public void Resolve_OfMany_KeepsTheLastOnes_InTheDatabaseToo()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var outbox = new Outbox(OutboxChannel.Webhook, [], writer.Enqueue);
        for (uint i = 1; i <= Outbox.Kept + 50; i++)
        {
            outbox.TryAdd(Numbered(i), Noon);
            outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Taken, "200"), Noon, Minute, GiveUp);
        }

        Assert.True(writer.Flush(Patience));
        Assert.Equal(new OutboxState(0, Outbox.Kept, 0), outbox.State);
        Assert.Equal(Enumerable.Range(51, Outbox.Kept).Select(i => $"{i}"), store.LoadNotifications().Messages.Select(IdOf));
    }

    [Fact]
    public void Messages_AfterAnAbruptEnd_AreThereAsTheyWere()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var outbox = new Outbox(OutboxChannel.Mail, [], writer.Enqueue);
        outbox.TryAdd(Numbered(1), Noon);
        outbox.TryAdd(Numbered(2), Noon);
        outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Later, "450 \u202e<x>", ["a@x", "b@x"]), Noon, Minute, GiveUp);
        writer.Enqueue(new SaveNotifiedDevice(MacAddress.Parse("02:00:00:00:00:01"), Noon));
        writer.Enqueue(new SaveThrottle(new StoredThrottle(OutboxChannel.Mail, "{}")));
        Assert.True(writer.Flush(Patience));

        // Read by another connection while the first is open: as after kill -9, nothing was closed.
        using var copy = new TemporaryDirectory();
        foreach (var file in Directory.GetFiles(directory.Path))
        {
            File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        }

        using var again = StateStore.Open(copy.Path, out var outcome);
        var kept = again.LoadNotifications();
        Assert.Equal(OpenResult.Opened, outcome.Result);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:01"), Assert.Single(kept.NotifiedDevices));
        Assert.Equal("{}", Assert.Single(kept.Throttles).Content);
        var after = new Outbox(OutboxChannel.Mail, kept.Messages, _ => { });
        Assert.Equal("2", IdOf(after.Next(Noon, out _)));
        var first = after.Next(Noon + Minute, out _)!;
        Assert.Equal(("1", 1, "450  <x>"), (IdOf(first), first.Attempts, first.Answer));
        Assert.Equal(["a@x", "b@x"], Outbox.SettledOf(first));
        after.TryAdd(Numbered(3), Noon);
        Assert.Equal(3, after.State.Waiting);
    }

    [Fact]
    public void Outbox_WhileTheDatabaseCannotBeWritten_GoesOnFromMemory()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        using var held = new DatabaseLock(directory.Database);
        var outbox = new Outbox(OutboxChannel.Mail, [], writer.Enqueue);

        outbox.TryAdd(Numbered(1), Noon);
        Wait.For(() => !writer.Health.IsOk);
        Assert.Equal(OutboxMessageState.Sent, outbox.Resolve(outbox.Next(Noon, out _)!, new Delivery(DeliveryResult.Taken, "250"), Noon, Minute, GiveUp).State);

        held.Release();
        Assert.True(writer.Flush(Patience));
        Assert.Equal(OutboxMessageState.Sent, Assert.Single(store.LoadNotifications().Messages).State);
    }

    [Fact]
    public void BackOff_Attempts_DoubleUpToTheLongest_SpreadByAFifth()
    {
        var backOff = SenderSettings.With(GiveUp).BackOff;

        Assert.Equal([60, 120, 240, 480, 960, 1920, 3600, 3600], Enumerable.Range(1, 8).Select(n => (int)Math.Round(backOff.After(n, 0.5).TotalSeconds)));
        Assert.Equal(TimeSpan.FromSeconds(48), backOff.After(1, 0));
        Assert.Equal(TimeSpan.FromMinutes(72), backOff.After(int.MaxValue, 1));
    }

    [Fact]
    public void NotifiedDevice_ThatIsRemoved_IsReportedAgain()
    {
        var saved = new List<OutboxChange>();
        var mac = MacAddress.Parse("00:1b:63:00:00:01");
        var announced = new NotifiedDevices([mac], saved.Add);
        Assert.True(announced.Contains(mac));

        announced.Remove(mac);
        announced.Remove(mac);

        Assert.False(announced.Contains(mac));
        Assert.Equal([new ForgetNotifiedDevice(mac)], saved);
        Assert.True(announced.TryAdd(mac));
        Assert.False(announced.TryAdd(mac));
    }

    /// <summary>It ended while its message was being written: a restart must not make it one that was reported.</summary>
    [Fact]
    public void NotifiedDevice_ThatIsRemovedBeforeItIsKept_IsNotSaved()
    {
        var saved = new List<OutboxChange>();
        var mac = MacAddress.Parse("00:1b:63:00:00:01");
        var announced = new NotifiedDevices([], saved.Add);
        Assert.True(announced.TryAdd(mac));

        announced.Remove(mac);
        announced.Keep(mac, Noon);

        Assert.Equal([new ForgetNotifiedDevice(mac), new ForgetArrival(mac)], saved);
    }

    [Fact]
    public void NotifiedDevices_AddressOnce_IsNeverNewAgain()
    {
        List<OutboxChange> saved = [];
        var announced = new NotifiedDevices([MacAddress.Parse("00:1b:63:00:00:01")], saved.Add);

        Assert.False(announced.TryAdd(MacAddress.Parse("00:1b:63:00:00:01")));
        Assert.True(announced.TryAdd(MacAddress.Parse("00:1b:63:00:00:02")));
        Assert.False(announced.TryAdd(MacAddress.Parse("00:1b:63:00:00:02")));
        Assert.Empty(saved);
        announced.Keep(MacAddress.Parse("00:1b:63:00:00:02"), Noon);
        Assert.Equal([new SaveNotifiedDevice(MacAddress.Parse("00:1b:63:00:00:02"), Noon), new ForgetArrival(MacAddress.Parse("00:1b:63:00:00:02"))], saved);
    }

    [Fact]
    public void NotifiedDevices_FloodOfMadeUpAddresses_ForgetsTheOldestOfThem_AndNoOther()
    {
        List<OutboxChange> saved = [];
        var real = MacAddress.Parse("00:1b:63:00:00:01");
        var announced = new NotifiedDevices([real], saved.Add);
        for (uint i = 0; i < NotifiedDevices.Bound + 10; i++)
        {
            announced.TryAdd(NotificationSamples.Randomised(i).Mac);
            announced.Keep(NotificationSamples.Randomised(i).Mac, Noon);
        }

        Assert.False(announced.TryAdd(real));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => NotificationSamples.Randomised((uint)i).Mac), saved.OfType<ForgetNotifiedDevice>().Select(f => f.Mac));
    }

    /// <summary>These numbers are in databases: new ones are added at the end, and none changes.</summary>
    [Fact]
    public void Numbers_InTheDatabase_AreFrozen()
    {
        Assert.Equal([("Mail", 0), ("Webhook", 1)], Enum.GetValues<OutboxChannel>().Select(c => ($"{c}", (int)c)));
        Assert.Equal([("Waiting", 0), ("Sent", 1), ("Dead", 2)], Enum.GetValues<OutboxMessageState>().Select(s => ($"{s}", (int)s)));
    }

    [Fact]
    public void RemoveAll_DeletesMessagesThatFit_AlsoInTheDatabase()
    {
        var saved = new List<OutboxChange>();
        var outbox = new Outbox(OutboxChannel.Mail, [], saved.Add);
        outbox.TryAdd(Numbered(1), Noon);
        outbox.TryAdd(Numbered(2), Noon);
        var device = new Innkeeper.Policy.ErasedDevice(NotificationSamples.Device(1).Mac, []);
        outbox.RemoveAll(m => device.IsIn(m.Content));

        Assert.Equal("2", IdOf(Assert.Single(outbox.Messages)));
        Assert.Equal(new ForgetMessage(OutboxChannel.Mail, 1), saved[^1]);
    }
}
