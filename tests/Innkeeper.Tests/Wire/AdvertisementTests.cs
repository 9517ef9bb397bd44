using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public sealed class AdvertisementTests
{
    [Fact]
    public void Write_AHello_IsTheseOctets()
    {
        var frame = new byte[Advertisement.FrameSize];
        Assert.Equal(60, new Advertisement(0x1234, IsAsking: true, IsLeaving: false).Write(frame, MacAddress.Parse("02:00:00:00:00:a1")));
        Assert.StartsWith("03494B4849010200000000A188B5494B484901011234", Convert.ToHexString(frame), StringComparison.Ordinal);
        Assert.All(frame[22..], octet => Assert.Equal(0, octet));
    }

    [Property]
    public void TryParse_WhatWasWritten_IsTheSame(ushort priority, bool asks, bool leaves)
    {
        var frame = new byte[Advertisement.FrameSize];
        var hello = new Advertisement(priority, asks, leaves);
        hello.Write(frame, MacAddress.Broadcast);
        Assert.True(Advertisement.TryParse(frame.AsSpan(EthernetHeader.Size), out var parsed));
        Assert.Equal(hello, parsed);
    }

    [Property]
    public void TryParse_AnyOctets_NeverThrows(byte[] octets) => Assert.True(Advertisement.TryParse(octets, out var hello) || hello == default);

    [Theory]
    [InlineData("")]
    [InlineData("494B4849010100")]
    [InlineData("494B48490201000A")]
    [InlineData("494B48480101000A")]
    public void TryParse_TooShortOrAnother_IsRefused(string octets) => Assert.False(Advertisement.TryParse(Convert.FromHexString(octets), out _));
}
