using System.Globalization;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>
/// Other software of the gateway's host, as its distribution ships it, in the gateway's network namespace. It has a /run and the
/// directories of /etc that it writes for itself, with a system bus, and leaves those of this machine alone.
/// </summary>
internal sealed class HostSoftware
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>
    /// $0 is the directory of the private files. With a read-only /sys, networkd does not wait for udev, which has no part in a
    /// network namespace.
    /// </summary>
    private const string Mounts = """
        set -e
        mount --bind "$0/run" /run
        mount --bind "$0/ufw" /etc/ufw
        mount --bind "$0/default-ufw" /etc/default/ufw
        mount --bind "$0/firewalld" /etc/firewalld
        mount --bind "$0/network" /etc/systemd/network
        mount -t sysfs -o ro sysfs /sys
        exec dbus-daemon --config-file="$0/bus.conf" --nofork --nopidfile
        """;

    private const string Bus = """
        <busconfig>
          <type>system</type>
          <listen>unix:path=/run/dbus/system_bus_socket</listen>
          <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>
        </busconfig>
        """;

    private Testbed? _testbed;
    private BackgroundProcess? _bus;
    private BackgroundProcess? _networkd;

    private Testbed Testbed => _testbed ?? throw new InvalidOperationException("not started");

    private string Files => Path.Combine(Testbed.Directory, "host");

    /// <summary>Gives the host its bus, and networkd, which gives the uplink its address and route.</summary>
    public void Start(Testbed testbed)
    {
        _testbed = testbed;
        Directory.CreateDirectory(Path.Combine(Files, "run", "dbus"));
        Directory.CreateDirectory(Path.Combine(Files, "network"));
        Command.Run("sh", "-c", "cp -a /etc/ufw /etc/firewalld \"$0\" && cp /etc/default/ufw \"$0/default-ufw\" && mkdir -p \"$0/run/systemd/netif\" /etc/systemd/network && chown systemd-network: \"$0/run/systemd/netif\"", Files).AssertOk();
        File.WriteAllText(Path.Combine(Files, "bus.conf"), Bus);
        _bus = testbed.Start(testbed.Gateway, "unshare", "-m", "--propagation", "private", "sh", "-c", Mounts, Files);
        Wait.For("the system bus", () => File.Exists(Path.Combine(Files, "run", "dbus", "system_bus_socket")), s_patience, _bus.ToString);

        WriteNetwork("10-uplink", $"[Match]\nName={testbed.UplinkInterface}\n[Network]\nAddress={Testbed.GatewayAddress}/24\nGateway={Testbed.RouterAddress}\nLinkLocalAddressing=no\n");
        Testbed.Run(testbed.Gateway, "ip", "address", "flush", "dev", testbed.UplinkInterface).AssertOk();
        StartNetworkd();
        Wait.For("networkd's route", () => Testbed.Run(testbed.Gateway, "ip", "route").Stdout.Contains($"default via {Testbed.RouterAddress} dev {testbed.UplinkInterface} proto static", StringComparison.Ordinal), s_patience, _networkd!.ToString);
    }

    /// <summary>Runs one of the host's programs.</summary>
    public CommandResult Run(params string[] command) => Command.Run(Inside(command));

    /// <summary>Starts one that ends with the testbed at the latest.</summary>
    public BackgroundProcess Start(params string[] command) => Testbed.Start(Testbed.Gateway, Inside(command));

    /// <summary>Writes a .network file, which networkd reads when it starts or is told to.</summary>
    public void WriteNetwork(string name, string text) => File.WriteAllText(Path.Combine(Files, "network", name + ".network"), text);

    public void RemoveNetwork(string name) => File.Delete(Path.Combine(Files, "network", name + ".network"));

    public void RestartNetworkd()
    {
        _networkd!.Stop();
        StartNetworkd();
    }

    private void StartNetworkd()
    {
        _networkd = Start("/lib/systemd/systemd-networkd");
        Wait.For("networkd", () => Run("networkctl", "status", Testbed.UplinkInterface).Stdout.Contains("routable (configured)", StringComparison.Ordinal), s_patience, _networkd.ToString);
    }

    private string[] Inside(string[] command) => ["nsenter", "--target", _bus!.Id.ToString(CultureInfo.InvariantCulture), "--mount", "--net", "--", .. command];
}
