using Innkeeper.FirstRun;
using Innkeeper.Wire;

namespace Innkeeper.Tests.FirstRun;

public sealed class HeardStationsTests
{
    private static readonly MacAddress s_own = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress s_device = MacAddress.Parse("00:1b:21:00:00:07");

    private readonly HeardStations _heard = new(s_own);

    private static byte[] Arp(MacAddress mac, string address, ushort vlan = 0)
    {
        var frame = new byte[ArpFrame.MaxSize];
        return frame[..ArpFrame.Write(frame, MacAddress.Broadcast, mac, vlan, ArpMessage.Request(mac, Ipv4Address.Parse(address), Ipv4Address.Parse("10.0.0.1")))];
    }

    [Fact]
    public void Stations_AreCounted_EachOnce_WithTheAddressThatTheyUse()
    {
        _heard.Hear(Arp(s_device, "10.0.0.9"));
        _heard.Hear(Arp(s_device, "0.0.0.0"));
        _heard.Hear(Arp(s_device, "10.0.0.9", vlan: 12));
        _heard.Hear(Arp(s_own, "10.0.0.1"));

        Assert.Equal(2, _heard.Count);
        Assert.Equal([new Heard(s_device, 12, Ipv4Address.Parse("10.0.0.9")), new Heard(s_device, 0, Ipv4Address.Parse("10.0.0.9"))], _heard.Latest(8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ffffffffffff")]
    [InlineData("ffffffffffff0300000000010806")]
    [InlineData("ffffffffffff0000000000000806")]
    [InlineData("ffffffffffff001b21000007")]
    [InlineData("ffffffffffff001b210000078100")]
    public void OtherFrames_AreNoStations(string frame)
    {
        _heard.Hear(Convert.FromHexString(frame));

        Assert.Equal(0, _heard.Count);
    }

    [Fact]
    public void AFrameOfAnyKind_IsAStation()
    {
        _heard.Hear(Convert.FromHexString("ffffffffffff001b2100000786dd"));
        _heard.Hear(Convert.FromHexString("ffffffffffff001b2100000708060001"));

        Assert.Equal([new Heard(s_device, 0, null)], _heard.Latest(8));
    }

    [Fact]
    public void Inventions_OfAnyNumber_AreBounded()
    {
        for (var i = 0; i < HeardStations.Most + 100; i++)
        {
            _heard.Hear(Arp(MacAddress.Parse($"06:00:00:00:{i >> 8:x2}:{i & 0xff:x2}"), "10.0.0.9"));
        }

        Assert.Equal(HeardStations.Most, _heard.Count);
        Assert.Equal(3, _heard.Latest(3).Count);
    }
}
