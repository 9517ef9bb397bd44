using FsCheck.Xunit;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Wire.Dhcp;

public class DhcpPacketTests
{
    private static readonly DhcpHeader Header = new(true, 0x12345678, MacA)
    {
        Seconds = 0x0102,
        IsBroadcast = true,
        ClientAddress = Ipv4Address.Parse("10.0.0.1"),
        YourAddress = Ipv4Address.Parse("10.0.0.2"),
        ServerAddress = Ipv4Address.Parse("10.0.0.3"),
        RelayAddress = Ipv4Address.Parse("10.0.0.4"),
    };

    private static readonly byte[] Fixed =
    [
        .. Hex("02 01 06 00 12345678 0102 8000 0a000001 0a000002 0a000003 0a000004 02000000000a"), .. new byte[10 + 64 + 128], .. Hex("63825363"),
    ];

    private static byte[] Message(string options) => [.. Fixed, .. Hex(options)];

    [Fact]
    public void Deconstruct_Message_Fields()
    {
        Assert.True(DhcpPacket.TryParse(Message("35 01 05 36 04 0a000003 ff"), out var packet));
        Assert.True(packet.IsReply);
        Assert.Equal(0, packet.Hops);
        Assert.Equal(0x12345678u, packet.TransactionId);
        Assert.Equal(0x0102, packet.Seconds);
        Assert.True(packet.IsBroadcast);
        Assert.Equal("10.0.0.1", packet.ClientAddress.ToString());
        Assert.Equal("10.0.0.2", packet.YourAddress.ToString());
        Assert.Equal("10.0.0.3", packet.ServerAddress.ToString());
        Assert.Equal("10.0.0.4", packet.RelayAddress.ToString());
        Assert.Equal(MacA, packet.ClientMac);
        Assert.Equal(DhcpMessageType.Ack, packet.MessageType);
        Assert.Equal("10.0.0.3", packet.AddressOf(DhcpOption.ServerIdentifier).ToString());
    }

    [Fact]
    public void Construct_Header_SameOctets()
    {
        var buffer = Dirty(300);
        var writer = new DhcpWriter(buffer, Header);
        Assert.Equal(Fixed, buffer[..writer.Length]);
    }

    [Fact]
    public void Emit_Message_SameOctetsAndPadding()
    {
        var buffer = Dirty(310);
        var writer = new DhcpWriter(buffer, Header);
        Assert.True(writer.TryAdd(DhcpOption.MessageType, (byte)DhcpMessageType.Ack));
        Assert.True(writer.TryAdd(DhcpOption.LeaseTime, 3600u));
        Assert.True(writer.TryAdd(DhcpOption.InterfaceMtu, (ushort)1500));
        Assert.True(writer.TryAdd(DhcpOption.Router, IpA));
        Assert.True(writer.TryAdd(DhcpOption.DomainName, "x"u8));
        Assert.Equal(DhcpHeader.MinMessageSize, writer.Finish());

        byte[] expected = Message("35 01 05 33 04 00000e10 1a 02 05dc 03 04 c0000201 0f 01 78 ff");
        Assert.Equal([.. expected, .. new byte[DhcpHeader.MinMessageSize - expected.Length], .. Dirty(10)], buffer);
    }

    [Fact]
    public void Emit_NoRoom_LeavesTheOptionOutAsAWhole()
    {
        var writer = new DhcpWriter(new byte[300], Header);
        Assert.True(writer.TryAdd(DhcpOption.VendorClass, new byte[50]));
        Assert.False(writer.TryAdd(DhcpOption.DomainName, new byte[6]));
        Assert.True(writer.TryAdd(DhcpOption.HostName, new byte[5]));
        Assert.False(writer.TryAdd(DhcpOption.MessageType, 1));
        Assert.Equal(300, writer.Finish());
    }

    [Fact]
    public void Emit_LongOption_StandsInPartsThatAreOneWhenRead()
    {
        var value = Enumerable.Range(0, 600).Select(i => (byte)i).ToArray();
        var buffer = new byte[1000];
        var writer = new DhcpWriter(buffer, Header);
        Assert.True(writer.TryAdd(DhcpOption.ClasslessRoutes, value));
        var length = writer.Finish();

        Assert.Equal(240 + 600 + 6 + 1, length);
        Assert.Equal((255, 255, 90), (buffer[241], buffer[241 + 257], buffer[241 + 514]));
        Assert.True(DhcpPacket.TryParse(buffer.AsSpan(0, length), out var packet));
        Assert.True(packet.TryGet(DhcpOption.ClasslessRoutes, out var read));
        Assert.Equal(value, read.ToArray());
    }

