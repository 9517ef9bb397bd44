using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsAddressesTests
{
    // Records about the question of DnsSamples: pointers go to www.Example.org at 12 and Example.org at 16.
    private const string Address = "c00c 0001 0001 0000003c 0004 c0000201";
    private const string Another = "c00c 0001 0001 0000000a 0004 c0000202";
    private const string ShortAddress = "c00c 0001 0001 0000003c 0003 c00002";
    private const string Chaos = "c00c 0001 0003 0000003c 0004 c0000203";
    private const string OfTheZone = "c010 0001 0001 0000003c 0004 c0000209";
    private const string WwwToWeb = "c00c 0005 0001 0000012c 0006 03776562c010";
    private const string WebToW2 = "03776562c010 0005 0001 00000005 0005 027732c010";
    private const string W2Address = "027732c010 0001 0001 0000000a 0004 c0000207";
    private const string WwwToSelf = "c00c 0005 0001 0000012c 0002 c00c";
    private const string WwwToBroken = "c00c 0005 0001 0000012c 0002 c0ff";

    private static (string Addresses, uint Seconds) Copy(byte[] octets, int room = 8)
    {
        Assert.True(DnsMessage.TryParse(octets, out var message));
        var addresses = new Ipv4Address[room];
        var count = DnsAddresses.Copy(message, addresses, out var seconds);
        return (string.Join(' ', addresses.Take(count)), seconds);
    }

    private static byte[] Answer(string answers, int count, string more = "", int moreCount = 0) =>
        DnsSamples.Message(1, count, 0, moreCount, DnsSamples.Question + answers + more);

    [Theory]
    [InlineData("", 0, "", 0)]
    [InlineData(Address, 1, "192.0.2.1", 60)]
    [InlineData(Address + Another, 2, "192.0.2.1 192.0.2.2", 10)]
    [InlineData(OfTheZone, 1, "", 0)]
    [InlineData(OfTheZone + Address, 2, "192.0.2.1", 60)]
    [InlineData(Chaos, 1, "", 0)]
    [InlineData(ShortAddress, 1, "", 0)]
    [InlineData(WwwToWeb, 1, "", 0)]
    [InlineData(W2Address, 1, "", 0)]
    [InlineData(WwwToWeb + WebToW2 + W2Address, 3, "192.0.2.7", 5)]
    [InlineData(W2Address + WebToW2 + WwwToWeb, 3, "192.0.2.7", 5)]
    [InlineData(WwwToWeb + W2Address, 2, "", 0)]
    [InlineData(WwwToSelf + Address, 2, "192.0.2.1", 60)]
    [InlineData(WwwToBroken + Address, 2, "", 0)]
    public void Copy_Answer_TakesTheAddressesAtTheEndOfTheChain(string answers, int count, string addresses, uint seconds) =>
        Assert.Equal((addresses, seconds), Copy(Answer(answers, count)));

    [Fact]
    public void Copy_AddressesOfOtherSections_DoNotCount() => Assert.Equal(("", 0u), Copy(Answer("", 0, Address, 1)));

    [Fact]
    public void Copy_MoreThanThereIsRoomFor_StopsThere() => Assert.Equal(("192.0.2.1", 60u), Copy(Answer(Address + Another, 2), room: 1));

    [Theory]
    [InlineData(2, 0x01)] // a query
    [InlineData(2, 0x83)] // truncated
    [InlineData(3, 0x82)] // server failure
    [InlineData(3, 0x83)] // no such name
    public void Copy_NoWholeAnswer_TakesNone(int offset, byte value) => Assert.Equal(("", 0u), Copy(DnsSamples.With(Answer(Address, 1), offset, value)));

    [Fact]
    public void Copy_NoQuestion_TakesNone() => Assert.Equal(("", 0u), Copy(DnsSamples.Message(0, 0, 0, 0, "")));
}
