using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpHarness;

namespace Innkeeper.Tests.Dhcp;

/// <summary>RFC 2131 section 4.3, message by message.</summary>
public sealed class DhcpResponderTests
{
    private static readonly Ipv4Address Foreign = Ipv4Address.Parse("192.168.1.77");

    private readonly DhcpHarness _harness = new();

    [Fact]
    public void Discover_IsOfferedAnAddressOfTheNetwork_AndAnotherEachStation()
    {
        var first = _harness.Discover(Mac);
        var second = _harness.Discover(Other);

        Assert.Equal((DhcpVerdict.Offered, DhcpVerdict.Offered), (first.Verdict, second.Verdict));
        Assert.True(_harness.Database.Contains(first.Address) && _harness.Database.Contains(second.Address));
        Assert.NotEqual(first.Address, second.Address);
        Assert.Equal(TimeSpan.FromHours(1), first.Duration);
        Assert.Null(first.Save);
    }

    [Fact]
    public void Discover_Again_IsOfferedTheSame_EvenByAServerThatForgotAll() =>
        Assert.Equal(_harness.Discover(Mac).Address, new DhcpHarness().Discover(Mac).Address);

    [Fact]
    public void Discover_WithAWish_GetsItIfNobodyHasIt()
    {
        var wish = Ipv4Address.Parse("10.203.0.200");
        Assert.Equal(wish, _harness.Discover(Mac, f => f.Address(DhcpOption.RequestedAddress, wish)).Address);
        Assert.NotEqual(wish, _harness.Discover(Other, f => f.Address(DhcpOption.RequestedAddress, wish)).Address);
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
        var offer = _harness.Discover(Mac, f => f.Address(DhcpOption.RequestedAddress, Ipv4Address.Parse(wish)));
        Assert.Equal(DhcpVerdict.Offered, offer.Verdict);
        Assert.NotEqual(wish, offer.Address.ToString());
        Assert.Equal(DhcpVerdict.Refused, _harness.Select(Mac, Ipv4Address.Parse(wish) is { Value: 0 } ? Server : Ipv4Address.Parse(wish)).Verdict);
    }

    [Fact]
    public void Discover_AddressThatAnotherDeviceUses_IsNotOffered()
    {
        var usual = new DhcpHarness().Discover(Mac).Address;
        _harness.Claimed.Add(new ClaimedAddress(new Station(0, Other), usual));

        Assert.NotEqual(usual, _harness.Discover(Mac).Address);
        Assert.Equal(DhcpVerdict.Refused, _harness.Select(Mac, usual).Verdict);
    }

    [Fact]
    public void Request_Selecting_IsAcknowledged_AndMustBeWritten()
    {
        var offer = _harness.Discover(Mac);
        var ack = _harness.Select(Mac, offer.Address);

        Assert.Equal((DhcpVerdict.Acknowledged, offer.Address, false), (ack.Verdict, ack.Address, ack.MayGoAhead));
        Assert.Equal((LeaseState.Active, _harness.Wall + TimeSpan.FromHours(1)), (ack.Save!.State, ack.Save.Expires));
    }

    [Fact]
    public void Request_SelectingAfterARestart_IsAcknowledged() =>
        Assert.Equal(DhcpVerdict.Acknowledged, new DhcpHarness().Select(Mac, _harness.Discover(Mac).Address).Verdict);

    [Fact]
    public void Request_SelectingWhatAnotherHas_IsRefused()
    {
        var taken = _harness.Lease(Mac);
        var offered = _harness.Discover(MacOf(3)).Address;

        Assert.Equal(DhcpVerdict.Refused, _harness.Select(Other, taken).Verdict);
        Assert.Equal(DhcpVerdict.Refused, _harness.Select(Other, offered).Verdict);
        Assert.Equal(DhcpVerdict.Refused, _harness.Select(Other, Foreign).Verdict);
    }

    [Fact]
    public void Request_OfAnotherServersOffer_IsSilent_AndOursIsFree()
    {
        var offer = _harness.Discover(Mac);
        var decision = _harness.Decide(_harness.Message(DhcpMessageType.Request, Mac, f =>
            f.Address(DhcpOption.ServerIdentifier, Ipv4Address.Parse("192.168.1.1")).Address(DhcpOption.RequestedAddress, Foreign)));

        Assert.Equal(DhcpVerdict.OtherServer, decision.Verdict);
        Assert.Equal(offer.Address, _harness.Discover(Other, f => f.Address(DhcpOption.RequestedAddress, offer.Address)).Address);
    }

