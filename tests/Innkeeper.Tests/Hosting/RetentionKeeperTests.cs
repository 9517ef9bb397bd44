using Innkeeper.Accounts;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Hosting;
using Innkeeper.Management;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Hosting;

public sealed class RetentionKeeperTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _machine = new();
    private readonly SteadyClock _clock;
    private readonly StateStore _store;
    private readonly StateWriter _writer;
    private readonly AccountStore _accounts;
    private readonly RetentionKeeper _keeper;

    public RetentionKeeperTests()
    {
        _clock = new SteadyClock(_machine);
        _store = StateStore.Open(_directory.Path, out _);
        _writer = new StateWriter(_store, [], _clock);
        _accounts = new AccountStore(_directory.Path, new EventLog(_clock), _clock);
        var config = new InnkeeperConfig { Napt = new NaptConfig { Log = MappingLog }, Retention = new RetentionConfig { Mappings = TimeSpan.FromDays(180) } };
        _keeper = new RetentionKeeper(config, _writer, _accounts, null, _clock);
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _accounts.Dispose();
        _writer.Dispose();
        _store.Dispose();
        _directory.Dispose();
    }

    private string MappingLog => Path.Combine(_directory.Path, "mappings.log");

    private int Events => _store.ReadEvents(100).Length;

    private int Audited => _accounts.ReadAudit(new AuditFilter(), null).Value!.Count;

    private void Note()
    {
        _writer.AddEvent(_clock.WallNow(), "clock", "an event");
        _accounts.Add(new AuditEntry(new Actor("anna", ActorKind.Person, Permission.Admin, "192.0.2.9"), "device-hold", "x", "is held"));
        Assert.Null(_accounts.Flush());
    }

    private void Turn()
    {
        _keeper.Turn();
        Assert.True(_writer.Flush(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Turn_DeletesEachPartAfterItsTime()
    {
        Note();
        _machine.Advance(TimeSpan.FromDays(89));
        Turn();
        Assert.Equal((1, 1), (Events, Audited));
        _machine.Advance(TimeSpan.FromDays(2));
        Turn();
        Assert.Equal((0, 1), (Events, Audited));
        _machine.Advance(TimeSpan.FromDays(280));
        Turn();
        Assert.Equal(0, Audited);
    }

    /// <summary>A clock that is wrong for a moment must not cost the audit trail.</summary>
    [Fact]
    public void ClockThatJumpsForwardByYears_DeletesNothing()
    {
        Note();
        _machine.Jump(TimeSpan.FromDays(4000));
        _clock.Observe();
        Turn();

        Assert.Equal((1, 1), (Events, Audited));
    }

    [Fact]
    public void MappingLog_OfAnEarlierDay_GetsItsName_AndTheOldOnesGo()
    {
        var day = TimeZoneInfo.ConvertTime(_machine.Wall, TimeZoneInfo.Local).AddDays(-1);
        File.WriteAllText(MappingLog, "a line\n");
        File.SetLastWriteTime(MappingLog, day.DateTime);
        File.WriteAllText($"{MappingLog}.{day.AddDays(-200):yyyy-MM-dd}", "old\n");
        Turn();

        Assert.Equal([$"{MappingLog}.{day:yyyy-MM-dd}"], Directory.GetFiles(_directory.Path, "mappings.log*"));
    }

    [Fact]
    public void MessagesThatWereSent_GoAfterTheirTime_AndThoseThatWaitStay()
    {
        var outbox = new Innkeeper.Notifications.Outbox(OutboxChannel.Mail, [], _ => { });
        var then = _clock.GetUtcNow();
        outbox.TryAdd(Notifications.NotificationSamples.Arrival(Notifications.NotificationSamples.Device(1)), then);
        outbox.TryAdd(Notifications.NotificationSamples.Arrival(Notifications.NotificationSamples.Device(2)), then);
        outbox.Resolve(outbox.Messages[0], new Innkeeper.Notifications.Delivery(Innkeeper.Notifications.DeliveryResult.Taken, "ok"), then, TimeSpan.Zero, TimeSpan.FromDays(3));
        outbox.DeleteDone(then);
        Assert.Equal(2, outbox.Messages.Count);
        outbox.DeleteDone(then + TimeSpan.FromSeconds(1));
        Assert.Equal(OutboxMessageState.Waiting, Assert.Single(outbox.Messages).State);
    }
}
