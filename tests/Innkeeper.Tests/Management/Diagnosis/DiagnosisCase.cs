using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Management.Diagnosis;
using Innkeeper.Policy;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Management.Diagnosis;

/// <summary>A device that is online, as a diagnosis sees it; tests change one fact of it.</summary>
internal static class DiagnosisCase
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 3, 12, 0, TimeSpan.FromHours(1));
    public static readonly Station Phone = new(214, MacAddress.Parse("02:00:00:00:00:01"));
    public static readonly TimeSpan Monotonic = TimeSpan.FromHours(5);

    public static InnkeeperConfig Config { get; } = ConfigurationFile.Parse(
        """
        access.interface = "eth1"
        access.vlans = [7, 214]
        uplink.interface = "eth0"
        pool.addresses = ["137.118.199.50-137.118.199.99"]
        [profiles.guests]
        rate_out = "2M"
        rate_in = "20M"
        isolate = true
        inbound = false
        """,
        "innkeeper.toml").Config!;

    public static DeviceRecord Record { get; } = new(Phone.Mac, Now.AddDays(-1))
    {
        Name = "room 214",
        Profile = "guests",
        Admission = new AdmissionStatus(AdmissionState.Admitted, "its profile admits every device (rule 1)", "profile guests", Now.AddDays(-1)),
    };

    public static Binding Own { get; } = new(2, new ClaimedAddress(Phone, Ip("47.31.128.195")), Ip("137.118.199.53"), Ip("47.31.128.1"), true, Now.AddHours(-1));

    public static Binding Sharing { get; } = Own with { Legal = Ipv4Address.Any, Shared = Ip("137.118.199.2"), Share = 7 };

    /// <summary>Everything is as it should be.</summary>
    public static DiagnosisFacts Online { get; } = new(
        Now, Config, new KnownDevice(Phone, Record, [Own]), ManagementFixture.Network(),
        new StationFacts(Monotonic, new StationTrace { Heard = Monotonic - TimeSpan.FromSeconds(40) }, Config.Profiles["guests"], null, 0, null, []))
    {
        Activity = [new BindingActivity(new Traffic { OutPackets = 7 }, TimeSpan.FromSeconds(5), [], [])],
        LastSeen = Now.AddMinutes(-1),
        Gateway = new DiagnosedGateway("main", Ip("137.118.199.1"), "eth0", false, Now.AddHours(-2)),
        DnsServers = [new DnsServerHealth("9.9.9.9:53", false)],
        Dns = new DnsUse(new DnsExchange(TimeSpan.FromSeconds(3), "www.example.com. A", Ip("9.9.9.9"), TimeSpan.FromSeconds(3), DnsResponseCode.NoError), 0),
    };

    /// <summary>Heard a moment ago, and nothing more.</summary>
    public static DiagnosisFacts Arriving { get; } = Online with { Device = new KnownDevice(Phone, Record, []), Activity = [], Dns = null };

    public static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    public static StationDrop Drop(DropReason reason, int secondsAgo = 12, string to = "93.184.216.34", ulong count = 3, Station? station = null) =>
        new(station ?? Phone, reason, count, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(secondsAgo), Ip(to), 0x88cc);

    public static DiagnosisFacts With(this DiagnosisFacts facts, params StationDrop[] drops) => facts with { Drops = [.. drops] };

    public static DiagnosisFacts With(this DiagnosisFacts facts, AdmissionStatus admission) => facts with { Device = facts.Device with { Record = Record with { Admission = admission } } };

    public static DiagnosisFacts With(this DiagnosisFacts facts, StationTrace trace) => facts with { Station = facts.Station with { Trace = trace } };

    public static (string Verdict, string Id, string Text, string Remedy) CauseOf(DiagnosisFacts facts)
    {
        var diagnosed = Diagnoser.Of(facts);
        var cause = Diagnoser.ReportOf(diagnosed, facts);
        return (diagnosed.Verdict, cause.Id, cause.Text, cause.Remedy);
    }

    public static Step StepOf(DiagnosisFacts facts, string id) => Diagnoser.Of(facts).Steps.Single(s => s.Id == id);

    /// <summary>The facts lead to this cause, with these words in its sentence and its remedy.</summary>
    public static void AssertCause(DiagnosisFacts facts, string verdict, string id, string text, string remedy)
    {
        var cause = CauseOf(facts);
        Assert.Equal((verdict, id), (cause.Verdict, cause.Id));
        Assert.Contains(text, cause.Text, StringComparison.Ordinal);
        Assert.Contains(remedy, cause.Remedy, StringComparison.Ordinal);
        Assert.EndsWith(".", cause.Text.TrimEnd(')'), StringComparison.Ordinal);
    }

    public static void AssertFault(DiagnosisFacts facts, string id, string text, string remedy) => AssertCause(facts, DiagnosisReport.Fault, id, text, remedy);
}
