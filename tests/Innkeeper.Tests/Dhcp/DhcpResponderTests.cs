using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpBench;

namespace Innkeeper.Tests.Dhcp;

/// <summary>RFC 2131 section 4.3, message by message.</summary>
public sealed class DhcpResponderTests
{
    private static readonly Ipv4Address Foreign = Ipv4Address.Parse("192.168.1.77");

    private readonly DhcpBench _bench = new();

    [Fact]
    public void Discover_IsOfferedAnAddressOfTheNetwork_AndAnotherEachStation()
    {
        var first = _bench.Discover(Mac);
        var second = _bench.Discover(Other);

        Assert.Equal((DhcpVerdict.Offered, DhcpVerdict.Offered), (first.Verdict, second.Verdict));
        Assert.True(_bench.Book.Contains(first.Address) && _bench.Book.Contains(second.Address));
        Assert.NotEqual(first.Address, second.Address);
        Assert.Equal(TimeSpan.FromHours(1), first.Duration);
        Assert.Null(first.Save);
    }

    [Fact]
    public void Discover_Again_IsOfferedTheSame_EvenByAServerThatForgotAll() =>
        Assert.Equal(_bench.Discover(Mac).Address, new DhcpBench().Discover(Mac).Address);

    [Fact]
    public void Discover_WithAWish_GetsItIfNobodyHasIt()
    {
        var wish = Ipv4Address.Parse("10.203.0.200");
        Assert.Equal(wish, _bench.Discover(Mac, f => f.Address(DhcpOption.RequestedAddress, wish)).Address);
        Assert.NotEqual(wish, _bench.Discover(Other, f => f.Address(DhcpOption.RequestedAddress, wish)).Address);
    }

    [Theory]
    [InlineData("10.203.0.0")]
    [InlineData("10.203.0.1")]
    [InlineData("10.203.0.255")]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.77")]
    [InlineData("255.255.255.255")]
    public void Discover_WithAWishThatCannotBe_GetsAnother(string wish)
    {
        var offer = _bench.Discover(Mac, f => f.Address(DhcpOption.RequestedAddress, Ipv4Address.Parse(wish)));
        Assert.Equal(DhcpVerdict.Offered, offer.Verdict);
        Assert.NotEqual(wish, offer.Address.ToString());
        Assert.Equal(DhcpVerdict.Refused, _bench.Select(Mac, Ipv4Address.Parse(wish) is { Value: 0 } ? Server : Ipv4Address.Parse(wish)).Verdict);
    }

    [Fact]
    public void Discover_AddressThatAnotherDeviceUses_IsNotOffered()
    {
        var usual = new DhcpBench().Discover(Mac).Address;
        _bench.Claimed.Add(new ClaimedAddress(new Station(0, Other), usual));

        Assert.NotEqual(usual, _bench.Discover(Mac).Address);
        Assert.Equal(DhcpVerdict.Refused, _bench.Select(Mac, usual).Verdict);
    }

    [Fact]
    public void Request_Selecting_IsAcknowledged_AndMustBeWritten()
    {
        var offer = _bench.Discover(Mac);
        var ack = _bench.Select(Mac, offer.Address);

        Assert.Equal((DhcpVerdict.Acknowledged, offer.Address, false), (ack.Verdict, ack.Address, ack.MayGoAhead));
        Assert.Equal((LeaseState.Active, _bench.Wall + TimeSpan.FromHours(1)), (ack.Save!.State, ack.Save.Expires));
    }

    [Fact]
    public void Request_SelectingAfterARestart_IsAcknowledged() =>
        Assert.Equal(DhcpVerdict.Acknowledged, new DhcpBench().Select(Mac, _bench.Discover(Mac).Address).Verdict);

    [Fact]
    public void Request_SelectingWhatAnotherHas_IsRefused()
    {
        var taken = _bench.Lease(Mac);
        var offered = _bench.Discover(MacOf(3)).Address;

        Assert.Equal(DhcpVerdict.Refused, _bench.Select(Other, taken).Verdict);
        Assert.Equal(DhcpVerdict.Refused, _bench.Select(Other, offered).Verdict);
        Assert.Equal(DhcpVerdict.Refused, _bench.Select(Other, Foreign).Verdict);
    }

    [Fact]
    public void Request_OfAnotherServersOffer_IsSilent_AndOursIsFree()
    {
        var offer = _bench.Discover(Mac);
        var decision = _bench.Decide(_bench.Message(DhcpMessageType.Request, Mac, f =>
            f.Address(DhcpOption.ServerIdentifier, Ipv4Address.Parse("192.168.1.1")).Address(DhcpOption.RequestedAddress, Foreign)));

        Assert.Equal(DhcpVerdict.OtherServer, decision.Verdict);
        Assert.Equal(offer.Address, _bench.Discover(Other, f => f.Address(DhcpOption.RequestedAddress, offer.Address)).Address);
    }

