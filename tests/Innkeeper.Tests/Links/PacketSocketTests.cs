using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Links;

public sealed class PacketSocketTests
{
    private static readonly byte[] Frame = Convert.FromHexString("ffffffffffff02000000000108060001080006040001")
        .Concat(new byte[38]).ToArray();

    /// <summary>More than the kernel sends by itself.</summary>
    private const int ManyFrames = 200;

    [Fact]
    public void TrySend_DownUpDownGone_ErrorsAsValues() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        Assert.True(Netlink.ReadInterface("ikt-b", out var b));
        using var socket = PacketSocket.Open();
        socket.Bind(a.Index);
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
        using var socket = PacketSocket.Open();
        socket.Bind(1);
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
    public void Bind_NoSuchInterface_Throws() => PrivateNetwork.Run(() =>
    {
        using var socket = PacketSocket.Open();

        Assert.Equal(Libc.ENODEV, Assert.Throws<NetlinkException>(() => socket.Bind(4711)).Errno);
    });

    [Fact]
    public void TrySend_NotBoundYet_OrClosed_IsAnErrorAsValue() => PrivateNetwork.Run(() =>
    {
        var socket = PacketSocket.Open();
        Assert.False(socket.TrySend(Frame, out var errno));
        Assert.Equal(Libc.ENXIO, errno);

        socket.Dispose();
        Assert.False(socket.TrySend(Frame, out errno));
        Assert.Equal(Libc.EBADF, errno);
    });

    [Fact]
    public void Bind_InterfaceMadeAgain_SendsByTheNewOne() => PrivateNetwork.Run(() =>
    {
        using var socket = PacketSocket.Open();
        var before = MakePair();
        socket.Bind(before);
        Assert.True(socket.TrySend(Frame));
        Netlink.DeleteLink("ikt-a");
        Assert.False(socket.TrySend(Frame));

        var after = MakePair();
        Assert.NotEqual(before, after);
        Assert.False(socket.TrySend(Frame, out var errno));
        Assert.Equal(Libc.ENXIO, errno);
        socket.Bind(after);

        Assert.True(socket.TrySend(Frame, out errno));
        Assert.Equal(0, errno);

        // The kernel drops what is sent before it has noticed the carrier.
        Assert.True(SpinWait.SpinUntil(() => SendMany(socket) && SentBy("ikt-a") >= ManyFrames, TimeSpan.FromSeconds(10)), "nothing leaves");
    });

    [Fact]
    public void Bind_TheSameIndexMadeAgain_SendsAgain() => PrivateNetwork.Run(() =>
    {
        using var socket = PacketSocket.Open(group: Advertisement.Group);
        PrivateNetwork.Ip("link add ikt-a index 77 type veth peer name ikt-b");
        BringUp();
        socket.Bind(77);
        Netlink.DeleteLink("ikt-a");
        PrivateNetwork.Ip("link add ikt-a index 77 type veth peer name ikt-b");
        BringUp();
        Assert.False(socket.TrySend(Frame));

        socket.Bind(77);

        Assert.True(socket.TrySend(Frame));
        Assert.True(IsListening("ikt-a"));
    });

    [Fact]
    public void Bind_ToAnotherInterface_TheGroupMembershipFollows() => PrivateNetwork.Run(() =>
    {
        using var socket = PacketSocket.Open(group: Advertisement.Group);
        socket.Bind(MakePair());
        Assert.True(IsListening("ikt-a"));

        // Renamed: the old interface lives on, and is none of ours.
        PrivateNetwork.Ip("link set dev ikt-a down");
        PrivateNetwork.Ip("link set dev ikt-a name ikt-old");
        PrivateNetwork.Ip("link set dev ikt-b name ikt-oldb");
        Netlink.SetUp(IndexOf("ikt-old"));
        socket.Bind(MakePair());
        Assert.True(IsListening("ikt-a"));
        Assert.False(IsListening("ikt-old"));

        Netlink.DeleteLink("ikt-a");
        socket.Bind(MakePair());
        Assert.True(IsListening("ikt-a"));

        socket.Bind(IndexOf("ikt-a"));
        Assert.True(IsListening("ikt-a"));
        socket.Bind(IndexOf("ikt-old"));
        Assert.False(IsListening("ikt-a"));
    });

    [Fact]
    public void Bind_AfterAFailure_JoinsTheGroupNextTime() => PrivateNetwork.Run(() =>
    {
        using var socket = PacketSocket.Open(group: Advertisement.Group);
        var first = MakePair();
        socket.Bind(first);
        Netlink.DeleteLink("ikt-a");
        Assert.Throws<NetlinkException>(() => socket.Bind(first));

        socket.Bind(MakePair());

        Assert.True(IsListening("ikt-a"));
        Assert.True(socket.TrySend(Frame));
    });

    /// <summary>As the thread that writes leases sends acknowledgements while the dispatcher's follows the interfaces.</summary>
    [Fact]
    public void TrySend_FromTwoThreadsWhileBinding_FramesLeaveByAnInterfaceOrAreRefused() => PrivateNetwork.Run(() =>
    {
        const int Rounds = 20;
        using var socket = PacketSocket.Open(group: Advertisement.Group);
        using var isOver = new CancellationTokenSource();
        var sent = 0L;
        var unexpected = 0;
        var senders = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!isOver.IsCancellationRequested)
            {
                if (socket.TrySend(Frame, out var errno))
                {
                    Interlocked.Increment(ref sent);
                }
                else if (errno is not (Libc.ENXIO or Libc.ENETDOWN or Libc.ENOBUFS or Libc.EAGAIN))
                {
                    Volatile.Write(ref unexpected, errno);
                }
            }
        })).ToList();
        senders.ForEach(sender => sender.Start());
        for (var round = 0; round < Rounds; round++)
        {
            socket.Bind(MakePair());
            var before = Interlocked.Read(ref sent);
            Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref sent) > before + 10, TimeSpan.FromSeconds(10)), $"nothing leaves in round {round}");
            Netlink.DeleteLink("ikt-a");
        }

        isOver.Cancel();
        senders.ForEach(sender => sender.Join());
        Assert.Equal(0, Volatile.Read(ref unexpected));
    });

    /// <summary>A veth pair that is up.</summary>
    /// <returns>The index of its first end.</returns>
    private static int MakePair()
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        BringUp();
        return IndexOf("ikt-a");
    }

    private static void BringUp()
    {
        Netlink.SetUp(IndexOf("ikt-a"));
        Netlink.SetUp(IndexOf("ikt-b"));
    }

    private static int IndexOf(string name)
    {
        Assert.True(Netlink.ReadInterface(name, out var link));
        return link.Index;
    }

    private static bool IsListening(string name) =>
        PrivateNetwork.IpLines($"maddress show dev {name}").Contains($"link {Advertisement.Group}");

    private static bool SendMany(PacketSocket socket) => Enumerable.Range(0, ManyFrames).All(_ => socket.TrySend(Frame));

    /// <summary>All frames that left, a few of the kernel's own (IPv6) among them.</summary>
    private static int SentBy(string name) => int.Parse(
        PrivateNetwork.IpLines($"-s link show dev {name}")[^1].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
