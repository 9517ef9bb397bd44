using FsCheck.Xunit;
using Innkeeper.Wire;
using Innkeeper.Wire.Discovery;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Wire.Discovery;

public sealed class MdnsNameTests
{
    private static readonly Ipv4Address s_host = Ipv4Address.Parse("192.168.0.10");

    private const string Header = "0000 8400 0000 0001 0000 0000";

    /// <summary>The answer to a question for the name of an address, as scapy's encoder made it.</summary>
    private static readonly byte[] s_reverse = Hex(
        "0000850000000002000000000231300130033136380331393207696e2d61646472046172706100000c800100000078000f0764726976652d33056c6f63616c000764726976652d33056c6f63616c0000018001000000780004c0a8000a");

    [Fact]
    public void Find_NameOfTheAddress_IsItsLabel() => Assert.Equal("drive-3", MdnsName.Find(s_reverse, s_host));

    /// <summary>A responder may speak for hosts that sleep.</summary>
    [Fact]
    public void Find_NameOfAnotherAddress_IsNotTheSenders() => Assert.Null(MdnsName.Find(s_reverse, Ipv4Address.Parse("192.168.0.11")));

    [Theory]
    [InlineData("0764726976652d33 056c6f63616c 00 0001 8001 00000078 0004 c0a8000a", "drive-3")] // A
    [InlineData("0764726976652d33 054c4f43414c 00 0001 8001 00000078 0004 c0a8000a", "drive-3")] // in capitals
    [InlineData("0764726976652d33 00 0001 8001 00000078 0004 c0a8000a", "drive-3")] // of no domain
    [InlineData("05 c3a96d7665 056c6f63616c 00 0001 8001 00000078 0004 c0a8000a", "\u00e9mve")] // UTF-8
    [InlineData("055f68747470 045f746370 056c6f63616c 00 0021 8001 00000078 0015 0000 0000 0050 0764726976652d33 056c6f63616c 00", "drive-3")] // SRV
    [InlineData("055f68747470 045f746370 056c6f63616c 00 0021 8001 00000078 0016 0000 0000 0050 0764726976652d33 056c6f63616c 00 00", null)] // octets behind its name
    [InlineData("055f68747470 045f746370 056c6f63616c 00 0021 8001 00000078 0007 0000 0000 0050 00", null)] // no host
    [InlineData("055f68747470 045f746370 056c6f63616c 00 000c 8001 00000078 0001 00", null)] // a service
    public void Find_OneRecord(string record, string? name) => Assert.Equal(name, MdnsName.Find(Hex(Header + record), s_host));

    [Fact]
    public void Find_InAQuery_IsNothing()
    {
        byte[] query = [.. s_reverse];
        query[2] = 0;
        Assert.Null(MdnsName.Find(query, s_host));
    }

    [Fact]
    public void Find_EveryTruncation_IsNothing() => Assert.All(Enumerable.Range(0, s_reverse.Length), length => Assert.Null(MdnsName.Find(s_reverse.AsSpan(0, length), s_host)));

    [Property(MaxTest = 2000)]
    public void Find_AnyOctets_NeverThrows(byte[] octets) => MdnsName.Find([.. Hex(Header), .. octets], s_host);
}
