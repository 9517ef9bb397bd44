using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>A real DHCP client at work on a device's interface; it sets the address, the route and nothing of this machine's.</summary>
internal sealed class DhcpClient : IDisposable
{
    /// <summary>What dhclient and udhcpc call with what they were given, under different names.</summary>
    private const string Script = """
        #!/bin/sh
        echo "$(date +%s.%N) ${reason:-$1} ${new_ip_address:-$ip} ${new_routers:-$router} ${new_domain_name_servers:-$dns} ${new_domain_name:-$domain} ${new_captive_portal:-$opt114}" >>"$0.log"
        case "${reason:-$1}" in
        BOUND | REBOOT | bound)
            ip address flush dev eth0
            ip address add "${new_ip_address:-$ip}/${new_subnet_mask:-$subnet}" dev eth0
            ip route replace default via "${new_routers:-$router}"
            ;;
        EXPIRE | FAIL | RELEASE | STOP | deconfig) ip address flush dev eth0 ;;
        esac
        exit 0
        """;

    private readonly Testbed _testbed;
    private readonly string _kind;
    private readonly string _folder;
    private BackgroundProcess? _process;

    /// <param name="kind">"dhclient", "udhcpc", "dhcpcd" or "networkd".</param>
    public DhcpClient(Testbed testbed, Device device, string kind)
    {
        _testbed = testbed;
        _kind = kind;
        Device = device;
        _folder = Directory.CreateDirectory(Path.Combine(testbed.Directory, $"{kind}-{device.Name}")).FullName;
        File.WriteAllText(ScriptPath, Script);
        File.SetUnixFileMode(ScriptPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(_folder, "resolv.conf"), "");
        foreach (var each in (string[])["netif", "network", "lib", "db"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, each));
        }
    }

    public Device Device { get; }

    /// <summary>Options for its command line.</summary>
    public string[] Options { get; init; } = [];

    /// <summary>Lines of dhclient.conf.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Lines of what the script was called with.</summary>
    public string[] Calls => File.Exists(ScriptPath + ".log") ? File.ReadAllLines(ScriptPath + ".log") : [];

    private string ScriptPath => Path.Combine(_folder, "script");

    public BackgroundProcess Process => _process!;

    /// <summary>Plugs in a device without settings, and starts a client on it.</summary>
    /// <param name="udhcpc">Options for udhcpc's command line.</param>
    /// <param name="dhclient">Lines of dhclient.conf.</param>
    public static DhcpClient Plug(Testbed testbed, string name, string kind, DeviceSettings? settings = null, string[]? udhcpc = null, string dhclient = "")
    {
        var device = testbed.AddDevice(name, "0.0.0.0/32", null, settings);
        Testbed.Run(device.Namespace, "ip", "address", "flush", "dev", "eth0").AssertOk();
        return new DhcpClient(testbed, device, kind) { Options = kind == "udhcpc" ? udhcpc ?? [] : [], Settings = kind == "dhclient" ? dhclient : "" };
    }

    public DhcpClient Start()
    {
        _process = _testbed.Start(Device.Namespace, _kind switch
        {
            "dhclient" => ["dhclient", "-4", "-d", "-cf", Conf(Settings), "-sf", ScriptPath, "-lf", Path.Combine(_folder, "leases"), "-pf", Path.Combine(_folder, "pid"), .. Options, "eth0"],
            "udhcpc" => ["udhcpc", "-f", "-i", "eth0", "-s", ScriptPath, "-t", "5", "-T", "1", "-A", "1", .. Options],

            // dhcpcd writes to fixed places: mounts of its own stand there.
            "dhcpcd" => OwnPlaces(
                [("lib", "/var/lib/dhcpcd"), ("network", "/run")],
                ["dhcpcd", "-4", "-B", "-d", "--noarp", "-f", Conf("option routers\noption domain_name_servers\n" + Settings), "--script", "/bin/true", .. Options, "eth0"]),

            // networkd waits for udev unless /sys cannot be written, as in a container; in /run it finds its settings and keeps its state.
            "networkd" =>
            [
                "unshare", "-m", "sh", "-c",
                "mount -t tmpfs none /run && mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/network && chown -R systemd-network /run/systemd" +
                " && cp \"$0\" /run/systemd/network/10.network && mount -t sysfs -o ro none /sys && exec /lib/systemd/systemd-networkd",
                Conf("[Match]\nName=eth0\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n"),
            ],
            _ => throw new ArgumentException(_kind),
        });
        return this;
    }

    /// <summary>The address, once it has one, and a way out.</summary>
    public string AwaitAddress(TimeSpan? within = null)
    {
        var address = "";
        Wait.For($"{_kind} on {Device.Name} has an address", () => (address = Current()).Length > 0 && Testbed.Run(Device.Namespace, "ip", "-4", "route", "show", "default").Stdout.Length > 0, within ?? TimeSpan.FromSeconds(20), () => $"{_process}\n{string.Join('\n', Calls)}\n{_testbed.Cli("status", "--json")}");
        return address;
    }

    /// <summary>The interface's address at this moment; empty: none.</summary>
    public string Current()
    {
        var line = Testbed.Run(Device.Namespace, "ip", "-4", "-o", "address", "show", "dev", "eth0", "scope", "global").Stdout;
        var at = line.IndexOf("inet ", StringComparison.Ordinal);
        return at < 0 ? "" : line[(at + 5)..line.IndexOf('/', at)];
    }

    public void Signal(int signal) => _process!.Signal(signal);

    /// <summary>Has it give its lease back; udhcpc goes on, and waits for SIGUSR1 to begin anew.</summary>
    public void Release()
    {
        switch (_kind)
        {
            case "dhclient":
                Testbed.Run(
                    Device.Namespace, "dhclient", "-4", "-r", "-cf", "/dev/null", "-sf", ScriptPath, "-lf", Path.Combine(_folder, "leases"), "-pf", Path.Combine(_folder, "pid"), "eth0").AssertOk();
                break;
            case "networkd":
                Signal(Native.SIGTERM);
                break;
            default:
                Signal(_kind == "udhcpc" ? Native.SIGUSR2 : Native.SIGALRM);
                break;
        }
    }

    /// <summary>Writes down a lease that the client believes it has (dhclient): it will ask for that first.</summary>
    public DhcpClient Remembering(string address, string server)
    {
        File.WriteAllText(Path.Combine(_folder, "leases"), $$"""
            lease {
              interface "eth0";
              fixed-address {{address}};
              option subnet-mask 255.255.255.0;
              option routers {{server}};
              option dhcp-lease-time 86400;
              option dhcp-message-type 5;
              option dhcp-server-identifier {{server}};
              renew 0 2037/01/01 00:00:00;
              rebind 0 2037/01/01 12:00:00;
              expire 0 2037/01/02 00:00:00;
            }

            """);
        return this;
    }

    /// <summary>Ends it at once, as when the cable is pulled and the battery with it: the address is gone, the server is not told.</summary>
    public void Kill()
    {
        Signal(Native.SIGKILL);
        _process!.WaitForExit(TimeSpan.FromSeconds(5));
        Testbed.Run(Device.Namespace, "ip", "address", "flush", "dev", "eth0").AssertOk();
    }

    public void Dispose() => _process?.Dispose();

    private string Conf(string text)
    {
        var path = Path.Combine(_folder, "conf");
        File.WriteAllText(path, text);
        return path;
    }

    private string[] OwnPlaces((string Folder, string Place)[] places, string[] command)
    {
        var mounts = string.Join(" && ", places.Select(p => $"mkdir -p {p.Place} && mount --bind {Path.Combine(_folder, p.Folder)} {p.Place}"));
        return ["unshare", "-m", "sh", "-c", mounts + " && exec \"$@\"", "sh", .. command];
    }
}
