using System.Text.Json;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Management;

/// <content>Looks at devices and at the machine: ping, capture and doctor.</content>
public sealed partial class DeviceCommandTests
{
    /// <summary>All devices of this class have the same address.</summary>
    [Fact]
    public void PingOfADevice_AmongOthersWithItsAddress_IsAnsweredByItAlone_ByArpAndByEcho()
    {
        var (open, closed) = (Admit("open"), Admit("closed"));
        Testbed.Run(closed.Namespace, "sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=1").AssertOk();

        var answered = Testbed.Cli("ping", open.Mac, "--count", "2");
        Assert.Equal(0, answered.ExitCode);
        Assert.Contains($"PING {open.Mac} at 47.31.128.195, from its gateway 47.31.128.1", answered.Stdout);
        Assert.Contains("ARP: 2 answered (0 % lost)", answered.Stdout);
        Assert.Contains("ICMP echo: 2 answered (0 % lost)", answered.Stdout);

        var half = Testbed.Cli("ping", closed.Mac, "--count", "1");
        Assert.Equal(0, half.ExitCode);
        Assert.Contains("ARP: 1 answered (0 % lost)", half.Stdout);
        Assert.Contains("ICMP echo: no answer", half.Stdout);

        Testbed.Run(closed.Namespace, "ip", "link", "set", "eth0", "down").AssertOk();
        var silent = Testbed.Cli("ping", closed.Mac, "--count", "1");
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains("the device does not answer", silent.Stdout);
        Assert.Equal(5, Testbed.Cli("ping", "06:00:00:00:00:99").ExitCode);
    }

