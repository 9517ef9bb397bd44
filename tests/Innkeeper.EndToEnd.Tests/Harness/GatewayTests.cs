using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>What every class of gateway tests has: its lab, the reason when there is none, the gateway's log when a test fails, and the watch on the uplink.</summary>
public abstract class GatewayTests : IDisposable
{
    private const int LogTail = 4000;

    private readonly GatewayFixture fixture;

    protected GatewayTests(GatewayFixture fixture)
    {
        Assert.SkipWhen(fixture.Missing is not null, fixture.Missing ?? "");
        this.fixture = fixture;
    }

    private protected Testbed Testbed => fixture.Testbed;

    /// <summary>The page every device can fetch.</summary>
    private protected static string Page => $"http://{Testbed.ServerAddress}/index.html";

    [Fact]
    public void Uplink_OverTheWholeRun_CarriedOnlyLegalSources()
    {
        Assert.True(Testbed.UplinkFrames() > 0, "the capture on the uplink is empty");
        Assert.Empty(fixture.TakeViolations());
    }

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed && fixture.Missing is null && Testbed.GatewayProcess is { } gateway)
        {
            var log = gateway.Stderr;
            TestContext.Current.TestOutputHelper?.WriteLine($"--- the gateway's log, its end\n{log[Math.Max(0, log.Length - LogTail)..]}");
            TestContext.Current.TestOutputHelper?.WriteLine(gateway.HasExited ? $"the gateway had ended with {gateway.ExitCode}" : Testbed.Cli("devices", "--json").ToString());
        }
    }

    private protected static CommandResult Fetch(Device device, string? url = null) =>
        Testbed.Run(device.Namespace, "curl", "-sS", "--fail", "-m", "20", url ?? Page);

    /// <summary>Downloads a file and says its SHA-256; a failed download is told by curl's own words.</summary>
    private protected static string Download(Device device, string url)
    {
        var file = Path.GetTempFileName();
        try
        {
            Testbed.Run(device.Namespace, "curl", "-sS", "--fail", "-m", "20", "-o", file, url).AssertOk();
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Sends to a server of its own, or the other way: one that has served somebody just now may still be busy with that.</summary>
    private protected CommandResult AssertIperf3(Device device, params string[] options)
    {
        var server = Testbed.StartListener(Testbed.Server, 5201, "iperf3", "-s", "-1");
        var told = Testbed.Run(device.Namespace, ["iperf3", "-c", Testbed.ServerAddress, .. options]).AssertOk();
        server.Finish(TimeSpan.FromSeconds(10)).AssertOk();
        return told;
    }

    /// <summary>As many echo replies as asked for, within 10 s; a lost one is asked for again.</summary>
    private protected static CommandResult Ping(string ns, string target, params string[] options) =>
        Testbed.Run(ns, ["ping", "-n", "-c", "3", "-i", "0.2", "-w", "10", .. options, target]);

    /// <summary>A device with whatever settings fetches, pings far, and pings the gateway it believes in; outside it has an address of the pool.</summary>
    private protected void AssertGetsThrough(Device device)
    {
        Fetch(device).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        if (device.Gateway is { } gateway)
        {
            Ping(device.Namespace, gateway).AssertOk();
        }

        Assert.True(IsPoolAddress(Testbed.AwaitLegalAddress(device)), Testbed.AwaitLegalAddress(device));
    }

    /// <summary>A datagram of 5,000 octets, which needs four fragments each way, comes back from the server as it was sent.</summary>
    private protected void AssertEchoesUdpInFragments(Device device)
    {
        var server = Testbed.Start(Testbed.Server, "socat", "-b", "65000", "UDP-LISTEN:4000,fork,reuseaddr", "EXEC:cat");
        Wait.For("UDP port 4000", () => Testbed.Run(Testbed.Server, "ss", "-Hlnu", "sport", "=", ":4000").Stdout.Length > 0, TimeSpan.FromSeconds(10), server.ToString);
        var text = new string('x', 5000);

        var echoed = Testbed.RunWithInput(device.Namespace, text, "socat", "-b", "65000", "-t", "3", "-", $"UDP:{Testbed.ServerAddress}:4000").AssertOk();

        Assert.Equal(text, echoed.Stdout.TrimEnd('\n'));
    }

    private protected static bool IsPoolAddress(string address) =>
        System.Net.IPAddress.TryParse(address, out var parsed) && parsed.GetAddressBytes() is [137, 118, 199, >= 50 and <= 99];
}
