using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage.Tables;

/// <summary>Addresses as octets, and the keys of writes that wait: both families fit.</summary>
public sealed class StoredAddressTests
{
    private static byte[] Ipv6(byte first, byte last)
    {
        var octets = new byte[16];
        (octets[0], octets[^1]) = (first, last);
        return octets;
    }

    [Fact]
    public void ToOctets_Ipv4_AreFourInNetworkOrder()
    {
        Assert.Equal([192, 0, 2, 1], new StoredAddress(Ipv4Address.Of(192, 0, 2, 1)).ToOctets());
        Assert.Equal(Ipv4Address.Of(192, 0, 2, 1), new StoredAddress([192, 0, 2, 1]).ToIpv4());
    }

    [Fact]
    public void ToOctets_Ipv6_AreTheSixteenItWasMadeOf()
    {
        byte[] octets = [0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

        Assert.Equal(octets, new StoredAddress(octets).ToOctets());
        Assert.Throws<InvalidCastException>(() => new StoredAddress(octets).ToIpv4());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(17)]
    public void Constructor_AnotherNumberOfOctets_IsRefused(int length) => Assert.Throws<ArgumentException>(() => new StoredAddress(new byte[length]));

    /// <summary>All 128 bits and the family count: otherwise one row's write would replace another's.</summary>
    [Fact]
    public void WriteKey_AddressesThatDifferInAnyPart_AreDifferentRows()
    {
        StoredAddress[] addresses =
        [
            new(Ipv6(0x20, 1)), new(Ipv6(0x20, 2)), new(Ipv6(0x21, 1)), new(Ipv6(0, 1)), new(Ipv4Address.Of(0, 0, 0, 1)), new(Ipv4Address.Of(0, 0, 0, 2)),
        ];

        Assert.Equal(addresses.Length, addresses.Select(address => new WriteKey(WriteTable.Quarantine, Address: address)).Distinct().Count());
        Assert.Equal(new WriteKey(WriteTable.Quarantine, Address: new(Ipv6(0x20, 1))), new WriteKey(WriteTable.Quarantine, Address: addresses[0]));
    }
}