    [Fact]
    public void Capture_OfADevice_HasBothSides_AndTheReasonOfEachDrop_AndTsharkReadsIt()
    {
        Assert.SkipUnless(Requirements.Missing("tshark") is null, "tshark is not installed");
        var (device, other) = (Admit("watched"), Admit("unwatched"));
        var legal = Testbed.AwaitLegalAddress(device);
        var file = Path.Combine(Testbed.Directory, "watched.pcapng");
        var capture = Testbed.Start(Testbed.Gateway, "sh", "-c", $"exec {Testbed.CliText($"capture {device.Mac} --file {file} --for 60s")}");
        Wait.For("it captures", () => capture.Stderr.Contains("capturing", StringComparison.Ordinal), s_patience, capture.ToString);
        Assert.Contains("only one device is captured at a time", Testbed.Cli("capture", other.Mac, "--file", file + ".2").Stderr);

        Fetch(device).AssertOk();
        Fetch(other).AssertOk();
        Testbed.Cli("devices", "profile", device.Mac, "shy").AssertOk();
        Assert.Contains(Filtered, PingOnce(device).Stdout);
        Testbed.Cli("devices", "profile", device.Mac, "").AssertOk();
        Wait.For("the drops are written", () => new FileInfo(file) is { Exists: true } && Shark(file, "frame.comment contains \"denied\"").Length >= 2, s_patience, () => Shark(file, "frame").Length.ToString());
        capture.Signal(Native.SIGINT);
        var ended = capture.Finish(s_patience).AssertOk();

        Assert.Matches(@"\d+ packets written to .*watched\.pcapng, [1-9]\d* of them dropped by the gateway", ended.Stderr);
        Assert.Equal("", Testbed.Run(Testbed.Gateway, "tshark", "-r", file, "-Y", "_ws.malformed", "-T", "fields", "-e", "frame.number").AssertOk().Stdout);
        var all = Shark(file, "frame");
        Assert.All(Shark(file, $"frame.interface_name == \"{Testbed.AccessInterface}\""), f => Assert.Contains(device.Mac, f));
        Assert.NotEmpty(Shark(file, $"frame.interface_name == \"{Testbed.AccessInterface}\" && tcp.flags.syn == 1 && ip.src == 47.31.128.195 && ip.dst == {Testbed.ServerAddress}"));
        Assert.NotEmpty(Shark(file, $"frame.interface_name == \"{Testbed.UplinkInterface}\" && tcp.flags.syn == 1 && ip.src == {legal} && ip.dst == {Testbed.ServerAddress}"));
        Assert.NotEmpty(Shark(file, $"frame.interface_name == \"{Testbed.UplinkInterface}\" && http.response && ip.dst == {legal}"));
        Assert.All(Shark(file, $"frame.interface_name == \"{Testbed.UplinkInterface}\" && ip"), f => Assert.Contains(legal, f));
        var dropped = Shark(file, "frame.comment");
        Assert.All(dropped, f => Assert.Contains("dropped by the gateway: denied (the device's profile denies its destination)", f));
        Assert.All(dropped, f => Assert.StartsWith($"{Testbed.AccessInterface}\t", f, StringComparison.Ordinal));
        Assert.Equal(dropped.Length, Shark(file, $"frame.interface_name == \"{Testbed.AccessInterface}\" && icmp && !(icmp.type == 3) && ip.dst == {Testbed.ServerAddress}").Length);
        Assert.True(all.Length > 10);
        Assert.Contains($"device-capture: the packets of {device.Mac} are captured, for 60 s at most (by root)", Testbed.Cli("events").AssertOk().Stdout);

        // Another one may be captured now: from before it first speaks, and to stdout.
        var unseen = Add("unseen");
        var second = Testbed.Start(Testbed.Gateway, "sh", "-c", $"exec {Testbed.CliText($"capture {unseen.Mac} --file - --count 3 --for 60s")} | tshark -n -r - -T fields -e frame.interface_name");
        Wait.For("it captures", () => second.Stderr.Contains("capturing", StringComparison.Ordinal), s_patience, second.ToString);
        PingOnce(unseen);
        Assert.Equal(3, second.Finish(s_patience).AssertOk().Stdout.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void Doctor_BesideTheRunningGateway_FindsNoFailure()
    {
        var well = Testbed.Cli("doctor", "--json");
        var findings = Findings(well);
        string SeenOf(string subject) => Assert.Single(findings, f => f.Subject == subject) is var found && found.Grade == "ok" ? found.Seen : $"{found.Grade}: {found.Seen}";
        Assert.True(well.ExitCode == 0, well.ToString());
        Assert.Contains("it answers ARP on uplink as", SeenOf($"router {Testbed.RouterAddress}"));
        Assert.Contains("are separate", SeenOf("two LANs"));
        Assert.Contains("no other server answers", SeenOf("DHCP"));
        Assert.All(findings.Where(f => f.Subject == "pool"), f => Assert.Contains("no other host has one of", f.Seen));
        Assert.Contains("the gateway's probes pass", SeenOf("firewall"));
        Assert.Contains("reports no problem", SeenOf("gateway"));

        // The lab's own resolver knows no root.
        Assert.Contains("it refuses to resolve", Assert.Single(findings, f => f.Subject.StartsWith("DNS server", StringComparison.Ordinal)).Seen);
        Assert.DoesNotContain(findings, f => f.Seen.StartsWith("not examined", StringComparison.Ordinal));
    }

    private static (string Grade, string Subject, string Seen)[] Findings(CommandResult doctor) =>
        [.. JsonDocument.Parse(doctor.Stdout).RootElement.GetProperty("findings").EnumerateArray().Select(f => (f.GetProperty("grade").GetString()!, f.GetProperty("subject").GetString()!, f.GetProperty("seen").GetString()!))];

    /// <summary>Interface, addresses and comment of each packet that a filter shows.</summary>
    private string[] Shark(string file, string filter) =>
        [.. Testbed.Run(Testbed.Gateway, "tshark", "-n", "-r", file, "-Y", filter, "-T", "fields", "-e", "frame.interface_name", "-e", "eth.src", "-e", "eth.dst", "-e", "ip.src", "-e", "ip.dst", "-e", "frame.comment")
            .Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
