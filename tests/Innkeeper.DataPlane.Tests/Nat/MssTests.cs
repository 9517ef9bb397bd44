using System.Buffers.Binary;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Nat;

/// <summary>The segment size that a connection is opened with fits both MTUs; the harness compares every octet, the checksum too.</summary>
public sealed class MssTests : IDisposable
{
    private const ushort UplinkMtu = 1400;
    private const ushort Fits = UplinkMtu - 40;
    private const byte Syn = 2;
    private const byte SynAck = 0x12;

    private readonly Plane _plane = new(flags: ConfigFlags.ClampMss);

    public MssTests() => _plane.SetUplinkMtu(UplinkMtu);

    public void Dispose() => _plane.Dispose();

    /// <summary>A segment with options, padded with end-of-options.</summary>
    private static byte[] Segment(string source, string destination, byte flags, byte[] options, byte[] data)
    {
        var size = (options.Length + 3) & ~3;
        byte[] segment = [.. Packets.Tcp(source, destination, 4000, 80, flags)[..20], .. options, .. new byte[size - options.Length], .. data];
        segment[12] = (byte)((20 + size) / 4 << 4);
        segment.AsSpan(16, 2).Clear();
        var sum = Checksum.PseudoHeader(Ipv4Address.Parse(source), Ipv4Address.Parse(destination), IpProtocol.Tcp, segment.Length);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Checksum.Finish(Checksum.Add(segment, sum)));
        return segment;
    }

    private static byte[] Mss(ushort value) => [2, 4, (byte)(value >> 8), (byte)value];

    private static byte[] Out(byte flags, byte[] options, byte[]? data = null) =>
        Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Tcp, Segment(Claimed, Server, flags, options, data ?? []));

    private static byte[] Left(byte flags, byte[] options, byte[]? data = null) =>
        Packets.Ipv4(AccessMac, DeviceMac, Legal, Server, IpProtocol.Tcp, Segment(Legal, Server, flags, options, data ?? []), 63);

    private static byte[] In(byte flags, byte[] options) => Packets.Ipv4(UplinkMac, RouterMac, Server, Legal, IpProtocol.Tcp, Segment(Server, Legal, flags, options, []));

    private static byte[] Arrived(byte flags, byte[] options) =>
        Packets.Ipv4(DeviceMac, AccessMac, Server, Claimed, IpProtocol.Tcp, Segment(Server, Claimed, flags, options, []), 63);

    private void AssertOut(byte flags, byte[] options, byte[] expected, byte[]? data = null) =>
        _plane.AssertForwarded("from_access", Out(flags, options, data), Left(flags, expected, data));

    [Theory]
    [InlineData(Syn)]
    [InlineData(SynAck)]
    [InlineData(0xc2)]
    public void TooLarge_IsLowered_BothWays(byte flags)
    {
        foreach (var mss in (ushort[])[1460, 8960, 65535, Fits + 1])
        {
            AssertOut(flags, Mss(mss), Mss(Fits));
            _plane.AssertForwarded("from_uplink", In(flags, Mss(mss)), Arrived(flags, Mss(Fits)));
        }
    }

    [Theory]
    [InlineData(Fits)]
    [InlineData(536)]
    [InlineData(1)]
    [InlineData(0)]
    public void Fitting_StaysAsItIs(ushort mss) => AssertOut(Syn, Mss(mss), Mss(mss));

    [Fact]
    public void AccessMtu_ThatIsTheLower_Counts()
    {
        _plane.SetUplinkMtu(1500);
        _plane.SetAccessMtu(Fits + 40);
        AssertOut(Syn, Mss(1460), Mss(Fits));
        _plane.AssertForwarded("from_uplink", In(Syn, Mss(1460)), Arrived(Syn, Mss(Fits)));
    }

    /// <summary>At an odd octet the value lies in two words of the checksum.</summary>
    [Fact]
    public void BehindOtherOptions_AtEvenAndOddOctets_IsFound()
    {
        for (var nops = 0; nops <= 36; nops++)
        {
            var before = Enumerable.Repeat((byte)1, nops).ToArray();
            AssertOut(Syn, [.. before, .. Mss(1460)], [.. before, .. Mss(Fits)]);
        }

        byte[] timestamps = [8, 10, 1, 2, 3, 4, 0, 0, 0, 0];
        AssertOut(Syn, [4, 2, .. timestamps, 1, 3, 3, 7, .. Mss(9000)], [4, 2, .. timestamps, 1, 3, 3, 7, .. Mss(Fits)]);
        AssertOut(Syn, [1, .. timestamps, .. Mss(9000), 1, 1], [1, .. timestamps, .. Mss(Fits), 1, 1]);
        AssertOut(Syn, Mss(1460), Mss(Fits), data: [1, 2, 3]);
    }

    [Fact]
    public void MalformedOrMissing_StaysAsItIs()
    {
        foreach (var options in (byte[][])[[], [1, 1, 1, 1], [0, 2, 4, 0xff, 0xff], [2, 3, 0xff, 0xff], [2, 0, 0xff, 0xff], [3, 0, 1, 1, .. Mss(1460)], [3, 255, 1, 1, .. Mss(1460)], [1, 1, 2, 4], [1, 1, 1, 2]])
        {
            AssertOut(Syn, options, options);
        }
    }

    [Fact]
    public void OtherSegments_StayAsTheyAre()
    {
        foreach (byte flags in (byte[])[0x10, 0x18, 0x11, 0x04])
        {
            AssertOut(flags, Mss(1460), Mss(1460));
        }
    }

    /// <summary>The header says that it is longer than the packet.</summary>
    [Fact]
    public void HeaderBeyondThePacket_StaysAsItIs()
    {
        var segment = Segment(Claimed, Server, Syn, Mss(1460), []);
        segment[12] = 0xf0;
        var (act, frame) = _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Tcp, segment));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(segment[20..], frame[^4..]);
    }

    [Fact]
    public void SwitchedOff_StaysAsItIs()
    {
        using var plane = new Plane();
        plane.SetUplinkMtu(UplinkMtu);
        plane.AssertForwarded("from_access", Out(Syn, Mss(1460)), Left(Syn, Mss(1460)));
    }

    [Fact]
    public void SharedAddress_IsLoweredToo()
    {
        using var harness = new NaptHarness(flags: ConfigFlags.ClampMss);
        harness.Plane.SetUplinkMtu(UplinkMtu);
        var (act, frame) = harness.Plane.Run("from_access", Out(Syn, Mss(1460)));
        Assert.Equal(Act.Redirect, act);
        var port = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34));
        Assert.Equal(Mss(Fits), frame[^4..]);

        var answer = Segment(Server, SharedAddress, SynAck, Mss(1460), []);
        BinaryPrimitives.WriteUInt16BigEndian(answer, 80);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2), port);
        (act, frame) = harness.Plane.Run("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, SharedAddress, IpProtocol.Tcp, answer));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Mss(Fits), frame[^4..]);
    }

    /// <summary>A SYN that needs the host's stack is lowered before.</summary>
    [Fact]
    public void SlowPath_IsLoweredToo()
    {
        var (act, frame) = _plane.Run("from_access", Packets.WithOptions(Out(Syn, Mss(1460)), 1, 1, 1, 1));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Mss(Fits), frame[^4..]);
    }
}
