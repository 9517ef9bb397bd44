using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Dns;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Management.Diagnosis;
using Innkeeper.Policy;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using Innkeeper.Wire.Dns;
using static Innkeeper.Tests.Management.Diagnosis.DiagnosisCase;

namespace Innkeeper.Tests.Management.Diagnosis;

/// <summary>From facts to the cause: each state of a device, and each cause of which operators were not told.</summary>
public sealed class DiagnoserTests
{
    private const string Approve = "`innkeeper devices approve 02:00:00:00:00:01`";

    private static AdmissionStatus Admission(AdmissionState state, string reason, string by, DecisionSource origin) => new(state, reason, by, Now.AddHours(-3), null, origin);

    private static StationTrace Heard(ArpTrace? arp = null, DhcpTrace? dhcp = null, ArrivalTrace? arrival = null, string own = "0.0.0.0") =>
        new() { Heard = Monotonic - TimeSpan.FromSeconds(5), Own = Ip(own), Arp = arp, Dhcp = dhcp, Arrival = arrival };

    [Fact]
    public void Of_ADeviceThatIsOnline_FindsNoCause_AndSaysWhatRemains()
    {
        AssertCause(Online, DiagnosisReport.Ok, "none", "Nothing here keeps it from the Internet: it should be online.", "its own firewall, proxy or VPN; or at the remote host");
        Assert.All(Diagnoser.Of(Online).Steps, s => Assert.Equal((s.Id, StepVerdict.Ok), (s.Id, s.Verdict)));
        Assert.Equal(
            ["access", "frames", "own-address", "its-gateway", "admission", "outside-address", "ports", "profile", "uplink", "dns", "firewall", "inbound", "drops"],
            Diagnoser.Of(Online).Steps.Select(s => s.Id));
    }

    [Fact]
    public void Of_ADeviceThatIsOnline_HasEvidenceAndTimesForEachStep()
    {
        Assert.Equal(("heard on VLAN 214", Now.AddSeconds(-5)), (StepOf(Online, "frames").Text, StepOf(Online, "frames").Time));
        Assert.Equal("47.31.128.195 (fixed, or from elsewhere)", StepOf(Online, "own-address").Text);
        Assert.Equal("it uses 47.31.128.1, and the gateway answers in its place", StepOf(Online, "its-gateway").Text);
        Assert.Equal("admitted by profile guests: its profile admits every device (rule 1); profile guests", StepOf(Online, "admission").Text);
        Assert.Equal("137.118.199.53 of its own", StepOf(Online, "outside-address").Text);
        Assert.Equal("router 137.118.199.1 on eth0 answers", StepOf(Online, "uplink").Text);
        Assert.Equal(("it asked 9.9.9.9 for www.example.com. A, and got an answer", Now.AddSeconds(-3)), (StepOf(Online, "dns").Text, StepOf(Online, "dns").Time));
    }

    // The nine causes that took an operator at 3 a.m. half an hour.

    [Fact]
    public void Of_AnAdmissionThatIsOver_SaysSoAndHowToExtendIt() => AssertFault(
        Arriving.With(Admission(AdmissionState.Held, AdmissionPolicy.Expired, "administrator root", DecisionSource.Time)),
        "expired", "Its time is over: its admission by administrator root ended at 00:12.", "`innkeeper devices approve 02:00:00:00:00:01 --for 8h`");

    [Fact]
    public void Of_AVolumeThatIsUsedUp_NamesTheGroup_AndWhenItBeginsAgain()
    {
        var volume = new VolumeStanding(new VolumeGroup("guests", "tag hall"), 2_000_000_000, VolumePeriod.Day, new VolumeUse(new DateOnly(2026, 11, 25), 2_000_000_001, Now.AddHours(-1)), Now.AddHours(2));

        AssertFault(
            Online with { Volume = volume with { IsHeld = true } }, "volume-used", $"The volume of tag hall, 2G in each day, is used up: it is held until {FactText.At(Online, Now.AddHours(2))}.",
            "Raise [profiles.guests] volume and run `innkeeper config reload`, or let this device in: `innkeeper devices approve 02:00:00:00:00:01`.");
        Assert.Equal(StepVerdict.Ok, StepOf(Online with { Volume = volume }, "admission").Verdict);
    }

