using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public sealed class LanBeaconTests
{
    private static byte[] Frame(UInt128 nonce)
    {
        var frame = new byte[64];
        Array.Fill(frame, (byte)0xA5);
        return frame[..new LanBeacon(nonce).Write(frame, MacAddress.Parse("02:00:00:00:00:a1"), Ipv4Address.Parse("192.0.2.7"))];
    }

    [Fact]
    public void Write_ABeacon_IsTheseOctets() => Assert.Equal(
        "FFFFFFFFFFFF0200000000A108060001080006040001" + "0200000000A100000000000000000000C0000207" + "494B4C42" + "0102030405060708090A0B0C0D0E0F10",
        Convert.ToHexString(Frame(new UInt128(0x0102030405060708, 0x090A0B0C0D0E0F10))));

    [Property]
    public void TryParse_WhatWasWritten_IsTheSame(ulong high, ulong low)
    {
        Assert.True(LanBeacon.TryParse(Frame(new UInt128(high, low)).AsSpan(EthernetHeader.Size), out var parsed));
        Assert.Equal(new UInt128(high, low), parsed.Nonce);
    }

    [Property]
    public void TryParse_AnyOctets_NeverThrows(byte[] octets) => Assert.True(LanBeacon.TryParse(octets, out var beacon) || beacon == default);

    [Fact]
    public void TryParse_EveryTruncation_IsRefused() =>
        Assert.All(Enumerable.Range(0, LanBeacon.FrameSize - EthernetHeader.Size), length => Assert.False(LanBeacon.TryParse(Frame(7).AsSpan(EthernetHeader.Size, length), out _)));

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(28)]
    public void TryParse_AnotherProtocolSenderOrMagic_IsRefused(int changed)
    {
        var frame = Frame(7);
        frame[EthernetHeader.Size + changed] ^= 1;
        Assert.False(LanBeacon.TryParse(frame.AsSpan(EthernetHeader.Size), out _));
    }
}
