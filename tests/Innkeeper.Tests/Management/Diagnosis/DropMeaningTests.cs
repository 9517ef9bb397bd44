using Innkeeper.DataPlane;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Management.Diagnosis;
using static Innkeeper.Tests.Management.Diagnosis.DiagnosisCase;

namespace Innkeeper.Tests.Management.Diagnosis;

/// <summary>Every reason by which the data plane drops a packet of a device has its sentence and its remedy.</summary>
public sealed class DropMeaningTests
{
    private const string Fault = DiagnosisReport.Fault;
    private const string Warning = DiagnosisReport.Warning;
    private const string Ok = DiagnosisReport.Ok;
    private const string Nothing = "Nothing needs to be done.";

    /// <summary>The reason; what a device that sends nothing else is told; what one whose other packets pass is told; words of sentence and remedy.</summary>
    private static readonly (DropReason Reason, string Alone, string Beside, string Text, string Remedy)[] s_table =
    [
        (DropReason.Malformed, Fault, Ok, "sends broken packets", "Check its cable"),
        (DropReason.BadSourceMac, Fault, Fault, "a MAC address that no device may have", "Give its network card a MAC address"),
        (DropReason.NotForUs, Fault, Ok, "to the MAC address of another station", "[access] former_gateways"),
        (DropReason.Broadcast, Ok, Ok, "broadcasts and multicasts end at the gateway", Nothing),
        (DropReason.Vlan, Ok, Ok, "on VLAN 214, and the gateway does not serve that VLAN", "Add 214 to [access] vlans"),
        (DropReason.Ipv6, Ok, Ok, "also sends IPv6", Nothing),
        (DropReason.NoIpv6, Ok, Ok, "also tries IPv6", Nothing),
        (DropReason.HopLimit, Ok, Ok, "not to go further than the gateway", Nothing),
        (DropReason.TooLong, Ok, Ok, "longer than the way out takes", Nothing),
        (DropReason.Ethertype, Ok, Ok, "(EtherType 0x88cc)", "[access] pass_ethertypes"),
        (DropReason.BogusSource, Fault, Fault, "such as 169.254.x.x", "Restart its network"),
        (DropReason.BogusDestination, Ok, Ok, "no router forwards to (last: 93.184.216.34)", Nothing),
        (DropReason.GatewayService, Ok, Ok, "a service of the gateway itself", Nothing),
        (DropReason.PuntLimit, Fault, Ok, "more unknown packets than the gateway examines", "`innkeeper devices block 02:00:00:00:00:01`"),
        (DropReason.PuntFull, Fault, Ok, "The gateway's process is late or away", "Check the load of this host"),
        (DropReason.PuntTooLong, Fault, Ok, "Its first packet is longer than the gateway keeps", "Let the device ping any address"),
        (DropReason.IcmpQuote, Ok, Ok, "ICMP errors that quote no packet of it", Nothing),
        (DropReason.Isolated, Warning, Warning, "tries to reach another device (last: 93.184.216.34), and profile guests keeps devices apart", "isolate = false in [profiles.guests]"),
        (DropReason.InboundRefused, Warning, Warning, "Hosts outside try to reach it, and profile guests refuses that", "inbound = true in [profiles.guests]"),
        (DropReason.NoRoute, Warning, Warning, "no router for destinations beyond the uplink's network", "Set [uplink] gateway"),
        (DropReason.NoBinding, Ok, Ok, "an own address that it no longer uses", Nothing),
        (DropReason.StackOther, Ok, Ok, "This host sends packets into the inside network", Nothing),
        (DropReason.SpoofedInside, Ok, Ok, "with an address of the inside network", Nothing),
        (DropReason.Failed, Warning, Warning, "The kernel refused to send its packets", "ip -s link"),
        (DropReason.NoMapping, Ok, Ok, "for ports that no connection of it uses", Nothing),
        (DropReason.PortLimit, Fault, Fault, "as many ports as one device may (2048)", "Raise [napt] ports_per_device"),
        (DropReason.MappingRate, Warning, Warning, "opens connections faster than one device may (200 a second)", "Raise [napt] new_per_second"),
        (DropReason.PortsExhausted, Fault, Fault, "No port of the shared outside address is left for it (22528 of 22528 are taken)", "3000 devices need 9 like this one, you have 1"),
        (DropReason.MappingsFull, Fault, Fault, "The table of connections is full", "Raise [dataplane] mappings"),
        (DropReason.RemoteTaken, Warning, Warning, "the same protocol without ports (GRE, ESP) to the same host (last: 93.184.216.34)", "`innkeeper devices pin 02:00:00:00:00:01 ADDRESS`"),
        (DropReason.Unmappable, Warning, Warning, "that a shared address cannot carry", "`innkeeper devices pin 02:00:00:00:00:01 ADDRESS`"),
        (DropReason.FragmentLimit, Warning, Warning, "more fragmented packets than one device may", "Lower its MTU"),
        (DropReason.NoLegal, Warning, Warning, "It has lost its outside address, and no other is free", "Add addresses to [pool] addresses"),
        (DropReason.Impostor, Fault, Fault, "uses the IP address of the router or of the gateway", "Give the device another address"),
        (DropReason.Denied, Warning, Warning, "Its profile guests denies a destination that it tries (last: 93.184.216.34)", "add the network to allowed in [profiles.guests]"),
        (DropReason.Held, Ok, Ok, "dropped while it waits for approval", "`innkeeper devices approve 02:00:00:00:00:01`"),
        (DropReason.Blocked, Ok, Ok, "dropped because it is blocked", "`innkeeper devices approve 02:00:00:00:00:01`"),
        (DropReason.Rate, Warning, Warning, "more than profile guests permits (out 2 Mbit/s, in 20 Mbit/s); it is online, but slow", "Raise rate_in and rate_out in [profiles.guests]"),
        (DropReason.NoGateway, Warning, Warning, "The gateway of its profile (main) does not answer", "fallback in [profiles.guests]"),
        (DropReason.WrongUplink, Warning, Warning, "by another uplink than the one its outside address belongs to", "Check the routes of the routers outside"),
        (DropReason.DhcpServer, Warning, Warning, "It answers DHCP as a server", "Connect that router by its WAN port"),
        (DropReason.SlowPath, Warning, Warning, "need this host's IP stack", "Check the routes and policy rules of this host"),
        (DropReason.OwnSource, Ok, Ok, "pretend to come from one of our own addresses", Nothing),
        (DropReason.SourceRoute, Warning, Warning, "packets that choose their own route", "Switch source routes off"),
        (DropReason.Redirect, Ok, Ok, "ICMP redirects are dropped", Nothing),
        (DropReason.IcmpMtu, Ok, Ok, "impossibly small MTU", Nothing),
        (DropReason.Appearance, Warning, Warning, "no address of its own subnet is left that they could appear as", "silent for 5 minutes"),
    ];

