using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>One lab with a running gateway, shared by the tests of a class.</summary>
public class GatewayFixture : IDisposable
{
    private readonly Bench? bench;

    public GatewayFixture()
        : this(GatewaySettings.Default)
    {
    }

    private protected GatewayFixture(GatewaySettings settings, int uplinkMtu = 1500, Action<Bench>? beforeStart = null)
    {
        Missing = Requirements.Missing("arping", "ping", "traceroute", "iperf3", "nping", "socat", "clang", "ss") ?? Requirements.MissingGateway();
        if (Missing is not null)
        {
            return;
        }

        bench = new Bench(uplinkMtu);
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

        // Once more, for what may have left after the class's own check of it.
        var violations = bench.UplinkViolations();
        bench.Dispose();
        Assert.Empty(violations);
    }
}
