using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>One lab with a running gateway, shared by the tests of a class.</summary>
public class GatewayFixture : IDisposable
{
    private readonly Testbed? testbed;
    private int violationsReported;

    public GatewayFixture()
        : this(GatewaySettings.Default)
    {
    }

    private protected GatewayFixture(GatewaySettings settings, int uplinkMtu = 1500, Action<Testbed>? beforeStart = null, bool oneArmed = false)
    {
        Missing = Requirements.Missing("arping", "ping", "traceroute", "iperf3", "nping", "socat", "clang", "ss", "dnsmasq", "dig", "drill", "turnserver", "turnutils_natdiscovery", "stun", "dhclient", "udhcpc", "dhcpcd", "networkctl", "dbus-daemon", "ufw", "firewall-cmd", "iptables", "radvd", "ndisc6", "ssh") ?? Requirements.MissingGateway();
        if (Missing is not null)
        {
            return;
        }

        testbed = new Testbed(uplinkMtu, oneArmed);
        try
        {
            beforeStart?.Invoke(testbed);
            testbed.StartGateway(settings);
        }
        catch
        {
            testbed.Dispose();
            throw;
        }
    }

    /// <summary>What left the uplink and must not have; each frame is reported once.</summary>
    public IReadOnlyList<string> TakeViolations()
    {
        var violations = Testbed.UplinkViolations();
        violationsReported = violations.Count;
        return violations;
    }

    /// <summary>Why no test of the class can run, or null.</summary>
    public string? Missing { get; }

    internal Testbed Testbed => testbed ?? throw new InvalidOperationException(Missing);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (testbed is null)
        {
            return;
        }

        // Once more, for what left after the class's own check, or when that check was filtered out.
        var unreported = testbed.UplinkViolations().Skip(violationsReported).ToList();
        BeforeEnd(testbed.StateDirectory);
        testbed.Dispose();
        Assert.Empty(unreported);
    }

    /// <summary>What a fixture put around the testbed is taken back.</summary>
    protected virtual void BeforeEnd(string stateDirectory)
    {
    }
}
