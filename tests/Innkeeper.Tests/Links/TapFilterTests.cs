using System.Buffers.Binary;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Links;

/// <summary>The filters in the kernel, as a small interpreter of classic BPF runs them.</summary>
public sealed class TapFilterTests
{
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:01:02");
    private static readonly Ipv4Address s_server = Ipv4Address.Parse("203.0.113.10");
    private static readonly Ipv4Address s_outside = Ipv4Address.Parse("137.118.199.50");

    /// <summary>The octets that the program takes of a frame.</summary>
    private static uint Run(TapFilter filter, byte[] frame, byte packetType = 0)
    {
        var program = filter.Compile();
        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var step = program[at];
            var offset = (int)step.k;
            switch (step.code)
            {
                case 0x06:
                    return step.k;
                case 0x15:
                    at += accumulator == step.k ? step.jt : step.jf;
                    break;
                case 0x30 when step.k == 0xfffff004:
                    accumulator = packetType;
                    break;
                case 0x20 when offset + 4 <= frame.Length:
                    accumulator = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(offset));
                    break;
                case 0x28 when offset + 2 <= frame.Length:
                    accumulator = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(offset));
                    break;
                case 0x30 when offset + 1 <= frame.Length:
                    accumulator = frame[offset];
                    break;
                default:
                    return 0; // the kernel rejects a frame that is too short
            }
        }
    }

    private static byte[] Udp(MacAddress from, MacAddress to, Ipv4Address source, Ipv4Address destination) => FrameBuilder.Udp(new FramePath(from, to, source, destination), 1, 2);

    /// <summary>A search hears all that is for every station, and the answers to it, but no traffic.</summary>
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, true)]
    [InlineData(1, 0, false)]
    [InlineData(44818, 0, true)]
    public void Search_TakesGroupsAndAnswers(ushort port, byte packetType, bool isTaken)
    {
        var frame = FrameBuilder.Udp(new FramePath(s_device, s_other, s_server, s_outside), port, 2);

        Assert.Equal(isTaken, Run(Innkeeper.Inspection.Finder.Filter, frame, packetType) != 0);
        Assert.NotEqual(0u, Run(Innkeeper.Inspection.Finder.Filter, FrameBuilder.Arp(s_device, s_other, ArpMessage.Reply(s_device, s_server, s_other, s_outside))));
        Assert.Equal(0u, Run(Innkeeper.Inspection.Finder.Filter, FrameBuilder.Tcp(new FramePath(s_device, s_other, s_server, s_outside), 44818, 2, TcpControl.Syn)));
    }

    [Fact]
    public void Station_TakesFramesFromAndToIt()
    {
        var filter = TapFilter.Any().Station(s_device).Dhcp(s_device);

        Assert.NotEqual(0u, Run(filter, Udp(s_device, s_other, s_server, s_outside)));
        Assert.NotEqual(0u, Run(filter, Udp(s_other, s_device, s_server, s_outside)));
        Assert.Equal(0u, Run(filter, Udp(s_other, MacAddress.Broadcast, s_server, s_outside)));
        Assert.Equal(0u, Run(filter, FrameBuilder.Arp(s_other, MacAddress.Broadcast, ArpMessage.Request(s_other, s_server, s_outside))));
    }

    [Fact]
    public void Dhcp_TakesABroadcastAboutTheStation()
    {
        var message = new byte[300];
        s_device.Write(message.AsSpan(28));
        byte[] Frame() => FrameBuilder.Udp(new FramePath(s_other, MacAddress.Broadcast, s_server, Ipv4Address.Broadcast), 67, 68, message);

        Assert.NotEqual(0u, Run(TapFilter.Any().Station(s_device).Dhcp(s_device), Frame()));
        message[28] ^= 4;
        Assert.Equal(0u, Run(TapFilter.Any().Station(s_device).Dhcp(s_device), Frame()));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(32, true)]
    public void Addresses_TakesPacketsAndArpOfEach_AndNoOthers(int count, bool isTaken)
    {
        var others = Enumerable.Range(0, Math.Max(0, count - 1)).Select(i => new Ipv4Address(0x0a000000 + (uint)i));
        var filter = TapFilter.Any().Addresses(count == 0 ? [] : [.. others, s_outside]);

        Assert.Equal(isTaken, Run(filter, Udp(s_other, s_device, s_server, s_outside)) != 0);
        Assert.Equal(isTaken, Run(filter, Udp(s_other, s_device, s_outside, s_server)) != 0);
        Assert.Equal(isTaken, Run(filter, FrameBuilder.Arp(s_other, MacAddress.Broadcast, ArpMessage.Request(s_other, s_server, s_outside))) != 0);
        Assert.Equal(isTaken, Run(filter, FrameBuilder.Arp(s_other, MacAddress.Broadcast, ArpMessage.Request(s_other, s_outside, s_server))) != 0);
        Assert.Equal(0u, Run(filter, Udp(s_other, s_device, s_server, Ipv4Address.Parse("137.118.199.51"))));
        Assert.Equal(0u, Run(filter, FrameBuilder.Arp(s_other, MacAddress.Broadcast, ArpMessage.Request(s_other, s_server, s_server))));
    }

    [Fact]
    public void Conditions_TogetherOnOneArm_EachLetFramesIn_AlsoShortOnes()
    {
        var filter = TapFilter.Any().Station(s_device).Addresses([s_outside]).Dhcp(s_device);

        Assert.NotEqual(0u, Run(filter, Udp(s_other, MacAddress.Broadcast, s_outside, s_server)));
        Assert.NotEqual(0u, Run(filter, Udp(s_device, s_other, s_server, s_server)));
        Assert.Equal(0u, Run(filter, Udp(s_other, MacAddress.Broadcast, s_server, s_server)));
        Assert.InRange(TapFilter.Any().Station(s_device).Addresses([.. Enumerable.Range(1, 32).Select(i => new Ipv4Address((uint)i))]).Dhcp(s_device).Compile().Length, 1, 255);
    }

    [Fact]
    public void Leaving_TakesOnlyPacketsThatTheHostSends()
    {
        var frame = Udp(s_other, s_device, s_server, s_outside);
        Assert.NotEqual(0u, Run(TapFilter.Any().Leaving(), frame, Libc.PACKET_OUTGOING));
        Assert.Equal(0u, Run(TapFilter.Any().Leaving(), frame));
        Assert.Equal(0u, Run(TapFilter.Any().Leaving(), FrameBuilder.Arp(s_other, s_device, default), Libc.PACKET_OUTGOING));
    }
}
