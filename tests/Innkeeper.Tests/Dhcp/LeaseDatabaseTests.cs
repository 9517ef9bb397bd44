using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpBench;

namespace Innkeeper.Tests.Dhcp;

/// <summary>Who has which address, for how long, and who must give way.</summary>
public sealed class LeaseDatabaseTests
{
    private static readonly DhcpClientInfo s_facts = new(default, default, new ClientId("00"));

    private static StoredLease Stored(MacAddress mac, string address, TimeSpan granted, TimeSpan expires, bool isReleased = false) =>
        new(KeyOf(mac), Ipv4Address.Parse(address), Start + granted, Start + expires, isReleased, s_facts);

    [Fact]
    public void Lease_OverAndSwept_IsRememberedForItsClient()
    {
        var bench = new DhcpBench();
        var address = bench.Lease(Mac);
        bench.Now += TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1);
        bench.Book.Sweep(bench.Now);
        Assert.Equal(1, bench.Book.Active);

        bench.Now += TimeSpan.FromSeconds(1);
        bench.Book.Sweep(bench.Now);
        Assert.Equal(0, bench.Book.Active);
        Assert.Equal(LeaseState.Ended, bench.Book.Find(KeyOf(Mac))!.State);
        Assert.Equal(address, bench.Lease(Mac));
    }

    [Fact]
    public void Offer_NotTaken_IsForgottenAfterItsTime()
    {
        var bench = new DhcpBench();
        bench.Discover(Mac);
        bench.Now += LeaseDatabase.OfferTime;
        bench.Book.Tick(bench.Now);
        Assert.Empty(bench.Book.Leases);
        Assert.Empty(bench.Book.Forgotten);
        Assert.Equal(0, bench.Book.Offered);
    }

    [Fact]
    public void Offer_OfAnEarlierLease_NotTaken_LeavesItRemembered()
    {
        var bench = new DhcpBench();
        var address = bench.Lease(Mac);
        bench.Release(Mac, address);
        Assert.Equal(address, bench.Discover(Mac).Address);
        bench.Now += LeaseDatabase.OfferTime;
        bench.Book.Tick(bench.Now);
        Assert.Equal((LeaseState.Ended, address), (bench.Book.Find(KeyOf(Mac))!.State, bench.Book.Find(KeyOf(Mac))!.Address));
    }

    [Fact]
    public void Discover_OfAClientWithALease_LeavesItActive()
    {
        var bench = new DhcpBench();
        var address = bench.Lease(Mac);
        Assert.Equal(address, bench.Discover(Mac).Address);
        bench.Now += LeaseDatabase.OfferTime;
        bench.Book.Tick(bench.Now);
        Assert.Equal(1, bench.Book.Active);
    }

    [Fact]
    public void Station_OfMoreClientsThanItMay_GivesUpItsOldestLease()
    {
        var bench = new DhcpBench { Treatment = new DhcpClientPolicy(MaxAddresses: 2) };
        var addresses = new List<Ipv4Address>();
        for (byte client = 1; client <= 5; client++)
        {
            bench.Now += TimeSpan.FromSeconds(1);
            addresses.Add(bench.Lease(Mac, f => f.Add(DhcpOption.ClientIdentifier, client, client)));
            Assert.True(bench.Book.Active <= 2);
        }

        Assert.Equal(addresses[3..].Order(), bench.Book.Leases.Select(l => l.Address).Order());
        Assert.Equal(3, bench.Book.Forgotten.Count);
    }

    [Fact]
    public void Station_AskingAsManyClients_HoldsNoMoreOffersThanItMayHaveAddresses()
    {
        var bench = new DhcpBench();
        var mine = bench.Lease(Mac);
        for (byte client = 1; client < 200; client++)
        {
            Assert.Equal(DhcpVerdict.Offered, bench.Discover(Mac, f => f.Add(DhcpOption.ClientIdentifier, client, client)).Verdict);
        }

        Assert.Equal(4, bench.Book.Leases.Count());
        Assert.Contains(bench.Book.Leases, l => l.Address == mine && l.State == LeaseState.Active);
    }

    [Fact]
    public void Flood_OfOffers_LeavesRoomForAnybody_AndTakesNoLease()
    {
        var bench = new DhcpBench();
        var mine = bench.Lease(Mac);
        for (var i = 0; i < 5000; i++)
        {
            Assert.Equal(DhcpVerdict.Offered, bench.Discover(MacOf(i)).Verdict);
        }

        Assert.NotEqual(mine, bench.Lease(Other));
        Assert.Equal(DhcpVerdict.Acknowledged, bench.Renew(Mac, mine).Verdict);
        Assert.True(bench.Book.Leases.Count() <= bench.Book.Capacity);
    }

    [Fact]
    public void Flood_OfOffers_CostsNobodyTheAddressHeHadBefore()
    {
        var bench = new DhcpBench("10.203.0.0/23");
        var before = Enumerable.Range(0, 300).Select(i =>
        {
            var address = bench.Lease(MacOf(i));
            bench.Release(MacOf(i), address);
            return address;
        }).ToList();

        for (var i = 1000; i < 9000; i++)
        {
            Assert.Equal(DhcpVerdict.Offered, bench.Discover(MacOf(i)).Verdict);
            if (i == 5000)
            {
                // One of them comes back in the middle of it, and takes his time.
                Assert.Equal(before[7], bench.Discover(MacOf(7)).Address);
            }
        }

        Assert.Empty(bench.Book.Forgotten);
        Assert.Equal(DhcpVerdict.Acknowledged, bench.Select(MacOf(7), before[7]).Verdict);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(before[i], bench.Discover(MacOf(i)).Address));
    }

    [Fact]
    public void Clock_SetBack_IsNoReasonToTakeARenewalForWritten()
    {
        var bench = new DhcpBench();
        var address = bench.Lease(Mac);
        var lease = bench.Book.Grant(
            new LeaseRequest(KeyOf(Mac), s_facts, 4, _ => false, _ => false), address, TimeSpan.FromHours(1), bench.Now, bench.Wall - TimeSpan.FromDays(365))!;
        Assert.False(lease.IsDurable);
        Assert.Equal(bench.Now + TimeSpan.FromHours(1), lease.Until);
    }

    [Fact]
    public void Flood_OfLeases_LeavesAShareForWhoIsKnown()
    {
        var bench = new DhcpBench();
        var mine = bench.Lease(Mac);
        bench.Release(Mac, mine);
        bench.Known.Add(Other);
        var leased = 0;
        for (var i = 0; i < 300; i++)
        {
            var offer = bench.Discover(MacOf(i));
            leased += offer.Verdict == DhcpVerdict.Offered && bench.Select(MacOf(i), offer.Address).Verdict == DhcpVerdict.Acknowledged ? 1 : 0;
        }

        Assert.Equal(bench.Book.Capacity - (bench.Book.Capacity / 8), leased);
        Assert.Equal(DhcpVerdict.Exhausted, bench.Discover(MacOf(1000)).Verdict);
        Assert.Equal(DhcpVerdict.Refused, bench.Reboot(MacOf(1000), Ipv4Address.Parse("10.203.0.254")).Verdict);
        bench.Lease(Other);
        Assert.Equal(mine, bench.Lease(Mac));
    }

    [Fact]
    public void Network_Full_TheLeaseThatEndedLongestAgoGivesWay()
    {
        var bench = new DhcpBench("10.203.0.0/29");
        var addresses = Enumerable.Range(0, bench.Book.Capacity).Select(i =>
        {
            bench.Now += TimeSpan.FromSeconds(1);
            return bench.Lease(MacOf(i));
        }).ToList();
        Assert.Equal(5, addresses.Distinct().Count());
        Assert.Equal(DhcpVerdict.Exhausted, bench.Discover(Mac).Verdict);

        bench.Release(MacOf(3), addresses[3]);
        bench.Now += TimeSpan.FromSeconds(1);
        bench.Release(MacOf(1), addresses[1]);
        Assert.Equal(addresses[3], bench.Lease(Mac));
        Assert.Equal(KeyOf(MacOf(3)), Assert.Single(bench.Book.Forgotten).Key);
        Assert.Equal(addresses[1], bench.Lease(MacOf(1)));
    }

    [Fact]
    public void Load_GoesOnWithWhatWasLeft_OfEachLease()
    {
        var bench = new DhcpBench();
        bench.Book.Load(
            [
                Stored(MacOf(1), "10.203.0.11", TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.5)),
                Stored(MacOf(2), "10.203.0.12", TimeSpan.FromHours(10), TimeSpan.FromHours(11)),
                Stored(MacOf(3), "10.203.0.13", TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.5), isReleased: true),
                Stored(MacOf(4), "192.168.1.9", TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.5)),
                Stored(MacOf(5), "10.203.0.11", TimeSpan.FromHours(23), TimeSpan.FromHours(24.5)),
            ],
            bench.Now, bench.Wall);

        Assert.Equal(1, bench.Book.Active);
        Assert.Equal(TimeSpan.FromHours(0.5), bench.Book.Find(KeyOf(MacOf(1)))!.Until - bench.Now);
        Assert.Null(bench.Book.Find(KeyOf(MacOf(4))));
        Assert.Null(bench.Book.Find(KeyOf(MacOf(5))));
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal($"10.203.0.1{i}", bench.Discover(MacOf(i)).Address.ToString());
        }

        var renewed = bench.Renew(MacOf(1), Ipv4Address.Parse("10.203.0.11"));
        Assert.Equal((DhcpVerdict.Acknowledged, true), (renewed.Verdict, renewed.MayGoAhead));
    }

    [Fact]
    public void Load_WithAClockThatIsYearsBehind_MakesNoLeaseLonger()
    {
        var bench = new DhcpBench();
        bench.Book.Load([Stored(Mac, "10.203.0.11", TimeSpan.FromDays(1000), TimeSpan.FromDays(1000) + TimeSpan.FromHours(1))], bench.Now, bench.Wall);
        Assert.Equal(TimeSpan.FromHours(1), bench.Book.Find(KeyOf(Mac))!.Until - bench.Now);
    }

    [Fact]
    public void Facts_AreThoseOfTheLastMessage()
    {
        var bench = new DhcpBench();
        bench.Lease(Mac, f => f.Text(DhcpOption.HostName, "printer\0").Text(DhcpOption.VendorClass, "udhcp 1.35"));
        var facts = bench.Book.FactsOf(new Station(0, Mac))!;
        Assert.Equal(("printer", "udhcp 1.35", "01001b21000001"), (facts.HostName.ToString(), facts.VendorClass.ToString(), facts.Client.Hex));
        Assert.Null(bench.Book.FactsOf(new Station(1, Mac)));
    }
}
