using System.Collections.Concurrent;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage;

/// <summary>Leases on disk, and when that is said.</summary>
public sealed class LeaseRepositoryTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static Lease Lease(uint number, string client = "01", byte[]? name = null)
    {
        var id = new ClientId(client);
        return new Lease(
            new LeaseKey(new Station(7, new MacAddress(0x0200_0000_0000UL + number)), id), new Ipv4Address(0x0acb0000 + number), LeaseState.Active, TimeSpan.Zero, Samples.Noon,
            Samples.Noon.AddHours(1), new DhcpClientInfo(new GuestText(name ?? []), default, id), new LeaseRow());
    }

    [Fact]
    public void Save_IsSaidToBeDone_WhenItIsOnDisk()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var repository = new LeaseRepository(store, writer);
        using var done = new BlockingCollection<(bool IsOnDisk, int Rows)>();
        var lease = Lease(1);
        Assert.False(lease.IsDurable);

        // Another connection sees only what is committed.
        repository.Save(lease, isOnDisk => done.Add((isOnDisk, RowsSeenByAnother(directory.Database))));

        Assert.True(done.TryTake(out var said, s_patience));
        Assert.Equal((true, 1), said);
        Assert.True(lease.IsDurable && lease.Row.IsStored);
    }

    [Fact]
    public void Load_EveryField_ReadBackAfterRestart_HoweverNaughty()
    {
        using var directory = new TemporaryDirectory();
        var name = new byte[] { 0, 255, (byte)'\'', (byte)';', 0xc3 };
        var (first, second) = (Lease(1, "ff0102", name), Lease(2) with { State = LeaseState.Ended });
        using (var store = StateStore.Open(directory.Path, out _))
        using (var writer = new StateWriter(store))
        {
            var repository = new LeaseRepository(store, writer);
            repository.Save(first, null);
            repository.Save(second, null);
            repository.Save(Lease(3), null);
            repository.Forget(Lease(3));
            Assert.True(writer.Flush(s_patience));
        }

        using var again = StateStore.Open(directory.Path, out _);
        var leases = again.LoadLeases();
        Assert.Equal(2, leases.Length);
        Assert.Equal((first.Key, first.Address, first.Granted, first.Expires, false), (leases[0].Key, leases[0].Address, leases[0].Granted, leases[0].Expires, leases[0].IsReleased));
        Assert.Equal(name, leases[0].ClientInfo.HostName.Raw);
        Assert.Equal("ff0102", leases[0].ClientInfo.Client.Hex);
        Assert.True(leases[1].IsReleased);
    }

    [Fact]
    public void Save_WhileTheDiskFails_IsSaidAtOnce_AndWrittenWhenItRecovers()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var repository = new LeaseRepository(store, writer);
        using var held = new DatabaseLock(directory.Database);

        using var done = new BlockingCollection<bool>();
        var (waited, late) = (Lease(1), Lease(2));
        repository.Save(waited, done.Add);
        Assert.True(done.TryTake(out var first, s_patience));
        Assert.False(first);
        Wait.For(() => !writer.Health.IsOk);

        // Now it is known that the disk fails: nobody is kept waiting.
        repository.Save(late, done.Add);
        Assert.True(done.TryTake(out var second, TimeSpan.Zero));
        Assert.False(second || waited.Row.IsStored || late.Row.IsStored);

        held.Release();
        Assert.True(writer.Flush(s_patience));
        Assert.True(waited.IsDurable && late.IsDurable);
        Assert.Equal(2, store.LoadLeases().Length);
        Assert.Empty(done);
    }

    [Fact]
    public void Save_GoesBeforeWhatWaitedLonger()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var repository = new LeaseRepository(store, writer);

        // Made before: the writer takes the database for broken when it is locked for long.
        var waiting = Enumerable.Range(0, 20_000).Select(i => Samples.Binding((uint)i)).ToList();
        using var held = new DatabaseLock(directory.Database);
        waiting.ForEach(binding => writer.Enqueue(new SaveBinding(binding)));

        var bindings = -1L;
        using var done = new ManualResetEventSlim();
        repository.Save(Lease(1), isOnDisk =>
        {
            if (isOnDisk)
            {
                bindings = Count(directory.Database, "bindings");
                done.Set();
            }
        });
        held.Release();
        Assert.True(done.Wait(s_patience, TestContext.Current.CancellationToken));

        // Behind the group that was under way, and with a few others.
        Assert.InRange(bindings, 0, 2 * WriteQueue.GroupSize);
    }

    [Fact]
    public void Save_OneClientAgain_IsOneRow_AndTheLaterIsTrue()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        using var writer = new StateWriter(store);
        var repository = new LeaseRepository(store, writer);
        var lease = Lease(1);
        repository.Save(lease, null);
        repository.Save(lease with { Expires = Samples.Noon.AddHours(5) }, null);
        Assert.True(writer.Flush(s_patience));
        Assert.Equal(Samples.Noon.AddHours(5), Assert.Single(store.LoadLeases()).Expires);
        Assert.Equal(Samples.Noon.AddHours(5), lease.Row.Expires);
    }

    private static int RowsSeenByAnother(string database) => (int)Count(database, "leases");

    private static long Count(string database, string table)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
