using Innkeeper.Cli.Live;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Cli.Live;

public sealed class TopSessionTests
{
    private static readonly DateTimeOffset s_start = SampleReports.FirstSeen.AddHours(1);

    private readonly Queue<(TopSample?, (string, int)?)> _answers = [];

    private TopSession Session(string order = "traffic") => new(() => _answers.Dequeue(), order);

    private static DeviceReport Device(string mac, ulong bytesOut, ulong bytesIn, string state = "admitted", string? name = null, string? host = null, int seenAgo = 0, TimeSpan? came = null) => new(
        mac, 20, null, true, state, came is { } age ? s_start - age : SampleReports.FirstSeen, s_start.AddSeconds(-seenAgo),
        [new BindingReport("192.168.0.10", "10.20.0.101", "247.64.0.2", null, "active", s_start, s_start, 0, bytesOut, 0, bytesIn)], 0, bytesOut, 0, bytesIn, GivenName: name, HostName: host);

    private void Answer(double seconds, ulong drops, ulong refused, params DeviceReport[] devices)
    {
        var status = SampleReports.Status() with
        {
            Drops = new Dictionary<string, ulong> { ["bogus_source"] = drops, ["foreign_vlan"] = 7 },
            Counters = new Dictionary<string, ulong> { ["refused_pool_exhausted"] = refused, ["punts"] = 1000 * refused },
            Health = "healthy",
            Faults = [],
            Known = new Dictionary<string, int> { ["held"] = 1, ["admitted"] = 2 },
        };
        _answers.Enqueue((new TopSample(s_start.AddSeconds(seconds), status, new DevicesReport(2, devices)), null));
    }

    [Fact]
    public void Table_HasTrafficDropsAndRefusalsBetweenTwoReports()
    {
        Answer(0, 100, 5, Device("02:00:00:00:00:01", 1000, 1000), Device("02:00:00:00:00:02", 500_000, 0, name: "press-1"));
        Answer(2, 124, 6, Device("02:00:00:00:00:01", 1_001_000, 251_000), Device("02:00:00:00:00:02", 500_000, 0, name: "press-1"),
            Device("02:00:00:00:00:03", 0, 0, "held", host: "Johns-iPhone", came: TimeSpan.FromMinutes(3)));
        var session = Session();
        session.Refresh();
        session.Refresh();

        var lines = session.Render((80, 24)).Split('\n');

        Assert.Equal("Innkeeper 2026-11-23 08:05:05Z  healthy", lines[0]);
        Assert.Equal("traffic  out 4.0 Mbit/s, in 1.0 Mbit/s", lines[1]);
        Assert.Equal("devices  1 online, 3 known, 1 new in 10 min", lines[2]);
        Assert.Equal("waiting  1: \"Johns-iPhone\" (3 min)", lines[3]);
        Assert.Equal("refused  0.5/s; dropped 12/s: bogus_source 12/s", lines[4]);
        Assert.Equal(["device", "VLAN", "own address", "state", "out", "in+out ▼", "seen"], lines[6].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(["02:00:00:00:00:01", "20", "192.168.0.10", "admitted", "4.0 Mbit/s", "1.0 Mbit/s", "2 s"], lines[7].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.All(lines, l => Assert.InRange(l.Length, 0, 80));
    }

    [Fact]
    public void Keys_ChangeTheOrder()
    {
        for (var i = 0; i < 2; i++)
        {
            Answer(i, 0, 0, Device("02:00:00:00:00:01", (ulong)i * 1000, 0, name: "zebra"), Device("02:00:00:00:00:02", 0, (ulong)i * 9000, name: "ape"));
        }

        var session = Session();
        session.Refresh();
        session.Refresh();
        var firsts = Enumerable.Range(0, 5).Select(_ =>
        {
            var first = session.Render((80, 24)).Split('\n')[7].Split(' ')[0];
            session.Press('s');
            session.Press('x');
            return first;
        });
        Assert.Equal(["ape", "zebra", "ape", "zebra", "ape"], firsts);
    }

    /// <summary>Counters of a binding that is made again begin at 0.</summary>
    [Fact]
    public void Counters_ThatFall_CountFromZero()
    {
        Answer(0, 500, 9, Device("02:00:00:00:00:01", 5_000_000, 0));
        Answer(1, 3, 0, Device("02:00:00:00:00:01", 1000, 0));
        var session = Session();
        session.Refresh();
        session.Refresh();
        var text = session.Render((80, 24));
        Assert.Contains("out 8.0 kbit/s, in 0\n", text);
        Assert.Contains("refused  0/s; dropped 3.0/s: bogus_source 3.0/s\n", text);
    }

    [Fact]
    public void GatewayThatIsAway_IsSaid_AndShownAgainWhenItIsBack()
    {
        Answer(0, 0, 0, Device("02:00:00:00:00:01", 0, 0));
        _answers.Enqueue((null, ("no gateway answers at /run/innkeeper/control.sock", 3)));
        Answer(4, 0, 0, Device("02:00:00:00:00:01", 9000, 0));
        var session = Session();
        session.Refresh();
        session.Refresh();
        Assert.Equal("innkeeper: no gateway answers at /run/innkeeper/control.sock\n", session.Render((80, 24)));
        session.Refresh();
        Assert.Contains("traffic  out 0, in 0\n", session.Render((80, 24)));
    }

    [Fact]
    public void Rows_FillTheWindow_AndNoMore_AndTextOfGuestsCannotBreakOut()
    {
        Answer(0, 0, 0, [.. Enumerable.Range(0, 99).Select(i => Device($"02:00:00:00:00:{i:x2}", 0, 0, "held", host: $"\u001b[2J漢字漢字漢字漢字漢字漢字漢字\n{i}"))]);
        var session = Session();
        session.Refresh();
        var lines = session.Render((80, 24)).TrimEnd('\n').Split('\n');
        Assert.Equal(24, lines.Length);
        Assert.All(lines, l => Assert.DoesNotContain('\u001b', l));
        Assert.StartsWith("waiting  99: ", lines[3]);
        Assert.Equal(99 + 7, session.Render((80, 0), isWhole: true).TrimEnd('\n').Split('\n').Length);
    }
}