    [Fact]
    public void Of_ADeviceHeldByARule_NamesTheRule() => AssertFault(
        Arriving.With(Admission(AdmissionState.Held, "its profile asks the administrator (rule 1)", "profile guests", DecisionSource.Policy)),
        "held", "It waits for approval since 00:12: its profile asks the administrator (rule 1).", Approve);

    [Fact]
    public void Of_ABlockedDevice_SaysByWhomAndWhy() => AssertFault(
        Arriving.With(Admission(AdmissionState.Blocked, "floods the LAN", "administrator olga", DecisionSource.Administrator)).With(Drop(DropReason.Blocked)),
        "blocked", "It is blocked since 00:12 by administrator olga: floods the LAN.", Approve);

    [Fact]
    public void Of_PortsThatAreExhausted_SaysHowManyAddressesAreNeeded()
    {
        var facts = Online with
        {
            Device = Online.Device with { Bindings = [Sharing] },
            Activity = [Online.Activity[0] with { Ports = [0, 0, 0, 0] }],
            Ports = new PortUse(new PortRoom(1, 22_528, 0), 3000, 9, 15_822),
        };
        AssertFault(facts, "ports_exhausted", "No port of the shared outside address is left for it (22528 of 22528 are taken).", "3000 devices need 9 like this one, you have 1");
        AssertFault(facts.With(Drop(DropReason.PortsExhausted)) with { Ports = PortUse.None }, "ports_exhausted", "No port of the shared outside address is left", "[napt] addresses");
        AssertCause(facts with { Activity = [Online.Activity[0] with { Ports = [5, 0, 0, 0] }] }, DiagnosisReport.Warning, "ports_exhausted", "It should be online, but: No port", "[napt]");
    }

    [Fact]
    public void Of_ARouterThatIsDown_SaysSinceWhenAndWhereToLook()
    {
        var down = Online with { Gateway = Online.Gateway with { IsDown = true, Since = Now.AddMinutes(-41) } };
        AssertFault(down, "gateway-down", "The router 137.118.199.1 does not answer ARP since 02:31.", "Check that router and the cable of eth0, or set [uplink] gateway.");
        AssertFault(down with { Gateway = down.Gateway with { Name = "line" } }, "gateway-down", "(gateway line)", "or set fallback in [profiles.guests]");

        // A host of the uplink's own network is reached without the router.
        Assert.Equal(DiagnosisReport.Ok, CauseOf(down with { To = new DiagnosedHost("137.118.199.7", Ip("137.118.199.7")) }).Verdict);
    }

    [Fact]
    public void Of_APinnedAddressThatWasLost_SaysToWhom()
    {
        var pinned = Online with { Device = Online.Device with { Record = DiagnosisCase.Record with { PinnedLegal = Ip("137.118.199.60") } }, IsPinLost = true };
        AssertFault(pinned, "pin-lost", "Another host on the uplink uses 137.118.199.60, the outside address that is kept for it.", "`innkeeper devices pin 02:00:00:00:00:01 ADDRESS`");
        Assert.Contains("137.118.199.60 is kept for it", StepOf(pinned with { IsPinLost = false }, "outside-address").Text);
    }

    [Fact]
    public void Of_AFirewallThatDropsDns_GivesTheCommands()
    {
        var closed = Online with { Closed = [new ClosedPath(StackPath.Input, ["nft insert rule inet filter input iifname ik-stack accept"])], Dns = new DnsUse(null, 0) };
        AssertFault(closed, "firewall", "A firewall on this host drops devices' DNS questions", "Run: nft insert rule inet filter input iifname ik-stack accept");
        Assert.Equal(StepVerdict.Open, StepOf(closed, "dns").Verdict);
        AssertCause(Online with { Closed = [new ClosedPath(StackPath.Forward, [])] }, DiagnosisReport.Warning, "firewall-forward", "large and unusual packets", "docs/firewall.md");
    }

    [Fact]
    public void Of_ADeviceThatWasNeverSeen_SendsYouToCableWifiAndVlan()
    {
        var never = Arriving with { LastSeen = null, Station = Arriving.Station with { Trace = null } };
        AssertFault(never, "never-heard", "Nothing was ever heard of it here.", "Check that it is on, its cable or its Wi-Fi, and the VLAN of its switch port");
        AssertFault(never with { Device = never.Device with { Record = null } }, "never-heard", "Nothing was ever heard", "VLAN");
    }

