using System.Buffers.Binary;
using FsCheck.Xunit;
using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class TransportChecksumTests
{
    private static readonly FramePath Path = new(WireSamples.MacA, WireSamples.MacB, WireSamples.IpA, WireSamples.IpB);

    [Property]
    public void TryComplete_BegunUdp_Completed(ushort sourcePort, ushort destinationPort, byte[] payload) =>
        AssertCompleted(FrameBuilder.Udp(Path, sourcePort, destinationPort, payload));

    [Property]
    public void TryComplete_BegunTcp_Completed(ushort sourcePort, ushort destinationPort, byte[] payload) =>
        AssertCompleted(FrameBuilder.Tcp(Path, sourcePort, destinationPort, TcpControl.Syn, payload));

    [Fact]
    public void TryComplete_BegunTcpWithBothOptions_Completed() =>
        AssertCompleted(FrameBuilder.Tcp(
            Path with { Options = [0x94, 4, 0, 0] }, new TcpHeader(1, 2, TcpControl.Syn), [2, 4, 5, 180], []));

    [Fact]
    public void TryComplete_BegunUdpComputesToZero_AllOnes()
    {
        var packet = Packet(FrameBuilder.Udp(Path, 1, 2, 0, 0));
        byte[] payload = [packet[26], packet[27]];
        var whole = FrameBuilder.Udp(Path, 1, 2, payload);
        AssertCompleted(whole);
        Assert.Equal([0xFF, 0xFF], Packet(whole)[26..28]);
    }

    [Fact]
    public void TryComplete_LinkPaddingBehind_NotCounted()
    {
        var frame = FrameBuilder.Udp(Path, 1, 2, 3);
        byte[] packet = [.. Packet(FrameBuilder.ChecksumPartial(frame)), 0xEE, 0xEE];
        Assert.Equal(TransportChecksumResult.Completed, TransportChecksum.TryComplete(packet));
        Assert.Equal([.. Packet(frame), 0xEE, 0xEE], packet);
    }

    [Fact]
    public void TryComplete_RightSum_LeftAlone()
    {
        AssertUntouched(TransportChecksumResult.Right, Packet(FrameBuilder.Udp(Path, 1, 2, 3)));
        AssertUntouched(TransportChecksumResult.Right, Packet(FrameBuilder.Tcp(Path, 1, 2, TcpControl.Ack, 3)));
    }

    [Fact]
    public void TryComplete_RightTcpSumOfZero_LeftAlone()
    {
        var packet = Packet(FrameBuilder.Tcp(Path, 1, 2, TcpControl.Ack, 0, 0));
        var frame = FrameBuilder.Tcp(Path, 1, 2, TcpControl.Ack, packet[36], packet[37]);
        Assert.Equal([0, 0], Packet(frame)[36..38]);
        AssertUntouched(TransportChecksumResult.Right, Packet(frame));
        AssertCompleted(frame);
    }

    [Fact]
    public void TryComplete_UdpWithoutSum_LeftAlone()
    {
        var packet = Packet(FrameBuilder.Udp(Path, 1, 2, 3));
        packet[26] = packet[27] = 0;
        AssertUntouched(TransportChecksumResult.Absent, packet);
    }

    [Fact]
    public void TryComplete_EverySingleBitChanged_NeverMadeRight()
    {
        foreach (var frame in new[] { FrameBuilder.Udp(Path, 1, 2, 3), FrameBuilder.Tcp(Path, 1, 2, TcpControl.Ack, 3) })
        {
            var good = Packet(frame);
            for (var bit = 20 * 8; bit < good.Length * 8; bit++)
            {
                byte[] packet = [.. good];
                packet[bit / 8] ^= (byte)(1 << (bit % 8));
                byte[] before = [.. packet];
                var result = TransportChecksum.TryComplete(packet);
                Assert.True(result is TransportChecksumResult.Wrong or TransportChecksumResult.NotApplicable, $"bit {bit}: {result}");
                Assert.Equal(before, packet);
            }
        }
    }

    [Fact]
    public void TryComplete_Fragment_LeftAlone()
    {
        var partial = FrameBuilder.ChecksumPartial(FrameBuilder.Udp(Path, 1, 2, new byte[64]));
        foreach (var fragment in FrameBuilder.Fragments(Path, partial, 60))
        {
            AssertUntouched(TransportChecksumResult.NotApplicable, Packet(fragment));
        }
    }

    [Fact]
    public void TryComplete_FragmentThatLooksWhole_LeftAlone()
    {
        foreach (var path in new[] { Path with { MoreFragments = true }, Path with { FragmentOffset = 8 } })
        {
            AssertUntouched(TransportChecksumResult.NotApplicable, Packet(FrameBuilder.ChecksumPartial(FrameBuilder.Tcp(path, 1, 2, TcpControl.Syn))));
            AssertUntouched(TransportChecksumResult.NotApplicable, Packet(FrameBuilder.ChecksumPartial(FrameBuilder.Udp(path, 1, 2, 3))));
        }
    }

    [Fact]
    public void TryComplete_UdpLiteComputesToZero_AllOnesAndZeroNotRight()
    {
        // With the sum's complement as data, the sum becomes all ones and the checksum zero.
        byte[] segment = [0, 1, 0, 2, 0, 0, 0, 0, 0, 0];
        var pseudo = Checksum.PseudoHeader(WireSamples.IpA, WireSamples.IpB, IpProtocol.UdpLite, segment.Length);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(8), Checksum.Finish(Checksum.Add(segment, pseudo)));
        var frame = FrameBuilder.Ipv4(Path, IpProtocol.UdpLite, segment);
        AssertUntouched(TransportChecksumResult.Wrong, Packet(frame));

        var packet = Packet(FrameBuilder.ChecksumPartial(frame));
        Assert.Equal(TransportChecksumResult.Completed, TransportChecksum.TryComplete(packet));
        Assert.Equal([0xFF, 0xFF], packet[26..28]);
        AssertUntouched(TransportChecksumResult.Right, packet);
    }

    [Fact]
    public void TryComplete_OtherProtocol_LeftAlone()
    {
        AssertUntouched(TransportChecksumResult.NotApplicable, Packet(FrameBuilder.IcmpEcho(Path, 1, 1)));
        AssertUntouched(TransportChecksumResult.NotApplicable, Packet(FrameBuilder.Ipv4(Path, IpProtocol.Gre, new byte[32])));
        AssertUntouched(TransportChecksumResult.NotApplicable, []);
    }

    [Theory]
    [InlineData(0, 12)] // 0: all of it
    [InlineData(8, 8)]
    [InlineData(10, 10)]
    [InlineData(12, 12)]
    public void TryComplete_BegunUdpLite_CompletedOverCoverage(byte coverage, int covered)
    {
        byte[] segment = [0, 1, 0, 2, 0, coverage, 0, 0, 1, 2, 3, 4];
        var pseudo = Checksum.PseudoHeader(WireSamples.IpA, WireSamples.IpB, IpProtocol.UdpLite, segment.Length);
        var expected = Checksum.Finish(Checksum.Add(segment.AsSpan(0, covered), pseudo));
        var packet = Packet(FrameBuilder.ChecksumPartial(FrameBuilder.Ipv4(Path, IpProtocol.UdpLite, segment)));

        Assert.Equal(TransportChecksumResult.Completed, TransportChecksum.TryComplete(packet));
        Assert.Equal(expected, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(26)));
        AssertUntouched(TransportChecksumResult.Right, packet);
    }

    [Theory]
    [InlineData(7, TransportChecksumResult.NotApplicable)]
    [InlineData(13, TransportChecksumResult.NotApplicable)]
    [InlineData(12, TransportChecksumResult.Wrong)] // RFC 3828 section 3.1: no zero for "none"
    public void TryComplete_UdpLiteCoverageOrZeroSum_LeftAlone(byte coverage, TransportChecksumResult expected) =>
        AssertUntouched(expected, Packet(FrameBuilder.Ipv4(Path, IpProtocol.UdpLite, [0, 1, 0, 2, 0, coverage, 0, 0, 1, 2, 3, 4])));

    private static void AssertCompleted(byte[] frame)
    {
        var packet = Packet(FrameBuilder.ChecksumPartial(frame));
        Assert.Equal(TransportChecksumResult.Completed, TransportChecksum.TryComplete(packet));
        Assert.Equal(Packet(frame), packet);
    }

    private static void AssertUntouched(TransportChecksumResult expected, byte[] packet)
    {
        byte[] before = [.. packet];
        Assert.Equal(expected, TransportChecksum.TryComplete(packet));
        Assert.Equal(before, packet);
    }

    private static byte[] Packet(byte[] frame) => frame[EthernetHeader.Size..];
}
