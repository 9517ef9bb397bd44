using System.Net.Sockets;
using System.Text;
using Innkeeper.Cli;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Cli;

/// <summary>What a command line did: its exit code and what it wrote.</summary>
internal sealed record CommandLine(int Code, string Output, string Errors)
{
    public static CommandLine Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = CommandTree.Invoke(arguments, output, errors);
        return new CommandLine(code, output.ToString(), errors.ToString());
    }
}

/// <summary>Answers the first client with given octets and hangs up.</summary>
internal sealed class OneAnswer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _served;

    public OneAnswer(string path, byte[] answer)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _served = Task.Run(async () =>
        {
            using var client = await _listener.AcceptAsync();
            await client.ReceiveAsync(new byte[1024]);
            await client.SendAsync(answer);
            client.Shutdown(SocketShutdown.Send);
        });
    }

    /// <summary>A whole answer of HTTP with this body, whatever it is.</summary>
    public static byte[] Http(string body, string status = "200 OK", int missing = 0) =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body) + missing}\r\n\r\n{body}");

    public void Dispose()
    {
        _listener.Dispose();
        Assert.Null(Record.Exception(() => _served.Wait(TimeSpan.FromSeconds(10))) as TimeoutException);
    }
}

internal static class SampleReports
{
    public static readonly DateTimeOffset FirstSeen = new(2026, 11, 23, 7, 5, 3, TimeSpan.Zero);

    public static StatusReport Status(string? failure = null, string note = "it began") => new(
        1, "0.1.0", "running", FirstSeen, "eth1", "eth0", "137.118.199.2/24", null, new PoolReport(50, 47, 1, 1, 1), 1, 1,
        new AdoptionReport(0, "none"), failure, new Dictionary<string, ulong> { ["bogus_source"] = 7, ["foreign_vlan"] = 0 },
        new Dictionary<string, ulong>(), [new EventReport(FirstSeen, "started", note)]);

    public static DevicesReport Devices(string? vendor = "Example Corp.") => new(2,
    [
        new DeviceReport("02:00:00:00:00:01", 10, vendor, false, "admitted", FirstSeen, FirstSeen.AddHours(1),
        [
            new BindingReport("47.31.128.195", "137.118.199.50", "100.64.0.2", "47.31.128.1", "active", FirstSeen, FirstSeen.AddHours(1), 123, 4567, 89, 12_345),
        ], 123, 4567, 89, 12_345, Profile: "guests"),
    ]);

    /// <summary>One device in each state, the last two without an address; guests' text is <paramref name="hostName"/>.</summary>
    public static DevicesReport Everybody(string hostName = "Galaxy-S9") => new(2,
    [
        Devices().Devices[0] with
        {
            GivenName = "phone of room 12", Tags = ["phone", "room-12"], HostName = hostName, UsesDhcp = true, PinnedProfile = "guests", PinnedLegal = "137.118.199.50",
            Admission = new AdmissionReport("admitted", "room 12", "administrator (root)", FirstSeen, FirstSeen.AddHours(8)),
        },
        new DeviceReport("02:00:00:00:00:02", 0, null, true, "new", FirstSeen, FirstSeen, [], Profile: "guests"),
        new DeviceReport("02:00:00:00:00:03", 0, "Example Corp.", false, "held", FirstSeen, FirstSeen, [], Profile: "cameras", HostName: hostName,
            Admission: new AdmissionReport("held", "it is new", "profile cameras", FirstSeen)),
        new DeviceReport("02:00:00:00:00:04", 20, null, true, "blocked", FirstSeen, FirstSeen, [], Profile: "guests", GivenName: "the pest"),
    ]);

    public static DiagnosisReport Diagnosis(string verdict = DiagnosisReport.Ok, string cause = "none") => new(1, "02:00:00:00:00:01", "the Internet", FirstSeen,
    [
        new DeviceDiagnosis("02:00:00:00:00:01", 10, "room 12", verdict, new CauseReport(cause, "It waits for approval.", "Run `innkeeper devices approve 02:00:00:00:00:01`."),
        [
            new StepReport("access", "ok", "eth1 is up"), new StepReport("frames", "warning", "it is quiet [red]", FirstSeen.AddSeconds(-12)), new StepReport("admission", "fault", "It waits."),
            new StepReport("ports", "open", "none yet"),
        ]),
    ]);

    public static LeasesReport Leases() => new(1,
    [
        new LeaseReport("10.203.0.7", "active", "02:00:00:00:00:01", 10, "01020000000001", FirstSeen, FirstSeen.AddHours(1), true, "Galaxy-S9 [red]", "android-dhcp-13"),
        new LeaseReport("10.203.9.9", "ended", "02:00:00:00:00:02", 0, "ff00", FirstSeen, FirstSeen.AddHours(1), false),
    ]);

    public static ProfilesReport Profiles() => new(1,
    [
        new ProfileReport("default", "auto", "own", true, false, 4, [], [], null, null, null, "main", null, new Dictionary<string, int> { ["new"] = 0, ["held"] = 0, ["admitted"] = 0, ["blocked"] = 0 }),
        new ProfileReport("guests", "approve", "shared", false, true, 2, ["10.0.0.0/8"], ["10.1.2.3/32"], 2_000_000, 20_000_000, 28_800, "guest-line", "main", new Dictionary<string, int> { ["new"] = 1, ["held"] = 0, ["admitted"] = 1, ["blocked"] = 1 }),
    ],
    [new GatewayReport("main", "eth0", "137.118.199.1", "unknown"), new GatewayReport("guest-line", "eth2", null, "down", FirstSeen)]);
}