    [Fact]
    public void Parse_EveryTruncation_RefusedOrSafe()
    {
        var message = Message("35 01 03 3d 07 01 02000000000a 37 03 01 03 06 ff");
        for (var length = 0; length < message.Length; length++)
        {
            var isTaken = DhcpPacket.TryParse(message.AsSpan(0, length), out var packet);

            // Between options, where only the end is missing.
            Assert.Equal(length is 240 or 243 or 252 or 257, isTaken);
            if (isTaken)
            {
                Walk(packet);
            }
        }
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(0, 0)]
    [InlineData(1, 6)]
    [InlineData(2, 16)]
    [InlineData(236, 0)]
    [InlineData(239, 0)]
    public void Parse_NoDhcpOverEthernet_Refused(int offset, byte value)
    {
        var message = Message("35 01 03 ff");
        message[offset] = value;
        Assert.False(DhcpPacket.TryParse(message, out _));
    }

    /// <summary>BOOTP's vendor field may hold anything; octets that look like options are none.</summary>
    [Theory]
    [InlineData(1, 300, true)]
    [InlineData(1, 299, false)]
    [InlineData(2, 300, false)]
    public void Parse_MessageWithoutTheCookie_IsBootpOnlyAsAWholeRequest(byte operation, int length, bool isTaken)
    {
        byte[] message = [.. Message("35 01 01 36 ff"), .. new byte[60]];
        (message[0], message[236]) = (operation, 0);
        Assert.Equal(isTaken, DhcpPacket.TryParse(message.AsSpan(0, length), out var packet));
        Assert.True(!isTaken || (packet.IsBootp && packet.MessageType == DhcpMessageType.None));
    }

    [Theory]
    [InlineData("35")]
    [InlineData("35 02 01")]
    [InlineData("34 01 00 ff")]
    [InlineData("34 01 04 ff")]
    [InlineData("34 02 0101 ff")]
    public void Parse_OptionBeyondItsField_OrWrongOverload_Refused(string options) => Assert.False(DhcpPacket.TryParse(Message(options), out _));

    [Fact]
    public void Parse_Overload_ReadsOptionsFileAndServerNameInThatOrder()
    {
        var message = Message("34 01 03 0c 01 61 ff 0c 01 7a");
        Hex("0c 01 63 35 01 01 ff").CopyTo(message, 44);
        Hex("00 0c 01 62").CopyTo(message, 108);
        Assert.True(DhcpPacket.TryParse(message, out var packet));
        Assert.True(packet.TryGet(DhcpOption.HostName, out var name));
        Assert.Equal("abc"u8, name);
        Assert.Equal(DhcpMessageType.Discover, packet.MessageType);

        // The same, said to be in 'file' alone, and then nowhere.
        message[242] = 1;
        Assert.True(DhcpPacket.TryParse(message, out packet));
        Assert.True(packet.TryGet(DhcpOption.HostName, out name));
        Assert.Equal("ab"u8, name);
        Assert.Equal(DhcpMessageType.None, packet.MessageType);
    }

    [Fact]
    public void Parse_OptionBeyondAnOverloadedField_Refused()
    {
        var message = Message("34 01 02 ff");
        Hex("0c 3f").CopyTo(message, 44);
        Assert.False(DhcpPacket.TryParse(message, out _));
        Hex("0c 3e").CopyTo(message, 44);
        Assert.True(DhcpPacket.TryParse(message, out var packet));
        Assert.True(packet.TryGet(DhcpOption.HostName, out var name));
        Assert.Equal(62, name.Length);
    }

    [Fact]
    public void Parse_WrongLengths_AreNoValues()
    {
        Assert.True(DhcpPacket.TryParse(Message("35 02 0101 32 03 0a0000 33 02 0001 39 01 ff 36 00 ff"), out var packet));
        Assert.Equal(DhcpMessageType.None, packet.MessageType);
        Assert.Equal(Ipv4Address.Any, packet.AddressOf(DhcpOption.RequestedAddress));
        Assert.Equal(Ipv4Address.Any, packet.AddressOf(DhcpOption.ServerIdentifier));
        Assert.Null(packet.NumberOf(DhcpOption.LeaseTime));
        Assert.Equal(DhcpHeader.MinAcceptedSize, packet.MaxMessageSize);
    }

