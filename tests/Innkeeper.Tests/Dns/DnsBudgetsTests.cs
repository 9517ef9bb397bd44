using Innkeeper.Bindings;
using Innkeeper.Dns;
using Innkeeper.Events;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What one device may use of the DNS service, and what the others find then.</summary>
public sealed class DnsBudgetsTests
{
    private static readonly string s_data = new('x', 40);

    private readonly ResolverHarness _harness = new("192.0.2.53") { Looks = false };

    private static DnsAsker Held(int device, ushort vlan = 0) => new(ResolverHarness.StationOf(ResolverHarness.Device(device)) with { Vlan = vlan }, IsHeld: true, IsNew: true);

    private void Hold(int device, ushort vlan = 0) => _harness.Askers[ResolverHarness.Device(device)] = Held(device, vlan);

    private void MakeNew(int device) =>
        _harness.Askers[ResolverHarness.Device(device)] = new DnsAsker(ResolverHarness.StationOf(ResolverHarness.Device(device)), IsHeld: false, IsNew: true);

    /// <summary>Names of one zone are never answered, all others within 10 ms.</summary>
    private void ScriptSilentZone() => _harness.Script(0, 10, e => DnsName.IsAtOrBelow(e.Question.Question.AsSpan(..^4), DnsName.Parse("silent.test")) ? null : Replies.Good(e));

    /// <summary>A device asks for new names as fast as it can, and others ask for one each meanwhile.</summary>
    /// <returns>How many of the others' questions were answered.</returns>
    private int AnsweredBeside(IReadOnlyList<int> floods, int questions)
    {
        ScriptSilentZone();
        List<DnsClient> others = [];
        for (var tick = 0; tick < 20 * 25; tick++)
        {
            foreach (var device in floods)
            {
                for (var i = 0; i < questions / 50; i++)
                {
                    _harness.Ask($"n{device}-{tick}-{i}.silent.test", device: device);
                }
            }

            if (tick % 25 == 24)
            {
                others.Add(_harness.Ask($"v{tick}.good.test", device: 1000));
            }

            _harness.Wait(20);
        }

        return others.Count(o => _harness.AnswerTo(o) is { Code: DnsResponseCode.NoError });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(40)]
    public void SilentZone_AskedByInventedDevices_CostsAnotherDeviceNothing_AndLeavesTheServerAlive(int devices)
    {
        var floods = Enumerable.Range(1, devices).ToList();
        floods.ForEach(MakeNew);
        MakeNew(1000);

        Assert.Equal(20, AnsweredBeside(floods, 500));

        Assert.False(_harness[0].IsDead);
        Assert.InRange(_harness.Counted(DnsCounter.QueriesOverLimit), 100, long.MaxValue);
        Assert.All(_harness.Events.OfType<DnsLimitReached>(), e => Assert.Contains("silent.test", e.Name, StringComparison.Ordinal));
        Assert.Equal(devices, _harness.Events.OfType<DnsLimitReached>().Select(e => e.Mac).Distinct().Count());
        Assert.Equal(devices, _harness.Events.OfType<DnsLimitReached>().Count());
    }

    [Fact]
    public void ManyZones_ThatAreSilent_DoNotMakeAServerDead_WhichAnswersTheTest()
    {
        _harness.Script(0, 10, e => e.Question.IsTrial ? Replies.Good(e) : null);
        for (var i = 0; i < 200; i++)
        {
            _harness.Ask($"a.zone{i}.test{i}");
            _harness.Wait(1000);
            Assert.False(_harness[0].IsDead);
        }

        Assert.InRange(_harness.Sent.Count(s => s.Exchange.Question.IsTrial), 10, 200);
        _harness.Script(0, 10, _ => null);
        for (var i = 0; i < 6; i++)
        {
            _harness.Ask($"b.zone{i}.test{i}");
            _harness.Wait(1000);
        }

        Assert.True(_harness[0].IsDead);
    }

    [Fact]
    public void AllPlaces_TakenByNewDevices_StillLeaveSomeToKnownOnes_AndAreReportedOnce()
    {
        // Six hundred invented devices, each as greedy as it may be.
        foreach (var device in Enumerable.Range(1, 600))
        {
            MakeNew(device);
        }

        for (var round = 0; round < 20; round++)
        {
            foreach (var device in Enumerable.Range(1, 600))
            {
                _harness.Ask($"n{device}-{round}.silent.test", device: device);
            }
        }

        Assert.InRange(_harness.Resolver.PendingCount, DnsBudgets.MaxPending * 8 / 10, DnsBudgets.MaxPending * 14 / 16);
        Assert.Equal(DnsResponseCode.Refused, _harness.AssertAnswered(_harness.Ask("more.silent.test", device: 1)).Code);
        Assert.Null(_harness.AnswerTo(_harness.Ask("known.good.test", device: 1000)));
        MakeNew(1001);
        Assert.Null(_harness.AnswerTo(_harness.Ask("new.good.test", device: 1001)));
        Assert.Single(_harness.Events.OfType<DnsPendingLow>());
        _harness.AssertFinishes();
    }

