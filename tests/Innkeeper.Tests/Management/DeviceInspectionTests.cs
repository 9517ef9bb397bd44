using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Management;

/// <summary>Who may look at which device, and how many at once.</summary>
public sealed class DeviceInspectionTests : IDropCopies, IDropFeed, IDurability
{
    private readonly ManagementFixture _fixture = new();
    private MacAddress? _copied;

    private static CaptureLimits Limits { get; } = new(TimeSpan.FromSeconds(30), 0, 65_535);

    /// <summary>On the loopback interface, which each machine has.</summary>
    private DeviceInspection Inspection => field ??= new DeviceInspection(
        _fixture.Directory, new CommandJournal(_fixture.Events, this, _fixture, _fixture.Clock),
        () => ManagementFixture.Network() with { Access = ManagementFixture.Network().Access with { Index = 1 }, Uplink = ManagementFixture.Network().Uplink with { Index = 1 } },
        () => (ImmutableDictionary<uint, Binding>)_fixture.Bindings, () => Ipv4Address.Parse("192.88.99.99"), _ => null, this);

    int IDropFeed.Descriptor => -1;

    IDropFeed IDropCopies.Open(MacAddress mac)
    {
        _copied = mac;
        return this;
    }

    void IDropFeed.Take(DropReader reader)
    {
    }

    void IDisposable.Dispose() => _copied = null;

    string? IDurability.AwaitDisk(TimeSpan patience) => null;

    private async Task<Failure?> Ping(Actor actor, string device) => (await Inspection.PingAsync(actor, device, TestContext.Current.CancellationToken)).Failure;

    [Fact]
    public async Task Ping_WithoutAPermissionADeviceOrAnAddress_SaysWhy()
    {
        _fixture.Know(ManagementFixture.Phone);

        Assert.IsType<Forbidden>(await Ping(ManagementFixture.Viewer, ManagementFixture.Phone.ToString()));
        Assert.IsType<NotFound>(await Ping(ManagementFixture.Admin, ManagementFixture.Tablet.ToString()));
        Assert.Contains("no address of 02:00:00:00:00:01 is known", Assert.IsType<Unavailable>(await Ping(ManagementFixture.Admin, ManagementFixture.Phone.ToString())).Message);
    }

    [Theory]
    [InlineData(0, 0, 65_535, "time")]
    [InlineData(601, 0, 65_535, "time")]
    [InlineData(30, -1, 65_535, "count")]
    [InlineData(30, 0, 63, "snap")]
    [InlineData(30, 0, 65_536, "snap")]
    public void Capture_OutOfItsLimits_IsInvalid(int seconds, int packets, int snap, string field) =>
        Assert.Equal(field, Assert.IsType<Invalid>(Inspection.Capture(ManagementFixture.Admin, ManagementFixture.Phone.ToString(), new CaptureLimits(TimeSpan.FromSeconds(seconds), packets, snap)).Failure).Field);

    [Fact]
    public async Task Capture_IsOneAtATime_IsInTheAuditTrail_AndEndsWhenItIsDisposedOf()
    {
        Assert.SkipUnless(Environment.UserName == "root", "packet sockets need a right");
        Assert.IsType<Forbidden>(Inspection.Capture(ManagementFixture.Viewer, ManagementFixture.Phone.ToString(), Limits).Failure);
        Assert.IsType<NotFound>(Inspection.Capture(ManagementFixture.Admin, "nobody's phone", Limits).Failure);

        // A MAC that was never here is right: it may come.
        var first = Inspection.Capture(ManagementFixture.Admin, ManagementFixture.Phone.ToString(), Limits).Value!;
        Assert.Equal(ManagementFixture.Phone, _copied);
        Assert.Equal("root captures 02:00:00:00:00:01; only one device is captured at a time", Inspection.Capture(ManagementFixture.Admin, ManagementFixture.Tablet.ToString(), Limits).Failure!.Message);
        Assert.Equal("the packets of 02:00:00:00:00:01 are captured, for 30 s at most (by root)", Assert.Single(_fixture.Events.Latest(), e => e.Kind == EventKind.DeviceCapture).Text);

        first.Dispose();
        Assert.Null(_copied);
        Inspection.Capture(ManagementFixture.Admin, ManagementFixture.Tablet.ToString(), Limits).Value!.Dispose();

        // What it wrote is a whole file, with its end.
        var file = new List<byte>();
        await foreach (var part in first.ReadAsync(TestContext.Current.CancellationToken))
        {
            file.AddRange(part.Span);
        }

        var (at, last) = (0, default(PcapngBlock));
        while (at < file.Count)
        {
            Assert.True(PcapngBlock.TryRead(file.ToArray().AsSpan(at), out last));
            at += last.Length;
        }

        Assert.Equal((PcapngBlockKind.Statistics, "the capture was ended"), (last.Kind, last.Comment));
    }
}