    [Theory]
    [InlineData(true, DhcpVerdict.Refused)]
    [InlineData(false, DhcpVerdict.Unknown)]
    internal void Request_InitRebootForeign_IsRefusedAlone_AndSilentBesideAnother(bool isAlone, DhcpVerdict expected)
    {
        _harness.IsAlone = isAlone;
        Assert.Equal(expected, _harness.Reboot(Mac, Foreign).Verdict);
        Assert.Equal(expected, _harness.Renew(Mac, Foreign).Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Request_InitReboot_OfItsLease_IsAcknowledged(bool isAlone)
    {
        var address = _harness.Lease(Mac);
        _harness.IsAlone = isAlone;
        _harness.Now += TimeSpan.FromMinutes(20);

        var ack = _harness.Reboot(Mac, address);

        Assert.Equal((DhcpVerdict.Acknowledged, address, true), (ack.Verdict, ack.Address, ack.MayGoAhead));
    }

    [Fact]
    public void Request_InitReboot_OfALeaseNobodyRemembers_KeepsTheAddressWhereWeAreAlone()
    {
        var address = Ipv4Address.Parse("10.203.0.99");
        Assert.Equal(DhcpVerdict.Acknowledged, _harness.Reboot(Mac, address).Verdict);
        Assert.Equal(DhcpVerdict.Refused, _harness.Reboot(Other, address).Verdict);

        _harness.IsAlone = false;
        Assert.Equal(DhcpVerdict.Unknown, _harness.Reboot(Other, Ipv4Address.Parse("10.203.0.98")).Verdict);
    }

    [Fact]
    public void Request_Renewing_ExtendsTheLease_AndAtOnceAgainWithoutAWrite()
    {
        var address = _harness.Lease(Mac);
        _harness.Now += TimeSpan.FromMinutes(30);

        var renewed = _harness.Renew(Mac, address);
        Assert.Equal((DhcpVerdict.Acknowledged, TimeSpan.FromHours(1), true), (renewed.Verdict, renewed.Duration, renewed.MayGoAhead));
        Assert.Equal(_harness.Wall + TimeSpan.FromHours(1), renewed.Save!.Expires);

        // Not on disk yet: it must be written before it is acknowledged again.
        Assert.NotNull(_harness.Renew(Mac, address).Save);
        renewed.Save.Row.Stored(renewed.Save.Expires, isReleased: false);
        _harness.Now += TimeSpan.FromMinutes(1);
        var again = _harness.Renew(Mac, address);
        Assert.Equal((DhcpVerdict.Acknowledged, TimeSpan.FromMinutes(59)), (again.Verdict, again.Duration));
        Assert.Null(again.Save);
    }

    [Fact]
    public void Request_OfALeaseThatTheDiskSaysIsGivenBack_WaitsForTheDisk_AlsoWhenTheClockWasSetBack()
    {
        var address = _harness.Lease(Mac);
        var released = _harness.Release(Mac, address).Save!;
        released.Row.Stored(released.Expires, isReleased: true);

        // The clock is set back, so that the end of the lease on disk lies ahead; and the disk writes nothing of what follows.
        _harness.ClockSet = -TimeSpan.FromMinutes(10);
        Assert.False(_harness.Select(Mac, address).MayGoAhead);
        Assert.False(_harness.Select(Mac, address).MayGoAhead);
    }

    [Fact]
    public void Request_Renewing_ByAnotherClientOfTheStation_IsRefused()
    {
        var address = _harness.Lease(Mac);
        Assert.Equal(DhcpVerdict.Refused, _harness.Decide(_harness.Message(DhcpMessageType.Request, Mac, f =>
        {
            f.ClientAddress = address;
            f.Add(DhcpOption.ClientIdentifier, 9, 9);
        })).Verdict);
    }

    [Fact]
    public void Request_ThatContradictsItself_IsMalformed()
    {
        var address = _harness.Lease(Mac);
        Assert.Equal(DhcpVerdict.Malformed, _harness.Decide(_harness.Message(DhcpMessageType.Request, Mac)).Verdict);
        Assert.Equal(DhcpVerdict.Malformed, _harness.Decide(_harness.Message(DhcpMessageType.Request, Mac, f =>
        {
            f.ClientAddress = address;
            f.Address(DhcpOption.RequestedAddress, Foreign);
        })).Verdict);
    }

    [Fact]
    public void AnyMessage_OfAnotherMacThanTheFrames_Relayed_Blocked_OrAServers_ChangesNothing()
    {
        var address = _harness.Lease(Mac);
        foreach (var type in Enum.GetValues<DhcpMessageType>())
        {
            var message = _harness.Message(type, Mac, f =>
            {
                f.ClientAddress = address;
                f.Address(DhcpOption.RequestedAddress, address);
            });
            Assert.Equal(DhcpVerdict.ForeignMac, _harness.Decide(message, frameSource: Other).Verdict);
            Assert.Equal(DhcpVerdict.Relayed, _harness.Decide(_harness.Message(type, Mac, f => f.Relay = Foreign)).Verdict);
            _harness.Policy = new DhcpClientPolicy(IsServed: false);
            Assert.Equal(DhcpVerdict.NotServed, _harness.Decide(message).Verdict);
            _harness.Policy = new DhcpClientPolicy();
            message[0] = 2;
            Assert.Equal(DhcpVerdict.Malformed, _harness.Decide(message).Verdict);
        }

        Assert.Equal(address, Assert.Single(_harness.Database.Leases).Address);
        Assert.Equal(1, _harness.Database.Active);
    }

    [Theory]
    [InlineData(DhcpMessageType.None)]
    [InlineData(DhcpMessageType.Offer)]
    [InlineData(DhcpMessageType.Ack)]
    [InlineData(DhcpMessageType.Nak)]
    [InlineData((DhcpMessageType)13)]
    public void AnyMessage_OfNoClientsType_IsMalformed(DhcpMessageType type) => Assert.Equal(DhcpVerdict.Malformed, _harness.Decide(_harness.Message(type, Mac)).Verdict);

    [Fact]
    public void Inform_IsAnsweredWithOptionsOnly_AndKnowsNoLease()
    {
        var decision = _harness.Decide(_harness.Message(DhcpMessageType.Inform, Mac, f => f.ClientAddress = Foreign));
        Assert.Equal((DhcpVerdict.Informed, Ipv4Address.Any), (decision.Verdict, decision.Address));
        Assert.Empty(_harness.Database.Leases);
        Assert.Equal(DhcpVerdict.Malformed, _harness.Decide(_harness.Message(DhcpMessageType.Inform, Mac)).Verdict);
    }

    [Fact]
    public void Release_ByItsClientOnly_EndsTheLease_WhichItGetsAgain()
    {
        var address = _harness.Lease(Mac);
        Assert.Equal(DhcpVerdict.NotItsLease, _harness.Release(Other, address).Verdict);
        Assert.Equal(DhcpVerdict.NotItsLease, _harness.Release(Mac, Foreign).Verdict);
        Assert.Equal(DhcpVerdict.NotItsLease, _harness.Release(Mac, address, f => f.Add(DhcpOption.ClientIdentifier, 1, 2)).Verdict);
        Assert.Equal(1, _harness.Database.Active);

        var released = _harness.Release(Mac, address);
        Assert.Equal((DhcpVerdict.Released, LeaseState.Ended), (released.Verdict, released.Save!.State));
        Assert.Equal(0, _harness.Database.Active);
        Assert.Equal(DhcpVerdict.NotItsLease, _harness.Release(Mac, address).Verdict);
        Assert.Equal(address, _harness.Lease(Mac));
    }

    [Fact]
    public void Decline_QuarantinesTheAddress_AndIsLimitedForAStation()
    {
        var declined = new HashSet<Ipv4Address>();
        for (var i = 0; i < LeaseDatabase.MaxDeclined; i++)
        {
            var address = _harness.Lease(Mac);
            Assert.Equal(DhcpVerdict.NotItsLease, _harness.Decline(Other, address).Verdict);
            Assert.Equal(DhcpVerdict.Declined, _harness.Decline(Mac, address).Verdict);
            Assert.True(declined.Add(address));
            Assert.Equal(address, Assert.Single(_harness.Database.TakeForgotten()).Address);
        }

        var last = _harness.Lease(Mac);
        Assert.Equal(DhcpVerdict.NotItsLease, _harness.Decline(Mac, last).Verdict);
        Assert.DoesNotContain(last, declined);
        Assert.All(declined, address => Assert.Equal(DhcpVerdict.Refused, _harness.Select(Other, address).Verdict));

        _harness.Now += LeaseDatabase.QuarantineTime;
        Assert.Equal(DhcpVerdict.Acknowledged, _harness.Select(Other, declined.First()).Verdict);
        Assert.Equal(0, _harness.Database.Quarantined);
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
        Assert.Equal(seconds, _harness.Discover(Mac, f => f.Add(DhcpOption.LeaseTime, value)).Duration.TotalSeconds);
    }

    [Fact]
    public void Discover_OfARandomisedMac_HasItsOwnTime()
    {
        var harness = new DhcpHarness(change: s => s with { RandomisedLease = TimeSpan.FromMinutes(10) });
        Assert.Equal(TimeSpan.FromMinutes(10), harness.Discover(MacAddress.Parse("06:00:00:00:00:01")).Duration);
        Assert.Equal(TimeSpan.FromHours(1), harness.Discover(Mac).Duration);
    }

    [Fact]
    public void Client_WithoutIdentifier_IsTheOneOfItsMac_AndTooLongAnIdentifierIsNone()
    {
        var address = _harness.Lease(Mac);
        var identifier = new byte[7];
        identifier[0] = 1;
        Mac.Write(identifier.AsSpan(1));
        Assert.Equal(address, _harness.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, identifier)).Address);
        Assert.NotEqual(address, _harness.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, 0xff, 1, 2)).Address);
        Assert.Equal(DhcpVerdict.Malformed, _harness.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, new byte[256])).Verdict);
    }
}
