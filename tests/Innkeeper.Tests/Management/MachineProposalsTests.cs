using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Management;

/// <summary>The entries that a search proposes: text that the configuration takes as it is.</summary>
public sealed class MachineProposalsTests
{
    private const string Rest = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\naccess.vlans = [7]\npool.addresses = [\"137.118.199.50\"]\n";

    private static FoundReport Station(string mac, string? name = null, ushort vlan = 0, string? product = null, string? vendor = null, string? machine = null, params string[] addresses) =>
        new(vlan, mac, vendor, addresses, name, product, ["arp"], "unknown", false, null, machine);

    private static string TextOf(params FoundReport[] stations) => string.Join('\n', MachineProposals.Of(stations, ["taken"]));

    [Fact]
    public void Of_AStation_IsAnEntry() => Assert.Equal(
        """

        [[machines]]
        name = "press-1"
        mac = "00:1b:63:84:45:e6"
        vlan = 7
        address = "192.168.0.10"
        description = "SIMATIC \"S7\" \\ 1200, Siemens AG"
        """.ReplaceLineEndings("\n"),
        string.Join('\n', TextOf(Station("00:1b:63:84:45:e6", "Press 1", 7, "SIMATIC \"S7\" \\ 1200", "Siemens AG", addresses: ["192.168.0.10", "10.0.0.1"])).Split('\n').Skip(1)));

    [Fact]
    public void Of_MachinesAndStationsWithoutAnAddress_IsNothing() =>
        Assert.Equal("", TextOf(Station("00:1b:63:84:45:e6", machine: "press-1", addresses: "192.168.0.10"), Station("00:1b:63:84:45:e7", "press-2")));

    /// <summary>Twelve machines call themselves the same, others nothing, and one as a machine of the file.</summary>
    [Fact]
    public void Of_EqualHostileAndMissingNames_IsAFileWithoutErrors()
    {
        var stations = Enumerable.Range(1, 12).Select(n => Station($"00:1b:63:84:45:{n:x2}", "plc", addresses: $"192.168.0.{n}"))
            .Concat([
                Station("00:1b:63:00:00:01", addresses: "192.168.1.1"), Station("00:1b:63:00:00:01", vlan: 7, addresses: "192.168.1.1"), Station("00:1b:63:00:00:02", "\"]\n[dns]\nenabled = false\n#", addresses: "192.168.1.2"),
                Station("00:1b:63:00:00:03", "taken", product: new string('\u6f22', 64), vendor: "\u202e\u0000\t", addresses: "192.168.1.3"), Station("00:1b:63:00:00:04", new string('x', 64), addresses: "192.168.1.4"),
                Station("00:1b:63:00:00:05", "---", addresses: "169.254.1.4"),
            ]).ToArray();

        var read = ConfigurationFile.Parse(Rest + TextOf(stations), "innkeeper.toml");

        // One MAC is in two VLANs, and one station has a link-local address only.
        Assert.Equal(stations.Length - 2, TextOf(stations).Split('\n').Count(l => l == "[[machines]]"));
        Assert.Empty(read.Errors);
        Assert.True(read.Config!.Dns.Enabled);
        var names = read.Config.Machines.Select(m => m.Name).ToList();
        Assert.Equal(stations.Length - 2, names.Distinct().Count());
        Assert.DoesNotContain("taken", names);
        Assert.Equal(["plc", "plc-844502", "plc-844503"], names.Take(3));
    }
}