    [Fact]
    public void Of_AVlanThatIsNotServed_NamesItsNumberAndTheSetting()
    {
        var station = Phone with { Vlan = 9 };
        var facts = Arriving with { Device = new KnownDevice(station, null, []) };
        AssertFault(facts.With(Drop(DropReason.Vlan, station: station)), "vlan", "It is on VLAN 9, and the gateway does not serve that VLAN.", "Add 9 to [access] vlans and run `innkeeper config reload`");
        AssertFault(facts, "vlan", "It is on VLAN 9", "into a VLAN that is served (untagged, 7, 214)");
    }

    // The other states.

    [Theory]
    [InlineData(nameof(AdmissionState.New), "", "", nameof(DecisionSource.Policy), "held", "It waits for approval")]
    [InlineData(nameof(AdmissionState.Held), "room 12", "administrator root", nameof(DecisionSource.Administrator), "held", "held by administrator root: room 12")]
    [InlineData(nameof(AdmissionState.Held), AdmissionPolicy.Expired, "profile guests", nameof(DecisionSource.Time), "expired", "its admission by profile guests ended")]
    [InlineData(nameof(AdmissionState.Held), "its profile is closed to new devices (no rule)", "profile default", nameof(DecisionSource.Policy), "held", "closed to new devices")]
    [InlineData(nameof(AdmissionState.Blocked), "", "administrator root", nameof(DecisionSource.Administrator), "blocked", "by administrator root.")]
    public void Of_EachStateThatKeepsADeviceOut_IsItsCause_WhateverElseIsWrong(string state, string reason, string by, string origin, string id, string text)
    {
        var facts = Arriving.With(Admission(Enum.Parse<AdmissionState>(state), reason, by, Enum.Parse<DecisionSource>(origin))) with { Gateway = Online.Gateway with { IsDown = true }, LastSeen = Now.AddDays(-2) };
        AssertFault(facts with { Station = facts.Station with { Trace = null } }, id, text, "innkeeper devices approve 02:00:00:00:00:01");
        Assert.All(["outside-address", "ports", "profile", "inbound"], step => Assert.Equal((step, StepVerdict.Open), (step, StepOf(facts, step).Verdict)));
    }

    [Fact]
    public void States_AreAllInTheTestAbove() => Assert.Equal(4, Enum.GetValues<AdmissionState>().Length);

