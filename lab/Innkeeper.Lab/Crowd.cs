using System.Globalization;
using System.Text.Json;

namespace Innkeeper.Lab;

/// <summary>
/// Thousands of stations at one port of the hub, which exist in a raw socket only (benchmarks/generator/crowd.c): DHCP clients, each
/// with a MAC of its own, and floods.
/// </summary>
internal sealed class Crowd
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Testbed testbed;
    private readonly Device port;
    private readonly string clients;
    private readonly string flood;

    private Crowd(Testbed testbed, Device port)
    {
        this.testbed = testbed;
        this.port = port;
        clients = Compile("crowd");
        flood = Compile("flood");
    }

    /// <summary>Plugs a port without settings into the hub, and compiles the programs that send there.</summary>
    public static Crowd Plug(Testbed testbed, string name = "crowd")
    {
        var port = testbed.AddDevice(name, "0.0.0.0/32", null, new DeviceSettings { Isolated = true });
        Testbed.Run(port.Namespace, "ip", "address", "flush", "dev", "eth0").AssertOk();
        return new Crowd(testbed, port);
    }

    /// <summary>Runs a crowd to its end. Options are those of crowd.c.</summary>
    public CrowdReport Run(int count, params string[] options) => Report(Start(count, options));

    /// <summary>Starts a crowd; SIGTERM ends it early.</summary>
    public BackgroundProcess Start(int count, params string[] options) =>
        testbed.Start(port.Namespace, [clients, "eth0", count.ToString(CultureInfo.InvariantCulture), .. options]);

    /// <summary>The summary that a crowd prints at its end.</summary>
    public static CrowdReport Report(BackgroundProcess crowd) => JsonSerializer.Deserialize<CrowdReport>(crowd.Finish(Patience).AssertOk().Stdout, Testbed.Json)!;

    /// <summary>Starts a flood; flood.c lists its kinds.</summary>
    /// <param name="count">Stations, sources or DISCOVERs.</param>
    /// <param name="rate">Of these each second.</param>
    public BackgroundProcess StartFlood(string kind, int count, int rate) => testbed.Start(
        port.Namespace,
        [flood, "eth0", kind, count.ToString(CultureInfo.InvariantCulture), rate.ToString(CultureInfo.InvariantCulture), testbed.AccessMac, Testbed.ServerAddress]);

    /// <summary>The leases that a crowd has written down so far, after their ACK had arrived, by MAC.</summary>
    public static IReadOnlyDictionary<string, string> Leases(string file)
    {
        var text = File.Exists(file) ? File.ReadAllText(file) : "";
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
    }

    private string Compile(string name)
    {
        var program = Path.Combine(testbed.Directory, name);
        Command.Run("clang", "-O2", "-Wall", "-Werror", Path.Combine(AppContext.BaseDirectory, "crowd", name + ".c"), "-o", program).AssertOk();
        return program;
    }
}

/// <summary>The summary of crowd.c.</summary>
/// <param name="Bound">Clients that have an ACK.</param>
/// <param name="Seconds">From the first message to the last ACK.</param>
/// <param name="Duplicates">ACKs of an address that another client of the crowd has.</param>
/// <param name="Changed">Clients whose address is not the one that they had in the run before.</param>
/// <param name="Distinct">Addresses that a client has.</param>
/// <param name="Malformed">Answers that no client can use.</param>
/// <param name="Misaddressed">Answers in a frame to another station than the client.</param>
/// <param name="Through">Clients whose echo request, sent from the leased address, was answered.</param>
/// <param name="LastThroughSeconds">When the last of these was.</param>
internal sealed record CrowdReport(
    int Clients, int Bound, double Seconds, double LeasesPerSecond, double P50Ms, double P99Ms, double MaxMs, int Retransmits, int Naks, int Duplicates, int Changed,
    int Distinct, int Malformed, int Misaddressed, int Through, double LastThroughSeconds);
