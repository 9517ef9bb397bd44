using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>A mapping log, and mappings that are over soon.</summary>
public sealed class MappingLogFixture() : GatewayFixture(Settings, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress)), IDisposable
{
    /// <summary>Of the one fixture there is.</summary>
    internal static readonly string LogPath = Path.Combine(Path.GetTempPath(), $"innkeeper-mappings-{Guid.NewGuid():N}.log");

    internal static readonly GatewaySettings Settings = new() { Pool = null, Napt = $"log = \"{LogPath}\"\nudp_timeout = \"2s\"\nrest = \"1s\"" };

    void IDisposable.Dispose()
    {
        Dispose();
        File.Delete(LogPath);
    }
}

/// <summary>Who had which port, and when, and not with whom (RFC 6888 section 4, REQ-12).</summary>
public sealed partial class NaptLogTests(MappingLogFixture fixture) : GatewayTests(fixture), IClassFixture<MappingLogFixture>
{
    /// <summary>The gateway sweeps every 5 s.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Log_HasBeginningAndEndOfPorts_WithTheDevice_AndNoDestination()
    {
        var begun = DateTimeOffset.UtcNow;
        var device = Testbed.AddDevice("logged", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = "06:1a:5e:10:06:01" });
        var port = Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress));
        var low = Reflector.PortOf(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 600));
        Assert.InRange(low, 512, 1023);

        var first = port / 64 * 64;
        string[] expected =
        [
            $"begin device={device.Mac} vlan=0 address={Testbed.GatewayAddress} ports={first}-{first + 63} protocol=any",
            $"begin device={device.Mac} vlan=0 address={Testbed.GatewayAddress} port={low} protocol=udp",
            $"end device={device.Mac} vlan=0 address={Testbed.GatewayAddress} ports={first}-{first + 63} protocol=any",
            $"end device={device.Mac} vlan=0 address={Testbed.GatewayAddress} port={low} protocol=udp",
        ];
        Wait.For("four lines", () => Lines(device).Length >= 4, s_patience, () => string.Join('\n', Lines(device)));

        Assert.Equal(expected.Order(StringComparer.Ordinal), Lines(device).Select(line => line[(line.IndexOf(' ') + 1)..]).Order(StringComparer.Ordinal));
        Assert.All(Lines(device), line => Assert.InRange(
            DateTimeOffset.Parse(line[..line.IndexOf(' ')], System.Globalization.CultureInfo.InvariantCulture), begun - TimeSpan.FromSeconds(1), DateTimeOffset.UtcNow));
        Assert.DoesNotContain(Testbed.ServerAddress, File.ReadAllText(MappingLogFixture.LogPath));
    }

    [Fact]
    public void Log_OfAGatewayThatEnds_IsWhole_AndTheNextOneGoesOnWithIt()
    {
        var device = Testbed.AddDevice("restart", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Mac = "06:1a:5e:10:06:02" });
        var conversation = Reflector.Converse(Testbed, device, "udp", Testbed.ServerAddress);
        // What a sweep found is on its way to the log.
        Wait.For("a sweep", () => Testbed.StatusJson().Napt?.Blocks >= 1, s_patience);

        Testbed.KillGateway(Native.SIGTERM);
        conversation.AssertAllAnswered();

        Assert.Contains(" begin ", Assert.Single(Lines(device)));
        Testbed.StartGateway(MappingLogFixture.Settings);
        Wait.For("the end", () => Lines(device).Length >= 2, s_patience, () => string.Join('\n', Lines(device)));
        Assert.Equal(Lines(device)[0][Lines(device)[0].IndexOf(" device=", StringComparison.Ordinal)..], Lines(device)[1][Lines(device)[1].IndexOf(" device=", StringComparison.Ordinal)..]);
        Assert.Contains(" end ", Lines(device)[1]);
    }

    private static string[] Lines(Device device) =>
        File.Exists(MappingLogFixture.LogPath) ? [.. File.ReadLines(MappingLogFixture.LogPath).Where(line => line.Contains(device.Mac, StringComparison.Ordinal))] : [];
}
