using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>One lab with a running gateway, shared by the tests of a class.</summary>
public class GatewayFixture : IDisposable
{
    private readonly Bench? bench;
    private int violationsReported;

    public GatewayFixture()
        : this(GatewaySettings.Default)
    {
    }

    private protected GatewayFixture(GatewaySettings settings, int uplinkMtu = 1500, Action<Bench>? beforeStart = null, bool oneArmed = false)
    {
        Missing = Requirements.Missing("arping", "ping", "traceroute", "iperf3", "nping", "socat", "clang", "ss", "dnsmasq", "dig", "drill", "turnserver", "turnutils_natdiscovery", "stun", "dhclient", "udhcpc", "dhcpcd") ?? Requirements.MissingGateway();
        if (Missing is not null)
        {
            return;
        }

        bench = new Bench(uplinkMtu, oneArmed);
        try
        {
            beforeStart?.Invoke(bench);
            bench.StartGateway(settings);
        }
        catch
        {
            bench.Dispose();
            throw;
        }
    }

    /// <summary>What left the uplink and must not have; each frame is reported once.</summary>
    public IReadOnlyList<string> TakeViolations()
    {
        var violations = Bench.UplinkViolations();
        violationsReported = violations.Count;
        return violations;
    }

    /// <summary>Why no test of the class can run, or null.</summary>
    public string? Missing { get; }

    internal Bench Bench => bench ?? throw new InvalidOperationException(Missing);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (bench is null)
        {
            return;
        }

        // Once more, for what left after the class's own check, or when that check was filtered out.
        var unreported = bench.UplinkViolations().Skip(violationsReported).ToList();
        BeforeEnd(bench.StateDirectory);
        bench.Dispose();
        Assert.Empty(unreported);
    }

    /// <summary>What a fixture put around the bench is taken back.</summary>
    protected virtual void BeforeEnd(string stateDirectory)
    {
    }
}
