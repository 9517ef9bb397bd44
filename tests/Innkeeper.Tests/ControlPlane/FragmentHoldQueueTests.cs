using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

public sealed class FragmentHoldQueueTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);
    private readonly FragmentHoldQueue _early = new();

    private static byte[] Later(ushort id, int source = 1, int offset = 1480)
    {
        var packet = new byte[Ipv4Header.Size + 32];
        new Ipv4Header(Ipv4Address.Parse($"203.0.113.{source}"), Ipv4Address.Parse("192.0.2.2"), IpProtocol.Udp) { Identification = id, FragmentOffset = offset }.Write(packet, 32);
        return packet;
    }

    private bool Hold(byte[] packet, TimeSpan now, out bool lost)
    {
        Assert.True(Ipv4Packet.TryParse(packet, out var parsed));
        return _early.Hold(parsed, packet, now, out lost);
    }

    private IReadOnlyList<byte[]> FirstCame(byte[] packet, TimeSpan now)
    {
        Assert.True(Ipv4Packet.TryParse(packet, out var parsed));
        return _early.FirstCame(parsed, now);
    }

    [Fact]
    public void Held_WhenTheFirstComes_FollowInOrder()
    {
        Assert.False(Hold(Later(7, offset: 2960), s_now, out _));
        Assert.False(Hold(Later(7), s_now, out _));
        Assert.False(Hold(Later(8), s_now, out _));

        Assert.Equal([Later(7, offset: 2960), Later(7)], FirstCame(Later(7, offset: 0), s_now));
        Assert.Equal(1, _early.Count);
        Assert.Empty(FirstCame(Later(7, offset: 0), s_now));
    }

    [Fact]
    public void Later_AfterItsFirstCame_GoesAtOnce()
    {
        Assert.Empty(FirstCame(Later(7, offset: 0), s_now));

        Assert.True(Hold(Later(7), s_now, out var lost));
        Assert.False(lost);
        Assert.Equal(0, _early.Count);
    }

    [Fact]
    public void Held_TooLong_AreForgotten()
    {
        Hold(Later(7), s_now, out _);

        Assert.Empty(FirstCame(Later(7, offset: 0), s_now + FragmentHoldQueue.Lifetime));
        Assert.Equal(0, _early.Count);
    }

    [Fact]
    public void Datagram_OfTooManyFragments_LosesTheRest()
    {
        for (var i = 0; i < FragmentHoldQueue.MaxOfADatagram; i++)
        {
            Hold(Later(7, offset: 8 * (i + 1)), s_now, out var lost);
            Assert.False(lost);
        }

        Hold(Later(7, offset: 8000), s_now, out var tooMany);
        Assert.True(tooMany);
        Assert.Equal(FragmentHoldQueue.MaxOfADatagram, _early.Count);
    }

    [Fact]
    public void Flood_OfOnePair_LeavesRoomForOthers()
    {
        for (ushort id = 0; id < 2000; id++)
        {
            Hold(Later(id), s_now, out _);
        }

        Assert.Equal(FragmentHoldQueue.MaxOfAPair, _early.Count);
        Hold(Later(1, source: 2), s_now, out var lost);
        Assert.False(lost);
    }

    [Fact]
    public void Flood_OfManyPairs_HasAnEnd()
    {
        for (var source = 1; source < 250; source++)
        {
            for (ushort id = 0; id < 20; id++)
            {
                Hold(Later(id, source), s_now, out _);
            }
        }

        Assert.InRange(_early.Count, 1, FragmentHoldQueue.MaxInAll);
        Hold(Later(1, source: 251), s_now + FragmentHoldQueue.Lifetime, out var lost);
        Assert.False(lost);
        Assert.Equal(1, _early.Count);
    }
}