    [Fact]
    public void OneQuestion_AskedFromManyPorts_LeavesRoomForOthers()
    {
        for (var i = 0; i < 1000; i++)
        {
            _harness.Ask("slow.example", device: 1);
        }

        for (var device = 2; device < 100; device++)
        {
            var client = _harness.Ask("slow.example", device: device);
            if (device == 99)
            {
                _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
                Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(client).Code);
            }
        }
    }

    [Fact]
    public void HeldDevice_ThatTunnels_GetsNoMoreThanAPortalNeeds_AndIsReportedOnce()
    {
        const int Seconds = 30;
        Hold(1);
        _harness.Script(0, 5, e => Replies.Good(e, count: 60));
        var (down, up) = (0, 0);
        for (var i = 0; i < Seconds * 100; i++)
        {
            var query = Queries.For($"{s_data}{i:D6}.{s_data}.t.test", DnsType.Txt, edns: 1232);
            var client = _harness.Ask(query);
            _harness.Wait(10);
            if (_harness.AnswerTo(client) is { } answer)
            {
                down += answer.Octets.Length;
                up += query.Length;
            }
        }

        Assert.InRange((down + up) * 8 / Seconds, 1, (DnsBudgets.HeldOctets * 8) + (((DnsBudgets.HeldOctets * 4) + DnsQuery.MaxUdpSize) * 8 / Seconds));
        Assert.InRange(_harness.Sent.Count, 4, (Seconds + 4) * DnsBudgets.HeldNames / DnsBudgets.UnusualNames);
        var told = Assert.Single(_harness.Events.OfType<DnsLimitReached>());
        Assert.Equal((Held(1).Station.Mac, true), (told.Mac, told.IsHeld));
        Assert.Contains("t.test", told.Name, StringComparison.Ordinal);
        Assert.Contains("innkeeper devices block", EventText.Describe(told), StringComparison.Ordinal);
    }

    [Fact]
    public void HeldDevice_ThatLooksForThePortal_IsAnsweredWhateverItAsks()
    {
        Hold(1);
        _harness.Script(0, 5, e => Replies.Good(e));
        for (var minute = 0; minute < 3; minute++)
        {
            // A page and its services, as a phone does after it connected.
            List<DnsClient> clients = [.. Enumerable.Range(0, 8).SelectMany(i => new[] { DnsType.A, DnsType.Aaaa }.Select(t => _harness.Ask($"n{i}.m{minute}.example", t)))];
            clients.Add(_harness.Ask($"_x.m{minute}.example", DnsType.Srv));
            _harness.Wait(3000);
            clients.Add(_harness.Ask($"text.m{minute}.example", DnsType.Txt));
            _harness.Wait(60_000);
            Assert.All(clients, c => Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(c).Code));
        }

        Assert.Empty(_harness.Events);
    }

    [Fact]
    public void HeldDevices_ThatAreInvented_ShareWhatTheirVlanMayAsk_AndAnotherVlanHasItsOwn()
    {
        _harness.Script(0, 5, e => Replies.Good(e));
        foreach (var device in Enumerable.Range(1, 300))
        {
            Hold(device, vlan: 7);
        }

        for (var second = 0; second < 10; second++)
        {
            foreach (var device in Enumerable.Range(1, 300))
            {
                _harness.Ask($"n{device}-{second}.example", device: device);
            }

            _harness.Wait(1000);
        }

        Assert.InRange(_harness.Sent.Count, 1000, (10 + 4) * DnsBudgets.HeldNamesOfVlan);
        Hold(1000, vlan: 8);
        var other = _harness.Ask("other.example", device: 1000);
        _harness.Wait(100);
        Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(other).Code);
    }

    [Fact]
    public void Device_ThatIsApproved_HasItsOrdinaryLimitAtOnce()
    {
        Hold(1);
        _harness.Script(0, 5, e => Replies.Good(e));
        for (var i = 0; i < 200; i++)
        {
            _harness.Ask($"h{i}.{s_data}.example", DnsType.Txt);
        }

        _harness.Wait(100);
        _harness.Askers.Clear();
        var clients = Enumerable.Range(0, 200).Select(i => _harness.Ask($"a{i}.{s_data}.example", DnsType.Txt)).ToList();
        _harness.Wait(100);
        Assert.All(clients, c => Assert.Equal(DnsResponseCode.NoError, _harness.AssertAnswered(c).Code));
    }

    [Fact]
    public void Streams_OfOneDevice_LeaveSomeToOthers()
    {
        _harness.Script(0, 5, e => e.IsStream ? null : Replies.Truncated(e));
        for (var i = 0; i < 200; i++)
        {
            _harness.Ask($"big{i}.example", device: 1);
        }

        _harness.Wait(20);
        var streams = _harness.Open.Count(e => e.IsStream);
        Assert.InRange(streams, 1, (DnsBudgets.MaxStreams / FairShare.Part) + 1);
        _harness.Ask("other.example", device: 2);
        _harness.Wait(20);
        Assert.Equal(streams + 1, _harness.Open.Count(e => e.IsStream));
        _harness.Wait(Resolver.Patience);
        Assert.Equal(0, _harness.Resolver.Budgets.Streams.Used);
    }
}
