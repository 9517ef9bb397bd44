using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Dhcp;

/// <summary>Where DHCP messages from the access side go.</summary>
public sealed class DhcpTests : IDisposable
{
    private const string Ours = "10.203.0.1";
    private const string Broadcast = "ff:ff:ff:ff:ff:ff";
    private static readonly byte[] s_message = [1, 1, 6, 0, .. new byte[296]];

    private readonly Plane _plane = new();
    private readonly List<(PuntReason Reason, uint Binding, byte[] Frame)> _got = [];

    public DhcpTests() => Serve(_plane, Ours);

    public void Dispose() => _plane.Dispose();

    private static void Serve(Plane plane, string server)
    {
        Assert.True(plane.Bpf.Config.TryGet(0, out var config));
        config.DhcpServer = Ipv4Address.Parse(server);
        plane.Bpf.Config.Set(0, config);
    }

    private static byte[] Frame(string to, string mac, string source, string destination, ushort from, ushort port, ushort fragment = 0) =>
        Packets.Ipv4(to, mac, source, destination, IpProtocol.Udp, Packets.Udp(source, destination, from, port, s_message), fragment: fragment);

    private Act Run(byte[] frame, Plane? plane = null)
    {
        plane ??= _plane;
        using var ring = plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> copy) => _got.Add((punt.Reason, punt.Binding, copy.ToArray())));
        ring.Poll(TimeSpan.Zero);
        _got.Clear();
        var (act, result) = plane.Run("from_access", frame);
        ring.Poll(TimeSpan.FromMilliseconds(100));
        if (act == Act.Ok)
        {
            Assert.Equal(frame, result);
        }

        return act;
    }

    [Theory]
    [InlineData(Broadcast, "0.0.0.0", "255.255.255.255", 0)]
    [InlineData(Broadcast, Claimed, "255.255.255.255", 2)]
    [InlineData(AccessMac, "0.0.0.0", "255.255.255.255", 0)]
    [InlineData(AccessMac, "10.203.7.7", Ours, 0)]
    [InlineData(AccessMac, Claimed, Ours, 2)]
    [InlineData("01:00:5e:00:00:01", "169.254.3.4", "224.0.0.1", 0)]
    public void FromAccess_ClientsMessage_IsPuntedWholeAndGoesNoFurther(string to, string source, string destination, uint binding)
    {
        var frame = Frame(to, DeviceMac, source, destination, 68, 67);

        Assert.Equal(Act.Drop, Run(frame));

        var (reason, sender, copy) = Assert.Single(_got);
        Assert.Equal((PuntReason.Dhcp, binding), (reason, sender));
        Assert.Equal(frame, copy);
    }

    [Theory]
    [InlineData(Broadcast, "192.168.1.1", "255.255.255.255")]
    [InlineData(AccessMac, "192.168.1.1", "192.168.1.7")]
    [InlineData(AccessMac, Claimed, Server)]
    public void FromAccess_ServersMessage_IsHeardDroppedAndCounted(string to, string source, string destination)
    {
        var frame = Frame(to, DeviceMac, source, destination, 67, 68);
        var before = _plane.Drops(DropReason.DhcpServer);

        Assert.Equal(Act.Drop, Run(frame));

        Assert.Equal(before + 1, _plane.Drops(DropReason.DhcpServer));
        var (reason, _, copy) = Assert.Single(_got);
        Assert.Equal(PuntReason.DhcpServer, reason);
        Assert.Equal(frame, copy);
    }

    [Fact]
    public void FromAccess_ToAServerOfTheDevicesOwnChoice_GoesItsWay()
    {
        Assert.Equal(Act.Redirect, Run(Frame(AccessMac, DeviceMac, Claimed, Server, 68, 67)));
        Assert.Empty(_got);
    }

    [Theory]
    [InlineData(68, 69, 0)]
    [InlineData(67, 69, 0)]
    [InlineData(68, 67, Packets.MoreFragments)]
    [InlineData(68, 67, 1)]
    public void FromAccess_OtherBroadcasts_AreDroppedAsBefore(ushort from, ushort port, ushort fragment)
    {
        var before = _plane.Drops(DropReason.Broadcast);

        Assert.Equal(Act.Drop, Run(Frame(Broadcast, DeviceMac, "0.0.0.0", "255.255.255.255", from, port, fragment)));

        Assert.Empty(_got);
        Assert.Equal(before + 1, _plane.Drops(DropReason.Broadcast));
    }

    [Fact]
    public void FromAccess_ClientsMessageToAnotherStation_IsNotForUs() =>
        _plane.AssertDropped("from_access", Frame(TwinMac, DeviceMac, "0.0.0.0", "255.255.255.255", 68, 67), DropReason.NotForUs);

    [Fact]
    public void FromAccess_WhereNoDhcpIsServed_ChangesNothing()
    {
        Serve(_plane, "0.0.0.0");

        _plane.AssertDropped("from_access", Frame(Broadcast, DeviceMac, "0.0.0.0", "255.255.255.255", 68, 67), DropReason.Broadcast);
        _plane.AssertDropped("from_access", Frame(Broadcast, DeviceMac, "192.168.1.1", "255.255.255.255", 67, 68), DropReason.Broadcast);
        Assert.Equal(Act.Redirect, Run(Frame(AccessMac, DeviceMac, Claimed, Server, 67, 68)));
        Assert.Empty(_got);
    }

    [Fact]
    public void FromAccess_OnOneArm_PassesUntouched()
    {
        using var plane = new Plane(flags: ConfigFlags.OneArm);

        Assert.Equal(Act.Ok, Run(Frame(Broadcast, DeviceMac, "0.0.0.0", "255.255.255.255", 68, 67), plane));
        Assert.Equal(Act.Ok, Run(Frame(Broadcast, RouterMac, "137.118.199.1", "255.255.255.255", 67, 68), plane));
        Assert.Empty(_got);
    }

    [Fact]
    public void FromAccess_EveryTruncation_IsNeitherForwardedNorAnError()
    {
        var whole = Frame(Broadcast, DeviceMac, "0.0.0.0", "255.255.255.255", 68, 67);
        for (var length = EthernetHeader.Size + Ipv4Header.Size; length < 80; length++)
        {
            Assert.Equal(Act.Drop, _plane.Run("from_access", whole[..length]).Act);
        }
    }

    [Fact]
    public void FromAccess_FloodOfUnknownSources_LeavesRenewalsAndNewSourcesAlone()
    {
        for (var i = 0; i < 40_000; i++)
        {
            _plane.Run("from_access", Frame(Broadcast, $"02:00:01:00:{i >> 8:x2}:{i & 0xff:x2}", "0.0.0.0", "255.255.255.255", 68, 67));
            if (i % 4096 == 0)
            {
                using var drain = _plane.Bpf.OpenPunts((in Punt _, ReadOnlySpan<byte> _) => { });
                drain.Poll(TimeSpan.Zero);
            }
        }

        var limited = _plane.Drops(DropReason.PuntLimit);
        Assert.Equal(Act.Drop, Run(Frame(AccessMac, DeviceMac, Claimed, Ours, 68, 67)));
        Assert.Equal((PuntReason.Dhcp, 2u), Assert.Single(_got) is var (reason, binding, _) ? (reason, binding) : default);
        Assert.Equal(Act.Drop, Run(Packets.Ipv4(AccessMac, TwinMac, "10.9.8.7", Server, IpProtocol.Esp, s_message)));
        Assert.Equal(PuntReason.NewSource, Assert.Single(_got).Reason);
        Assert.Equal(limited, _plane.Drops(DropReason.PuntLimit));
    }
}
