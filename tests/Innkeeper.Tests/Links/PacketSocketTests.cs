using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.Tests.Links;

public sealed class PacketSocketTests
{
    private static readonly byte[] Frame = Convert.FromHexString("ffffffffffff02000000000108060001080006040001")
        .Concat(new byte[38]).ToArray();

    [Fact]
    public void TrySend_DownUpDownGone_ErrorsAsValues() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        Assert.True(Netlink.ReadInterface("ikt-b", out var b));
        using var socket = new PacketSocket(a.Index);
        Assert.False(socket.TrySend(Frame, out var errno));
        Assert.Equal(Libc.ENETDOWN, errno);

        Netlink.SetUp(a.Index);
        Netlink.SetUp(b.Index);
        Assert.True(socket.TrySend(Frame, out errno));
        Assert.Equal(0, errno);

        PrivateNetwork.Ip("link set dev ikt-a down");
        Assert.False(socket.TrySend(Frame));
        Netlink.SetUp(a.Index);
        Assert.True(socket.TrySend(Frame));

        Assert.False(socket.TrySend(new byte[4000], out errno));
        Assert.Equal(Libc.EMSGSIZE, errno);
        Assert.False(socket.TrySend([], out errno));
        Assert.Equal(Libc.EINVAL, errno);

        Netlink.DeleteLink("ikt-a");
        Assert.False(socket.TrySend(Frame, out errno));
        Assert.Equal(Libc.ENXIO, errno);
    });

    [Fact]
    public void TrySend_ManyFrames_AllocatesNothing() => PrivateNetwork.Run(() =>
    {
        using var socket = new PacketSocket(1);
        for (var i = 0; i < 100; i++)
        {
            socket.TrySend(Frame);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            socket.TrySend(Frame);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    });

    [Fact]
    public void PacketSocket_NoSuchInterface_Throws() => PrivateNetwork.Run(() =>
        Assert.Equal(Libc.ENODEV, Assert.Throws<NetlinkException>(() => new PacketSocket(4711)).Errno));
}
