using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpHarness;

namespace Innkeeper.Tests.Dhcp;

/// <summary>Who has which address, for how long, and who must give way.</summary>
public sealed class LeaseDatabaseTests
{
    private static readonly DhcpClientInfo s_clientInfo = new(default, default, new ClientId("00"));

    private static StoredLease Stored(MacAddress mac, string address, TimeSpan granted, TimeSpan expires, bool isReleased = false) =>
        new(KeyOf(mac), Ipv4Address.Parse(address), Start + granted, Start + expires, isReleased, s_clientInfo);

    [Fact]
    public void Lease_OverAndSwept_IsRememberedForItsClient()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(Mac);
        harness.Now += TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1);
        harness.Database.Sweep(harness.Now);
        Assert.Equal(1, harness.Database.Active);

        harness.Now += TimeSpan.FromSeconds(1);
        harness.Database.Sweep(harness.Now);
        Assert.Equal(0, harness.Database.Active);
        Assert.Equal(LeaseState.Ended, harness.Database.Find(KeyOf(Mac))!.State);
        Assert.Equal(address, harness.Lease(Mac));
    }

    [Fact]
    public void Offer_NotTaken_IsForgottenAfterItsTime()
    {
        var harness = new DhcpHarness();
        harness.Discover(Mac);
        harness.Now += LeaseDatabase.OfferTime;
        harness.Database.Tick(harness.Now);
        Assert.Empty(harness.Database.Leases);
        Assert.Empty(harness.Database.TakeForgotten());
        Assert.Equal(0, harness.Database.Offered);
    }

    [Fact]
    public void Offer_OfAnEarlierLease_NotTaken_LeavesItRemembered()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(Mac);
        harness.Release(Mac, address);
        Assert.Equal(address, harness.Discover(Mac).Address);
        harness.Now += LeaseDatabase.OfferTime;
        harness.Database.Tick(harness.Now);
        Assert.Equal((LeaseState.Ended, address), (harness.Database.Find(KeyOf(Mac))!.State, harness.Database.Find(KeyOf(Mac))!.Address));
    }

    [Fact]
    public void Discover_OfAClientWithALease_LeavesItActive()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(Mac);
        Assert.Equal(address, harness.Discover(Mac).Address);
        harness.Now += LeaseDatabase.OfferTime;
        harness.Database.Tick(harness.Now);
        Assert.Equal(1, harness.Database.Active);
    }

    [Fact]
    public void Station_OfMoreClientsThanItMay_GivesUpItsOldestLease()
    {
        var harness = new DhcpHarness { Policy = new DhcpClientPolicy(MaxAddresses: 2) };
        var addresses = new List<Ipv4Address>();
        for (byte client = 1; client <= 5; client++)
        {
            harness.Now += TimeSpan.FromSeconds(1);
            addresses.Add(harness.Lease(Mac, f => f.Add(DhcpOption.ClientIdentifier, client, client)));
            Assert.True(harness.Database.Active <= 2);
        }

        Assert.Equal(addresses[3..].Order(), harness.Database.Leases.Select(l => l.Address).Order());
        Assert.Equal(3, harness.Database.TakeForgotten().Count);
    }

    [Fact]
    public void Station_AskingAsManyClients_HoldsNoMoreOffersThanItMayHaveAddresses()
    {
        var harness = new DhcpHarness();
        var mine = harness.Lease(Mac);
        for (byte client = 1; client < 200; client++)
        {
            Assert.Equal(DhcpVerdict.Offered, harness.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, client, client)).Verdict);
        }

        Assert.Equal(4, harness.Database.Leases.Count());
        Assert.Contains(harness.Database.Leases, l => l.Address == mine && l.State == LeaseState.Active);
    }

    [Fact]
    public void Flood_OfOffers_LeavesRoomForAnybody_AndTakesNoLease()
    {
        var harness = new DhcpHarness();
        var mine = harness.Lease(Mac);
        for (var i = 0; i < 5000; i++)
        {
            Assert.Equal(DhcpVerdict.Offered, harness.Discover(MacOf(i)).Verdict);
        }

        Assert.NotEqual(mine, harness.Lease(Other));
        Assert.Equal(DhcpVerdict.Acknowledged, harness.Renew(Mac, mine).Verdict);
        Assert.True(harness.Database.Leases.Count() <= harness.Database.Capacity);
    }

    [Fact]
    public void Flood_OfOffers_CostsNobodyTheAddressHeHadBefore()
    {
        var harness = new DhcpHarness("10.203.0.0/23");
        var before = Enumerable.Range(0, 300).Select(i =>
        {
            var address = harness.Lease(MacOf(i));
            harness.Release(MacOf(i), address);
            return address;
        }).ToList();

        for (var i = 1000; i < 9000; i++)
        {
            Assert.Equal(DhcpVerdict.Offered, harness.Discover(MacOf(i)).Verdict);
            if (i == 5000)
            {
                // One of them comes back in the middle of it, and takes his time.
                Assert.Equal(before[7], harness.Discover(MacOf(7)).Address);
            }
        }

        Assert.Empty(harness.Database.TakeForgotten());
        Assert.Equal(DhcpVerdict.Acknowledged, harness.Select(MacOf(7), before[7]).Verdict);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(before[i], harness.Discover(MacOf(i)).Address));
    }

    [Fact]
    public void Clock_SetBack_IsNoReasonToTakeARenewalForWritten()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(Mac);
        var lease = harness.Database.Grant(
            new LeaseRequest(KeyOf(Mac), s_clientInfo, 4, _ => false, _ => false), address, TimeSpan.FromHours(1), harness.Now, harness.Wall - TimeSpan.FromDays(365))!;
        Assert.False(lease.IsDurable);
        Assert.Equal(harness.Now + TimeSpan.FromHours(1), lease.Until);
    }

    [Fact]
    public void Flood_OfLeases_LeavesAShareForWhoIsKnown()
    {
        var harness = new DhcpHarness();
        var mine = harness.Lease(Mac);
        harness.Release(Mac, mine);
        harness.Known.Add(Other);
        var leased = 0;
        for (var i = 0; i < 300; i++)
        {
            var offer = harness.Discover(MacOf(i));
            leased += offer.Verdict == DhcpVerdict.Offered && harness.Select(MacOf(i), offer.Address).Verdict == DhcpVerdict.Acknowledged ? 1 : 0;
        }

        Assert.Equal(harness.Database.Capacity - (harness.Database.Capacity / 8), leased);
        Assert.Equal(DhcpVerdict.Exhausted, harness.Discover(MacOf(1000)).Verdict);
        Assert.Equal(DhcpVerdict.Refused, harness.Reboot(MacOf(1000), Ipv4Address.Parse("10.203.0.254")).Verdict);
        harness.Lease(Other);
        Assert.Equal(mine, harness.Lease(Mac));
    }

    [Fact]
    public void Network_Full_TheLeaseThatEndedLongestAgoGivesWay()
    {
        var harness = new DhcpHarness("10.203.0.0/29");
        var addresses = Enumerable.Range(0, harness.Database.Capacity).Select(i =>
        {
            harness.Now += TimeSpan.FromSeconds(1);
            return harness.Lease(MacOf(i));
        }).ToList();
        Assert.Equal(5, addresses.Distinct().Count());
        Assert.Equal(DhcpVerdict.Exhausted, harness.Discover(Mac).Verdict);

        harness.Release(MacOf(3), addresses[3]);
        harness.Now += TimeSpan.FromSeconds(1);
        harness.Release(MacOf(1), addresses[1]);
        Assert.Equal(addresses[3], harness.Lease(Mac));
        Assert.Equal(KeyOf(MacOf(3)), Assert.Single(harness.Database.TakeForgotten()).Key);
        Assert.Equal(addresses[1], harness.Lease(MacOf(1)));
    }

    [Fact]
    public void Load_GoesOnWithWhatWasLeft_OfEachLease()
    {
        var harness = new DhcpHarness();
        harness.Database.Load(
            [
                Stored(MacOf(1), "10.203.0.11", TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.5)),
                Stored(MacOf(2), "10.203.0.12", TimeSpan.FromHours(10), TimeSpan.FromHours(11)),
                Stored(MacOf(3), "10.203.0.13", TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.5), isReleased: true),
                Stored(MacOf(4), "192.168.1.9", TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.5)),
                Stored(MacOf(5), "10.203.0.11", TimeSpan.FromHours(23), TimeSpan.FromHours(24.5)),
            ],
            harness.Now, harness.Wall);

        Assert.Equal(1, harness.Database.Active);
        Assert.Equal(TimeSpan.FromHours(0.5), harness.Database.Find(KeyOf(MacOf(1)))!.Until - harness.Now);
        Assert.Null(harness.Database.Find(KeyOf(MacOf(4))));
        Assert.Null(harness.Database.Find(KeyOf(MacOf(5))));
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal($"10.203.0.1{i}", harness.Discover(MacOf(i)).Address.ToString());
        }

        var renewed = harness.Renew(MacOf(1), Ipv4Address.Parse("10.203.0.11"));
        Assert.Equal((DhcpVerdict.Acknowledged, true), (renewed.Verdict, renewed.MayGoAhead));
    }

    [Fact]
    public void Load_WithAClockThatIsYearsBehind_MakesNoLeaseLonger()
    {
        var harness = new DhcpHarness();
        harness.Database.Load([Stored(Mac, "10.203.0.11", TimeSpan.FromDays(1000), TimeSpan.FromDays(1000) + TimeSpan.FromHours(1))], harness.Now, harness.Wall);
        Assert.Equal(TimeSpan.FromHours(1), harness.Database.Find(KeyOf(Mac))!.Until - harness.Now);
    }

    [Fact]
    public void ClientInfo_IsThatOfTheLastMessage()
    {
        var harness = new DhcpHarness();
        harness.Lease(Mac, f => f.Text(DhcpOption.HostName, "printer\0").Text(DhcpOption.VendorClass, "udhcp 1.35"));
        var info = harness.Database.ClientInfoOf(new Station(0, Mac))!;
        Assert.Equal(("printer", "udhcp 1.35", "01001b21000001"), (info.HostName.ToString(), info.VendorClass.ToString(), info.Client.Hex));
        Assert.Null(harness.Database.ClientInfoOf(new Station(1, Mac)));
    }
}
