using System.CommandLine;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`wake`: wakes a device by Wake-on-LAN.</summary>
internal static class WakeCommand
{
    public static Command Of(CommandContext context)
    {
        var device = new Argument<string>("DEVICE") { Description = "The device: its MAC, the name of a machine or the name you gave it, one of its addresses, or its own host name." };
        var wake = new ExplainedCommand("wake", "Wake a device by Wake-on-LAN, in its VLAN. Whether it wakes, the gateway cannot see at once.", "wake press-1", "wake 00:1b:21:0a:0b:0c")
        {
            device, context.Config, context.Socket, context.Json,
        };
        wake.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.Wake(parsed.GetValue(device)!), report => context.Output.WriteLine($"woken {SafeText.OneLine(report.Mac)}: frames were sent {Places(report.Vlans)}"))));
        return wake;
    }

    private static string Places(IReadOnlyList<ushort> vlans) => string.Join(", ", vlans.Select(v => v == 0 ? "untagged" : $"in VLAN {v}"));
}
