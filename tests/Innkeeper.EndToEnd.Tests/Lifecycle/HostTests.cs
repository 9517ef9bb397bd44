using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>What tests of the gateway's host have in common: a device that needs the host's IP stack, and what the gateway says of it.</summary>
public abstract class HostTests(GatewayFixture fixture) : GatewayTests(fixture)
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private protected Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private protected static string[] Dig(Device device) =>
        Testbed.Run(device.Namespace, "dig", "+short", "+time=1", "+tries=1", "@8.8.8.8", Testbed.WebName).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith(';')).ToArray();

    /// <summary>Names are answered, at once or with the second try: a question on its way meanwhile may be lost.</summary>
    private protected static void AssertNames(Device device) => Wait.For("a name's answer", () => Dig(device).Contains(Testbed.ServerAddress), TimeSpan.FromSeconds(4), () => string.Join('\n', Dig(device)));

    private protected JsonElement StatusDocument() => JsonDocument.Parse(Testbed.Cli("status", "--json").AssertOk().Stdout).RootElement;

    private protected string Inside() => StatusDocument().GetProperty("inside").GetString()!;

    /// <summary>The commands that open what is closed, in order.</summary>
    private protected List<string> Closed() => [.. StatusDocument().GetProperty("firewall").EnumerateArray().SelectMany(f => f.GetProperty("commands").EnumerateArray()).Select(c => c.GetString()!).Order(StringComparer.Ordinal)];

    private protected string Status() => Testbed.Cli("status").ToString();

    private protected void AwaitEvent(string kind, string text) =>
        Wait.For($"the event {text}", () => Testbed.StatusJson().Events.Exists(e => e.Kind == kind && e.Text.Contains(text, StringComparison.Ordinal)), Patience, Status);

    private protected void Ip(params string[] command) => Testbed.Run(Testbed.Gateway, ["ip", .. command]).AssertOk();

    private protected string[] IpLines(params string[] command) => Testbed.Run(Testbed.Gateway, ["ip", "-4", .. command]).AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private protected void Nft(string rules) => Testbed.RunWithInput(Testbed.Gateway, rules, "nft", "-f", "-").AssertOk();
}
