using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A mapping log, and mappings that are over soon.</summary>
public sealed class MappingLogFixture() : GatewayFixture(
    new GatewaySettings { Pool = null, Napt = $"log = \"{LogPath}\"\nudp_timeout = \"2s\"\nrest = \"1s\"" }, beforeStart: bench => Reflector.Start(bench, bench.Server, Bench.ServerAddress))
{
    /// <summary>Of the one fixture there is.</summary>
    internal static readonly string LogPath = Path.Combine(Path.GetTempPath(), $"innkeeper-mappings-{Guid.NewGuid():N}.log");
}

/// <summary>Who had which port, and when, and not with whom (RFC 6888 section 4, REQ-12).</summary>
public sealed class NaptLogTests(MappingLogFixture fixture) : GatewayTests(fixture), IClassFixture<MappingLogFixture>, IDisposable
{
    /// <summary>The gateway sweeps every 5 s.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Log_HasBeginningAndEndOfPorts_WithTheDevice_AndNoDestination()
    {
        var device = Bench.AddDevice("logged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = "06:1a:5e:10:06:01" });
        var port = Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress));
        var low = Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Bench.ServerAddress, 600));
        Assert.InRange(low, 512, 1023);

        var first = port / 64 * 64;
        string[] expected =
        [
            $"begin device={device.Mac} vlan=0 address={Bench.GatewayAddress} ports={first}-{first + 63} protocol=any",
            $"begin device={device.Mac} vlan=0 address={Bench.GatewayAddress} port={low} protocol=udp",
            $"end device={device.Mac} vlan=0 address={Bench.GatewayAddress} ports={first}-{first + 63} protocol=any",
            $"end device={device.Mac} vlan=0 address={Bench.GatewayAddress} port={low} protocol=udp",
        ];
        Wait.For("four lines", () => Lines().Length >= 4, s_patience, () => string.Join('\n', Lines()));

        Assert.Equal(expected.Order(StringComparer.Ordinal), Lines().Select(line => line[(line.IndexOf(' ') + 1)..]).Order(StringComparer.Ordinal));
        Assert.All(Lines(), line => Assert.InRange(
            DateTimeOffset.Parse(line[..line.IndexOf(' ')], System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow - TimeSpan.FromMinutes(1), DateTimeOffset.UtcNow));
        Assert.DoesNotContain(Bench.ServerAddress, File.ReadAllText(MappingLogFixture.LogPath));
    }

    void IDisposable.Dispose()
    {
        Dispose();
        File.Delete(MappingLogFixture.LogPath);
    }

    private static string[] Lines() => File.Exists(MappingLogFixture.LogPath) ? File.ReadAllLines(MappingLogFixture.LogPath) : [];
}