    [Fact]
    public void Of_ATimeOnAnotherDay_HasItsDate() =>
        Assert.Contains("ended at 2026-11-23 09:00", CauseOf(Arriving.With(Admission(AdmissionState.Held, AdmissionPolicy.Expired, "administrator root", DecisionSource.Time) with { Since = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero) })).Text);

    [Fact]
    public void Of_ASilentDevice_SaysForHowLong_ButOnlyIfNothingWorseIsKnown()
    {
        var silent = Arriving with { LastSeen = Now.AddMinutes(-41), Station = Arriving.Station with { Trace = null } };
        AssertFault(silent, "silent", "Nothing was heard of it for 41 min.", "its cable or its Wi-Fi");
        AssertFault(silent with { Gateway = Online.Gateway with { IsDown = true } }, "gateway-down", "does not answer ARP", "router");
    }

    public static TheoryData<string, string, string> Verdicts => new()
    {
        { nameof(DhcpVerdict.Exhausted), "leases-exhausted", "[dhcp] a larger network" },
        { nameof(DhcpVerdict.OtherServer), "other-dhcp-server", "`innkeeper events`" },
        { nameof(DhcpVerdict.BootpRefused), "bootp-refused", "[dhcp] bootp" },
        { nameof(DhcpVerdict.ForeignMac), "dhcp-behind", "extender = true" },
        { nameof(DhcpVerdict.Relayed), "dhcp-relayed", "Switch the relay off" },
        { nameof(DhcpVerdict.Malformed), "dhcp-malformed", "fixed address" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Of_ADhcpMessageWithoutAnAddress_SaysWhy(string verdict, string id, string remedy)
    {
        var facts = Arriving.With(Heard(dhcp: new DhcpTrace(Monotonic - TimeSpan.FromSeconds(7), DhcpMessageType.Discover, Enum.Parse<DhcpVerdict>(verdict), Ipv4Address.Any)));
        AssertFault(facts, id, "It", remedy);
        Assert.Equal(Now.AddSeconds(-7), StepOf(facts, "own-address").Time);
    }

    [Fact]
    public void Of_ADhcpOfferThatWasNotTaken_IsShown()
    {
        var facts = Arriving.With(Heard(dhcp: new DhcpTrace(Monotonic, DhcpMessageType.Discover, DhcpVerdict.Offered, Ip("10.203.0.7"))));
        Assert.Equal("it asks by DHCP (DISCOVER): an address was offered (10.203.0.7)", StepOf(facts, "own-address").Text);
        AssertFault(facts, "no-packet", "It has sent no packet that leads out", "does it have an address, a netmask and a gateway?");
    }

    [Fact]
    public void Of_DhcpWhereNoneIsServed_SaysSo()
    {
        var facts = Arriving with { Config = Config with { Dhcp = Config.Dhcp with { Enabled = false } } };
        AssertFault(facts.With(Drop(DropReason.Broadcast, to: "255.255.255.255")), "no-dhcp", "this gateway serves no DHCP", "[dhcp] enabled = true");
    }

    public static TheoryData<string, string, string> Questions => new()
    {
        { nameof(ArpVerdict.LiveOwner), "gateway-taken", "isolate = true" },
        { nameof(ArpVerdict.UplinkNetwork), "asks-uplink", "add 47.31.128.1 to allowed" },
        { nameof(ArpVerdict.AccessNetwork), "asks-access", "Correct its address" },
        { nameof(ArpVerdict.SenderNotFrameSource), "arp-mac", "Find the device" },
        { nameof(ArpVerdict.BogusAddress), "bogus_source", "asks by DHCP again" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void Of_AQuestionForItsGatewayThatIsNotAnswered_SaysWhy(string verdict, string id, string remedy) => AssertFault(
        Arriving.With(Heard(arp: new ArpTrace(Monotonic, Ip("47.31.128.195"), Ip("47.31.128.1"), Enum.Parse<ArpVerdict>(verdict)), own: "47.31.128.195")), id, "", remedy);

    [Theory]
    [InlineData(nameof(ArpVerdict.Answer), "it asked for 47.31.128.1, and the gateway answered")]
    [InlineData(nameof(ArpVerdict.AskFirst), "first makes sure that no other host has it")]
    [InlineData(nameof(ArpVerdict.OwnAddress), "which is its own address")]
    [InlineData(nameof(ArpVerdict.QuestionLimit), "its next one is answered")]
    [InlineData(nameof(ArpVerdict.RegularHost), "is left alone")]
    [InlineData(nameof(ArpVerdict.UnicastToOther), "no reason to answer")]
    public void Of_AnotherQuestion_IsEvidence(string verdict, string text) => Assert.Contains(
        text, StepOf(Arriving.With(Heard(arp: new ArpTrace(Monotonic, Ip("47.31.128.195"), Ip("47.31.128.1"), Enum.Parse<ArpVerdict>(verdict)))), "its-gateway").Text);

    public static TheoryData<string, string, string> Arrivals => new()
    {
        { nameof(Arrival.DeviceLimit), "device-limit", "Raise addresses in [profiles.guests]" },
        { nameof(Arrival.PoolExhausted), "pool-exhausted", "Add addresses to [pool] addresses" },
        { nameof(Arrival.TableFull), "table-full", "[dataplane] bindings" },
        { nameof(Arrival.Unproven), "unverified", "Wait a minute" },
    };

    [Theory]
    [MemberData(nameof(Arrivals))]
    public void Of_AnArrivalWithoutAnAddress_SaysWhy(string outcome, string id, string remedy) =>
        AssertFault(Arriving.With(Heard(arrival: new ArrivalTrace(Monotonic, Ip("47.31.128.195"), Enum.Parse<Arrival>(outcome)))), id, "", remedy);

    [Fact]
    public void Of_TheGatewaysOwnTrouble_IsTheCauseForEachDevice()
    {
        var network = Online.Network;
        AssertFault(Online with { Network = network with { Access = network.Access with { HasCarrier = false } } }, "access-down", "eth1 has no carrier", "cable of eth1");
        AssertFault(Online with { Network = network with { Uplink = network.Uplink with { IsUp = false } } }, "uplink-down", "eth0 is down", "ip link set eth0 up");
        AssertFault(Online with { Network = network with { UplinkAddress = NetworkState.NoAddress } }, "uplink-address", "no IPv4 address yet", "[uplink] address");
        AssertFault(Online with { Gateway = Online.Gateway with { NextHop = null } }, "no_route", "no router for destinations", "[uplink] gateway");
        AssertFault(Online with { OneLan = "eth1 and eth0 are one LAN." }, "one-lan", "are one LAN", "Separate the two");
        AssertFault(Online with { ServedBy = new PeerReport("passive", "02:00:00:00:00:77", 200) }, "passive", "Another gateway, 02:00:00:00:00:77 with priority 200", "on that gateway");
        AssertFault(Online with { IsDnsStuck = true }, "dns-stuck", "DNS service does not answer", "Restart the gateway");
        AssertFault(Online with { DnsServers = [new DnsServerHealth("9.9.9.9:53", true)] }, "dns-servers", "No DNS server answers (9.9.9.9:53)", "[dns] upstream");
        AssertFault(Online with { DnsServers = [] }, "dns-servers", "no DNS server to ask", "[dns] upstream");
    }

    [Fact]
    public void Of_AStationOfALan_OnOneArm_IsLeftAloneOrIsolated()
    {
        AssertFault(Arriving with { Station = Arriving.Station with { LanKind = StationKind.Regular } }, "regular-host", "a host of this LAN itself", "the LAN's router");
        AssertFault(Arriving with { Station = Arriving.Station with { LanKind = StationKind.Impostor } }, "impostor", "the IP address of the router", "another address");
    }

    [Fact]
    public void Of_ADestination_FollowsProfileAndName()
    {
        var there = Online with { To = new DiagnosedHost("203.0.113.7", Ip("203.0.113.7")), Station = Online.Station with { MayReach = false } };
        AssertFault(there, "denied", "Profile guests denies 203.0.113.7.", "add 203.0.113.7 to allowed in [profiles.guests]");
        Assert.Equal("profile guests allows 203.0.113.7", StepOf(there with { Station = Online.Station with { MayReach = true } }, "profile").Text);
        AssertFault(Online with { To = new DiagnosedHost("137.118.199.54", Ip("137.118.199.54")) { Device = MacAddress.Parse("02:00:00:00:00:02") } }, "isolated", "is another device", "isolate = false");
        AssertFault(Online with { To = new DiagnosedHost("nowhere.example", null, "there is no such name") }, "name", "nowhere.example has no address: there is no such name.", "Check the name");
    }

    [Fact]
    public void Of_Dns_ShowsTheLastExchangeAndLimits()
    {
        var exchange = Online.Dns!.Last!;
        DiagnosisFacts Dns(DnsExchange? last, int refused = 0) => Online with { Dns = new DnsUse(last, refused) };

        Assert.Equal(StepVerdict.Open, StepOf(Dns(null), "dns").Verdict);
        AssertCause(Dns(exchange with { AskedAgo = TimeSpan.FromSeconds(9), AnsweredAgo = TimeSpan.FromSeconds(20) }), DiagnosisReport.Warning, "dns-unanswered", "got no answer", "[dns] upstream");
        Assert.Equal(StepVerdict.Ok, StepOf(Dns(exchange with { AskedAgo = TimeSpan.FromSeconds(2), AnsweredAgo = null }), "dns").Verdict);
        AssertCause(Dns(exchange with { Code = DnsResponseCode.ServerFailure }), DiagnosisReport.Warning, "dns-failure", "no server had a good answer", "[dns] upstream");
        Assert.Contains("there is no such name", StepOf(Dns(exchange with { Code = DnsResponseCode.NameError }), "dns").Text);
        AssertCause(Dns(exchange, 140), DiagnosisReport.Warning, "dns-limit", "140 questions were refused", "[dns] misses_per_second");
    }

    [Fact]
    public void Of_ABackupGateway_SaysThatItIsOne() => Assert.Contains(
        "in place of main, which is down", StepOf(Online with { Gateway = Online.Gateway with { Name = "line", Interface = "eth0" } }, "uplink").Text);
}