    [Theory]
    [InlineData("39 02 0000 ff", 548)]
    [InlineData("39 02 0240 ff", 548)]
    [InlineData("39 02 05dc ff", 1472)]
    [InlineData("ff", 548)]
    public void MaxMessageSize_IsWhatTheClientTakes_AndNeverLessThanAllTake(string options, int expected)
    {
        Assert.True(DhcpPacket.TryParse(Message(options), out var packet));
        Assert.Equal(expected, packet.MaxMessageSize);
    }

    [Property]
    public void Parse_AnyOptions_NeverThrows(byte[] options)
    {
        if (DhcpPacket.TryParse([.. Fixed, .. options], out var packet))
        {
            Walk(packet);
        }
    }

    [Property]
    public void EmitAndParse_AnyOption_ComesBack(byte code, byte[] value, uint id, bool isReply)
    {
        if (code is (byte)DhcpOption.Pad or (byte)DhcpOption.End or (byte)DhcpOption.Overload)
        {
            return;
        }

        var buffer = Dirty(2000);
        var writer = new DhcpWriter(buffer, new DhcpHeader(isReply, id, MacB));
        Assert.True(writer.TryAdd((DhcpOption)code, value));
        Assert.True(DhcpPacket.TryParse(buffer.AsSpan(0, writer.Finish()), out var packet));
        Assert.True(packet.TryGet((DhcpOption)code, out var read));
        Assert.Equal(value, read.ToArray());
        Assert.Equal((id, isReply, MacB, false), (packet.TransactionId, packet.IsReply, packet.ClientMac, packet.IsBroadcast));
    }

    [Theory]
    [InlineData("0.0.0.0/0", "00 c0000201")]
    [InlineData("10.0.0.0/8", "08 0a c0000201")]
    [InlineData("10.17.0.0/16", "10 0a11 c0000201")]
    [InlineData("10.27.129.0/24", "18 0a1b81 c0000201")]
    [InlineData("10.229.0.128/25", "19 0ae50080 c0000201")]
    [InlineData("10.198.122.47/32", "20 0ac67a2f c0000201")]
    [InlineData("10.255.255.255/9", "09 0a80 c0000201")]
    public void Route_IsWrittenAsRfc3442Shows(string network, string expected)
    {
        var buffer = Dirty(DhcpRoute.MaxSize);
        var length = new DhcpRoute(Ipv4Network.Parse(network), IpA).Write(buffer);
        Assert.Equal(Hex(expected), buffer[..length]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Frame_IsReadBackByItsParsers(ushort vlan)
    {
        var frame = Dirty(DhcpFrame.MaxSize);
        var writer = new DhcpWriter(frame.AsSpan(DhcpFrame.MessageOffset(vlan)), Header);
        var length = DhcpFrame.Write(frame, writer.Finish(), new DhcpEnd(MacB, IpB, 68), new DhcpEnd(MacA, IpA, 67), vlan);

        Assert.True(EthernetPacket.TryParse(frame.AsSpan(0, length), out var ethernet));
        Assert.Equal((MacB, MacA, vlan), (ethernet.Destination, ethernet.Source, ethernet.HasVlan ? ethernet.VlanId : (ushort)0));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var ip) && ip.HasValidHeaderChecksum);
        Assert.Equal(TransportChecksumResult.Right, TransportChecksum.TryComplete(ethernet.Payload.ToArray()));
        Assert.True(UdpPacket.TryParse(ip.Payload, out var udp));
        Assert.Equal((67, 68, IpA, IpB), (udp.SourcePort, udp.DestinationPort, ip.Source, ip.Destination));
        Assert.True(DhcpPacket.TryParse(udp.Payload, out var packet));
        Assert.Equal(Header.TransactionId, packet.TransactionId);
    }

    /// <summary>Reads every member.</summary>
    internal static int Walk(in DhcpPacket packet)
    {
        _ = (packet.IsReply, packet.Hops, packet.TransactionId, packet.Seconds, packet.IsBroadcast, packet.ClientAddress, packet.YourAddress, packet.ServerAddress);
        _ = (packet.RelayAddress, packet.ClientMac, packet.MessageType, packet.MaxMessageSize);
        var found = 0;
        for (var code = 0; code < 256; code++)
        {
            _ = (packet.AddressOf((DhcpOption)code), packet.NumberOf((DhcpOption)code));
            found += packet.TryGet((DhcpOption)code, out var value) && value.Length >= 0 ? 1 : 0;
        }

        return found;
    }
}