    public static TheoryData<string> Reasons => [.. Enum.GetValues<DropReason>().Where(r => r != DropReason.None).Select(r => r.ToString())];

    private static DiagnosisFacts Facts { get; } = Online with { Ports = new(new(1, 22_528, 5), 3000, 9, 1) };

    /// <summary>A reason that is added to the enumeration needs a sentence, a remedy and a row above.</summary>
    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_EachReason_HasItsSentenceAndRemedy(string name)
    {
        var reason = Enum.Parse<DropReason>(name);
        var row = Assert.Single(s_table, r => r.Reason == reason);
        var meaning = DropMeaning.Of(Drop(reason), Facts with { Ports = new(new(1, 22_528, 0), 3000, 9, 1) });
        Assert.Contains(row.Text, meaning.Text, StringComparison.Ordinal);
        Assert.Contains(row.Remedy, meaning.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("no description", meaning.Remedy, StringComparison.Ordinal);
    }

    /// <summary>A capture has it beside each packet.</summary>
    [Theory]
    [MemberData(nameof(Reasons))]
    public void TextOfAPacket_OfEachReason_HasItsSentence(string name)
    {
        var text = DropTexts.Of(Enum.Parse<DropReason>(name));
        Assert.StartsWith($"{DropMeaning.IdOf(Enum.Parse<DropReason>(name))} (", text, StringComparison.Ordinal);
        Assert.DoesNotContain("does not know", text, StringComparison.Ordinal);
    }

    /// <summary>The drop decides where it keeps the device offline, and is mentioned where it does not.</summary>
    [Theory]
    [MemberData(nameof(Reasons))]
    public void Diagnosis_OfADeviceWithOneDrop_EndsWithItsSentence(string name)
    {
        var reason = Enum.Parse<DropReason>(name);
        var row = Assert.Single(s_table, r => r.Reason == reason);
        var silent = Facts with { Activity = [Online.Activity[0] with { Idle = TimeSpan.FromMinutes(4) }] };
        foreach (var (facts, verdict) in new[] { (silent, row.Alone), (Facts, row.Beside) })
        {
            var dropped = facts.With(Drop(reason));
            var cause = CauseOf(dropped);
            Assert.Equal((name, verdict), (name, cause.Verdict));
            Assert.Equal((name, verdict == Ok ? "none" : DropMeaning.IdOf(reason)), (name, cause.Id));
            Assert.Contains($"{DropMeaning.IdOf(reason)} 3", StepOf(dropped, StepId.Drops).Text, StringComparison.Ordinal);
            if (verdict != Ok)
            {
                Assert.Contains(DropMeaning.Of(Drop(reason), dropped).Text, cause.Text, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Minutes later the device may have been helped: then it is worth a word, and no cause.</summary>
    [Fact]
    public void Diagnosis_OfADropMinutesAgo_IsNoFault()
    {
        Assert.Equal(Fault, CauseOf(Facts.With(Drop(DropReason.PortsExhausted, secondsAgo: 119))).Verdict);
        Assert.Equal(Warning, CauseOf(Facts.With(Drop(DropReason.PortsExhausted, secondsAgo: 130))).Verdict);
    }

    /// <summary>The operator has just mended it: the old drop must not send him back.</summary>
    [Fact]
    public void Diagnosis_OfADropBeforeItsVlanWasServed_IsNoFault()
    {
        var served = Facts.With(Drop(DropReason.Vlan));
        var before = served with { Config = served.Config with { Access = served.Config.Access with { Vlans = [] } } };
        Assert.Equal((Fault, "vlan"), (CauseOf(before).Verdict, CauseOf(before).Id));
        Assert.Equal(Ok, CauseOf(served).Verdict);
    }

    [Fact]
    public void Diagnosis_OfADeviceThatLostItsOutsideAddress_IsAFault_UntilItHasAnother()
    {
        var binding = Facts.Device.Bindings[0];
        var lost = Facts with { Device = Facts.Device with { Bindings = [binding with { Legal = default, Shared = default }] } };
        Assert.Equal(Fault, CauseOf(lost.With(Drop(DropReason.NoLegal))).Verdict);
        Assert.Equal(Warning, CauseOf(Facts.With(Drop(DropReason.NoLegal))).Verdict);
    }

    /// <summary>A reply that comes by the wrong uplink is lost although the device's own packets pass.</summary>
    [Fact]
    public void Diagnosis_OfRepliesByTheWrongUplink_NamesThem()
    {
        var cause = CauseOf(Facts.With(Drop(DropReason.WrongUplink, to: "137.118.199.53")));
        Assert.Equal((Warning, "wrong_uplink"), (cause.Verdict, cause.Id));
    }

    [Fact]
    public void Remedy_ThatNamesASetting_SaysHowItTakesEffect()
    {
        Assert.EndsWith("`innkeeper config reload`.", CauseOf(Facts.With(Drop(DropReason.PortLimit))).Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("config reload", CauseOf(Facts.With(Drop(DropReason.MappingsFull))).Remedy, StringComparison.Ordinal);
    }

    /// <summary>Packets that others send to the device say nothing of its own.</summary>
    [Fact]
    public void Diagnosis_OfADropOfAPacketToTheDevice_IsNoFault() =>
        Assert.Equal(Ok, CauseOf(Facts.With(Drop(DropReason.BogusSource, to: "137.118.199.53"))).Verdict);
}