    [Theory]
    [InlineData(true, DhcpVerdict.Refused)]
    [InlineData(false, DhcpVerdict.Unknown)]
    internal void Request_InitRebootForeign_IsRefusedAlone_AndSilentBesideAnother(bool isAlone, DhcpVerdict expected)
    {
        _bench.IsAlone = isAlone;
        Assert.Equal(expected, _bench.Reboot(Mac, Foreign).Verdict);
        Assert.Equal(expected, _bench.Renew(Mac, Foreign).Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Request_InitReboot_OfItsLease_IsAcknowledged(bool isAlone)
    {
        var address = _bench.Lease(Mac);
        _bench.IsAlone = isAlone;
        _bench.Now += TimeSpan.FromMinutes(20);

        var ack = _bench.Reboot(Mac, address);

        Assert.Equal((DhcpVerdict.Acknowledged, address, true), (ack.Verdict, ack.Address, ack.MayGoAhead));
    }

    [Fact]
    public void Request_InitReboot_OfALeaseNobodyRemembers_KeepsTheAddressWhereWeAreAlone()
    {
        var address = Ipv4Address.Parse("10.203.0.99");
        Assert.Equal(DhcpVerdict.Acknowledged, _bench.Reboot(Mac, address).Verdict);
        Assert.Equal(DhcpVerdict.Refused, _bench.Reboot(Other, address).Verdict);

        _bench.IsAlone = false;
        Assert.Equal(DhcpVerdict.Unknown, _bench.Reboot(Other, Ipv4Address.Parse("10.203.0.98")).Verdict);
    }

    [Fact]
    public void Request_Renewing_ExtendsTheLease_AndAtOnceAgainWithoutAWrite()
    {
        var address = _bench.Lease(Mac);
        _bench.Now += TimeSpan.FromMinutes(30);

        var renewed = _bench.Renew(Mac, address);
        Assert.Equal((DhcpVerdict.Acknowledged, TimeSpan.FromHours(1), true), (renewed.Verdict, renewed.Duration, renewed.MayGoAhead));
        Assert.Equal(_bench.Wall + TimeSpan.FromHours(1), renewed.Save!.Expires);

        // Not on disk yet: it must be written before it is acknowledged again.
        Assert.NotNull(_bench.Renew(Mac, address).Save);
        renewed.Save.Row.Stored(renewed.Save.Expires);
        _bench.Now += TimeSpan.FromMinutes(1);
        var again = _bench.Renew(Mac, address);
        Assert.Equal((DhcpVerdict.Acknowledged, TimeSpan.FromMinutes(59)), (again.Verdict, again.Duration));
        Assert.Null(again.Save);
    }

    [Fact]
    public void Request_Renewing_ByAnotherClientOfTheStation_IsRefused()
    {
        var address = _bench.Lease(Mac);
        Assert.Equal(DhcpVerdict.Refused, _bench.Decide(_bench.Message(DhcpMessageType.Request, Mac, f =>
        {
            f.ClientAddress = address;
            f.Add(DhcpOption.ClientIdentifier, 9, 9);
        })).Verdict);
    }

    [Fact]
    public void Request_ThatContradictsItself_IsMalformed()
    {
        var address = _bench.Lease(Mac);
        Assert.Equal(DhcpVerdict.Malformed, _bench.Decide(_bench.Message(DhcpMessageType.Request, Mac)).Verdict);
        Assert.Equal(DhcpVerdict.Malformed, _bench.Decide(_bench.Message(DhcpMessageType.Request, Mac, f =>
        {
            f.ClientAddress = address;
            f.Address(DhcpOption.RequestedAddress, Foreign);
        })).Verdict);
    }

    [Fact]
    public void AnyMessage_OfAnotherMacThanTheFrames_Relayed_Blocked_OrAServers_ChangesNothing()
    {
        var address = _bench.Lease(Mac);
        foreach (var type in Enum.GetValues<DhcpMessageType>())
        {
            var message = _bench.Message(type, Mac, f =>
            {
                f.ClientAddress = address;
                f.Address(DhcpOption.RequestedAddress, address);
            });
            Assert.Equal(DhcpVerdict.ForeignMac, _bench.Decide(message, frameSource: Other).Verdict);
            Assert.Equal(DhcpVerdict.Relayed, _bench.Decide(_bench.Message(type, Mac, f => f.Relay = Foreign)).Verdict);
            _bench.Treatment = new DhcpClientPolicy(IsServed: false);
            Assert.Equal(DhcpVerdict.NotServed, _bench.Decide(message).Verdict);
            _bench.Treatment = new DhcpClientPolicy();
            message[0] = 2;
            Assert.Equal(DhcpVerdict.Malformed, _bench.Decide(message).Verdict);
        }

        Assert.Equal(address, Assert.Single(_bench.Book.Leases).Address);
        Assert.Equal(1, _bench.Book.Active);
    }

    [Theory]
    [InlineData(DhcpMessageType.None)]
    [InlineData(DhcpMessageType.Offer)]
    [InlineData(DhcpMessageType.Ack)]
    [InlineData(DhcpMessageType.Nak)]
    [InlineData((DhcpMessageType)13)]
    public void AnyMessage_OfNoClientsType_IsMalformed(DhcpMessageType type) => Assert.Equal(DhcpVerdict.Malformed, _bench.Decide(_bench.Message(type, Mac)).Verdict);

    [Fact]
    public void Inform_IsAnsweredWithOptionsOnly_AndKnowsNoLease()
    {
        var decision = _bench.Decide(_bench.Message(DhcpMessageType.Inform, Mac, f => f.ClientAddress = Foreign));
        Assert.Equal((DhcpVerdict.Informed, Ipv4Address.Any), (decision.Verdict, decision.Address));
        Assert.Empty(_bench.Book.Leases);
        Assert.Equal(DhcpVerdict.Malformed, _bench.Decide(_bench.Message(DhcpMessageType.Inform, Mac)).Verdict);
    }

    [Fact]
    public void Release_ByItsClientOnly_EndsTheLease_WhichItGetsAgain()
    {
        var address = _bench.Lease(Mac);
        Assert.Equal(DhcpVerdict.NotItsLease, _bench.Release(Other, address).Verdict);
        Assert.Equal(DhcpVerdict.NotItsLease, _bench.Release(Mac, Foreign).Verdict);
        Assert.Equal(DhcpVerdict.NotItsLease, _bench.Release(Mac, address, f => f.Add(DhcpOption.ClientIdentifier, 1, 2)).Verdict);
        Assert.Equal(1, _bench.Book.Active);

        var released = _bench.Release(Mac, address);
        Assert.Equal((DhcpVerdict.Released, LeaseState.Ended), (released.Verdict, released.Save!.State));
        Assert.Equal(0, _bench.Book.Active);
        Assert.Equal(DhcpVerdict.NotItsLease, _bench.Release(Mac, address).Verdict);
        Assert.Equal(address, _bench.Lease(Mac));
    }

    [Fact]
    public void Decline_QuarantinesTheAddress_AndIsLimitedForAStation()
    {
        var declined = new HashSet<Ipv4Address>();
        for (var i = 0; i < LeaseDatabase.MaxDeclined; i++)
        {
            var address = _bench.Lease(Mac);
            Assert.Equal(DhcpVerdict.NotItsLease, _bench.Decline(Other, address).Verdict);
            Assert.Equal(DhcpVerdict.Declined, _bench.Decline(Mac, address).Verdict);
            Assert.True(declined.Add(address));
            Assert.Equal(address, Assert.Single(_bench.Book.Forgotten).Address);
            _bench.Book.Forgotten.Clear();
        }

        var last = _bench.Lease(Mac);
        Assert.Equal(DhcpVerdict.NotItsLease, _bench.Decline(Mac, last).Verdict);
        Assert.DoesNotContain(last, declined);
        Assert.All(declined, address => Assert.Equal(DhcpVerdict.Refused, _bench.Select(Other, address).Verdict));

        _bench.Now += LeaseDatabase.QuarantineTime;
        Assert.Equal(DhcpVerdict.Acknowledged, _bench.Select(Other, declined.First()).Verdict);
        Assert.Equal(0, _bench.Book.Quarantined);
    }

    [Theory]
    [InlineData(7200u, 3600)]
    [InlineData(600u, 600)]
    [InlineData(1u, 60)]
    [InlineData(uint.MaxValue, 3600)]
    public void Discover_AskingForATime_GetsThatOrLess(uint asked, int seconds)
    {
        var value = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(value, asked);
        Assert.Equal(seconds, _bench.Discover(Mac, f => f.Add(DhcpOption.LeaseTime, value)).Duration.TotalSeconds);
    }

    [Fact]
    public void Discover_OfARandomisedMac_HasItsOwnTime()
    {
        var bench = new DhcpBench(change: s => s with { RandomisedLease = TimeSpan.FromMinutes(10) });
        Assert.Equal(TimeSpan.FromMinutes(10), bench.Discover(MacAddress.Parse("06:00:00:00:00:01")).Duration);
        Assert.Equal(TimeSpan.FromHours(1), bench.Discover(Mac).Duration);
    }

    [Fact]
    public void Client_WithoutIdentifier_IsTheOneOfItsMac_AndTooLongAnIdentifierIsNone()
    {
        var address = _bench.Lease(Mac);
        var identifier = new byte[7];
        identifier[0] = 1;
        Mac.Write(identifier.AsSpan(1));
        Assert.Equal(address, _bench.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, identifier)).Address);
        Assert.NotEqual(address, _bench.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, 0xff, 1, 2)).Address);
        Assert.Equal(DhcpVerdict.Malformed, _bench.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, new byte[256])).Verdict);
    }
}
