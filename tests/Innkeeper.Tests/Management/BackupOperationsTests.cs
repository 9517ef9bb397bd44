using Innkeeper.Backups;
using Innkeeper.ControlPlane;
using Innkeeper.Management;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Events;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Management;

/// <summary>A backup of a gateway that runs: consistent, by the permitted, one at a time, and in the trail.</summary>
public sealed class BackupOperationsTests : IDisposable
{
    private static readonly Actor s_admin = new("anna", ActorKind.LocalUser, Permission.Admin);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _events = [];
    private readonly ManagementFixture _trail = new();

    public void Dispose() => _directory.Dispose();

    private BackupOperations Of(StateStore store, IDurability disk) =>
        new(store, disk, "access.interface = \"eth1\"\n", EventLogs.HeardBy(e => _events.Add($"{e.Kind}: {e.Text}")), _trail, new ManualClock(Samples.Noon));

    /// <summary>The writer writes all the while; what was accepted before the backup is in it.</summary>
    [Fact]
    public async Task Create_WhileTheGatewayWrites_HasAllUntilThen_AndIsSaid()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        using var writer = new StateWriter(store);
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                writer.AddEvent(Samples.Noon, "test", $"event {i}");
            }
        }, TestContext.Current.CancellationToken);
        writer.Enqueue(new SaveDevice(Samples.Device(1) with { Name = "till" }));

        using var backup = (await Of(store, writer).CreateAsync(s_admin)).Value!;

        await stop.CancelAsync();
        await flood;
        var file = Path.Combine(_directory.Path, "it");
        await using (var output = File.Create(file))
        {
            await backup.CopyToAsync(output, TestContext.Current.CancellationToken);
        }

        using var restored = new TemporaryDirectory();
        BackupReader.Read(file, BackupManifest.State, part => part.Name == BackupManifest.Database ? File.Create(restored.Database) : null);
        using (var again = StateStore.Open(restored.Path, out var outcome))
        {
            Assert.Equal(OpenResult.Opened, outcome.Result);
            Assert.Equal("till", Assert.Single(again.LoadDevices()).Name);
        }

        Assert.Equal($"backup: anna made a backup of the state and the configuration ({backup.Length} octets)", Assert.Single(_events));
        Assert.Equal((s_admin, "backup"), Assert.Single(_trail.Trail) is var entry ? (entry.Who, entry.What) : default);
        Assert.Equal(["it"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Where(name => !name!.StartsWith("innkeeper.db", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Create_ByOneWithoutThePermission_OrWhileStateIsNotOnDisk_IsRefused()
    {
        using var store = StateStore.Open(_directory.Path, out _);

        var forbidden = await Of(store, new Disk(null)).CreateAsync(s_admin with { Permission = Permission.Operator });
        Assert.Equal(new Forbidden("admin", "anna"), forbidden.Failure);

        var late = await Of(store, new Disk("the disk is full")).CreateAsync(s_admin);
        Assert.Equal("no backup was made: state is not on disk yet (the disk is full); try again", late.Failure!.Message);
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Create_WhileAnotherIsMade_IsRefused()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        using var disk = new SlowDisk();
        var operations = Of(store, disk);
        var first = operations.CreateAsync(s_admin);
        disk.Asked.Wait(TestContext.Current.CancellationToken);

        Assert.Equal("another backup is being made; try again", (await operations.CreateAsync(s_admin)).Failure!.Message);

        disk.Answer.Set();
        using var made = (await first).Value!;
        using var next = (await operations.CreateAsync(s_admin)).Value!;
        Assert.NotEqual(0, next.Length);
    }

    private sealed class Disk(string? reason) : IDurability
    {
        public string? AwaitDisk(TimeSpan patience) => reason;
    }

    private sealed class SlowDisk : IDurability, IDisposable
    {
        public ManualResetEventSlim Asked { get; } = new();

        public ManualResetEventSlim Answer { get; } = new();

        public string? AwaitDisk(TimeSpan patience)
        {
            Asked.Set();
            Answer.Wait();
            return null;
        }

        public void Dispose()
        {
            Asked.Dispose();
            Answer.Dispose();
        }
    }
}
