using Innkeeper.Inspection;
using Innkeeper.TestFrames;
using Innkeeper.Wire;
using Innkeeper.Wire.Discovery;

namespace Innkeeper.Tests.Inspection;

/// <summary>Which frames a search sends, and in which order.</summary>
public sealed class FindQuestionsTests
{
    private static readonly MacAddress s_gateway = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly MacAddress s_press = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly Ipv4Address s_sender = Ipv4Address.Parse("192.0.2.1");
    private readonly FoundStations _found = new(s_gateway);

    private FindQuestions Of(ushort[] vlans, string? network = null, bool listens = false) =>
        new(new FindLimits(FindLimits.UsualTime, vlans, network is null ? null : Ipv4Network.Parse(network), listens), s_gateway, s_sender, _found);

    /// <summary>All frames that are left: VLAN, EtherType, and the address that an ARP probe is for.</summary>
    private static List<(ushort Vlan, ushort Type, string Target)> Take(FindQuestions questions, int most = int.MaxValue)
    {
        var frames = new List<(ushort, ushort, string)>();
        var frame = new byte[DiscoveryFrame.MaxSize];
        while (frames.Count < most && questions.TryNext(frame, out var length))
        {
            Assert.True(EthernetPacket.TryParse(frame.AsSpan(0, length), out var ethernet));
            Assert.Equal((s_gateway, true), (ethernet.Source, ethernet.Destination.IsMulticast));
            var isArp = ArpMessage.TryParse(ethernet.Payload, out var arp);
            Assert.True(!isArp || arp == ArpMessage.Probe(s_gateway, arp.TargetIp));
            frames.Add((ethernet.VlanId, ethernet.EtherType, isArp ? arp.TargetIp.ToString() : ""));
        }

        return frames;
    }

    [Fact]
    public void TryNext_OfANetwork_IsAGreetingAndEachHostOnce()
    {
        var questions = Of([0], "10.1.7.0/30");

        Assert.Equal(
            [(0, EtherTypes.Profinet, ""), (0, EtherTypes.Ipv4, ""), (0, EtherTypes.Ipv4, ""), (0, EtherTypes.Arp, "10.1.7.1"), (0, EtherTypes.Arp, "10.1.7.2")], Take(questions));
        Assert.Equal((2, 2), (questions.Asked, questions.ToAsk));
    }

    [Fact]
    public void TryNext_OfTheUsualNetworks_IsEachAddressOnce_NoNetworkTwiceInARow_TheUsualHostsFirst()
    {
        var questions = Of([0]);
        var targets = Take(questions).Where(f => f.Type == EtherTypes.Arp).Select(f => Ipv4Address.Parse(f.Target)).ToList();

        Assert.Equal((2046, 2046, 2046), (targets.Count, targets.Distinct().Count(), questions.ToAsk));
        Assert.All(FactoryAddresses.Networks, n => Assert.Equal(254, targets.Count(t => n.Contains(t))));
        Assert.DoesNotContain(targets.Zip(targets.Skip(1)), p => FactoryAddresses.Networks.Any(n => n.Contains(p.First) && n.Contains(p.Second)));
        Assert.True(targets.IndexOf(Ipv4Address.Parse("172.16.0.100")) < 30);
        Assert.All(targets, t => Assert.False(t.IsBogus));
    }

    /// <summary>The time that docs/machines.md promises: the default is enough.</summary>
    [Theory]
    [InlineData(1, 50)]
    [InlineData(5, 10)]
    [InlineData(100, 10)]
    public void Interval_KeepsEachVlanAndTheWholeToItsRate(int vlans, int milliseconds)
    {
        var limits = new FindLimits(FindLimits.UsualTime, [.. Enumerable.Range(1, vlans).Select(v => (ushort)v)], null, false);

        Assert.Equal(milliseconds, limits.Interval.TotalMilliseconds);
        Assert.True(vlans > 5 || (FactoryAddresses.All().Count() + 3) * vlans * limits.Interval < FindLimits.UsualTime - TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void TryNext_OfSeveralVlans_GoesFromOneToTheNext() =>
        Assert.Equal(["7 10.1.7.1", "8 10.1.7.1", "7 10.1.7.2", "8 10.1.7.2"], Take(Of([7, 8], "10.1.7.0/30")).Where(f => f.Type == EtherTypes.Arp).Select(f => $"{f.Vlan} {f.Target}"));

    [Theory]
    [InlineData("10.1.7.9/32", 1)]
    [InlineData("10.1.7.8/31", 2)]
    [InlineData("10.1.4.0/22", 1022)]
    public void Network_HasItsHosts(string network, int hosts) => Assert.Equal(hosts, FactoryAddresses.Of(Ipv4Network.Parse(network)).Distinct().Count());

    /// <summary>A host that is about to take an address would take the probe for a conflict: it is asked last, when it has the address.</summary>
    [Fact]
    public void TryNext_AddressThatAHostProbesFor_ComesLast()
    {
        _found.Hear(FrameBuilder.Arp(s_press, MacAddress.Broadcast, ArpMessage.Probe(s_press, Ipv4Address.Parse("10.1.7.1"))));

        Assert.Equal(["10.1.7.2", "10.1.7.1"], Take(Of([0], "10.1.7.0/30")).Where(f => f.Type == EtherTypes.Arp).Select(f => f.Target));
    }

    [Fact]
    public void TryNext_StationWithoutAName_IsAskedForItOnce_BetweenTheAddresses()
    {
        var questions = Of([0], "10.1.7.0/29");
        Take(questions, 3);
        var station = _found.Hear(FrameBuilder.Arp(s_press, MacAddress.Broadcast, ArpMessage.Announcement(s_press, Ipv4Address.Parse("10.1.7.1"))))!;
        questions.OnFound(station);
        questions.OnFound(station);
        questions.OnFound(station with { Name = "press", Addresses = [Ipv4Address.Parse("10.1.7.2")] });

        var types = Take(questions).Select(f => f.Type).ToList();

        Assert.Equal(EtherTypes.Ipv4, types[0]);
        Assert.Single(types, EtherTypes.Ipv4);
        Assert.Equal(6, types.Count(t => t == EtherTypes.Arp));
    }

    [Fact]
    public void OnFound_AFloodOfAddresses_IsAskedForABoundedNumberOfNames()
    {
        var questions = Of([0], "10.1.7.0/32");
        for (uint n = 1; n <= 1000; n++)
        {
            questions.OnFound(new FoundStation(0, s_press, [new Ipv4Address(0x0a000000 + n)], null, null, FoundBy.Arp));
        }

        Assert.Equal(FindQuestions.MostNames + 2, Take(questions).Count(f => f.Type == EtherTypes.Ipv4));
    }

    [Fact]
    public void TryNext_WhenItOnlyListens_IsNothing()
    {
        var questions = Of([0, 7], listens: true);
        questions.OnFound(new FoundStation(0, s_press, [s_sender], null, null, FoundBy.Arp));

        Assert.Empty(Take(questions));
        Assert.Equal(0, questions.ToAsk);
    }
}
