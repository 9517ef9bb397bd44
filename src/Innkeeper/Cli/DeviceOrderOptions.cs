using System.CommandLine;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>The device that an order is about, or the filter that stands in its place.</summary>
internal sealed class DeviceArgument : Argument<string>
{
    public DeviceArgument(CommandContext context)
        : base("MAC")
    {
        Description = "The device: its MAC (02:00:00:00:00:01, 02-00-…, 0200.0000.0001), or the name you gave it.";
        CompletionSources.Add(context.CompleteDevices);
    }

    /// <summary>Null: the device has to be named.</summary>
    public Option? InItsPlace { get; init; }
}

/// <summary>Options of orders about devices: trying them, and giving them to many devices at once.</summary>
internal sealed class DeviceOrderOptions
{
    /// <summary>Values of `--where`: those of a list that select devices.</summary>
    private static readonly string[] s_keys = ["state", "cause", "vlan", "tag", "seen", "profile", "text", "online"];

    public Option<bool> DryRun { get; } = NewDryRun();

    public Option<string[]> Where { get; } = new("--where")
    {
        Description = $"Instead of MAC: all devices that fit, such as state=held. May be repeated; the keys are {string.Join(", ", s_keys)}.",
        HelpName = "KEY=VALUE",
    };

    public Option<bool> Yes { get; } = new("--yes") { Description = "With --where: do it." };

    public static Option<bool> NewDryRun() => new("--dry-run") { Description = "Do nothing; say what would be done." };

    /// <summary>A command about one device, or about many.</summary>
    public void AddTo(Command command, DeviceArgument device)
    {
        device.Arity = ArgumentArity.ZeroOrOne;
        command.Add(Where);
        command.Add(Yes);
        command.Add(DryRun);
        command.Validators.Add(result =>
        {
            var isNamed = result.GetResult(device) is { Tokens.Count: > 0 };
            var isFiltered = result.GetResult(Where) is { Implicit: false };
            if (isNamed == isFiltered)
            {
                result.AddError(isNamed ? "give MAC or --where, not both" : "MAC is missing");
            }
            else if (isFiltered && result.GetValue(Yes) == result.GetValue(DryRun))
            {
                result.AddError("with --where give --dry-run, to see which devices it would be, or --yes");
            }
            else if (!isFiltered && result.GetValue(Yes))
            {
                result.AddError("--yes is of use with --where only");
            }
        });
        Where.Validators.Add(result =>
        {
            if (result.Tokens.Select(t => t.Value).FirstOrDefault(v => !s_keys.Contains(KeyOf(v)) || !v.Contains('=', StringComparison.Ordinal)) is { } wrong)
            {
                result.AddError($"--where takes {string.Join(", ", s_keys.Select(k => $"{k}=…"))}, not {SafeText.Shorten(wrong)}");
            }
        });
    }

    /// <summary>Gives the order to one device, or to all that fit.</summary>
    /// <param name="order">The order as it is given to many.</param>
    public int Give(ParseResult parsed, GatewaySession gateway, DeviceArgument device, Order order, Func<string, bool, Reply<DeviceChange>> giveOne)
    {
        var isDryRun = parsed.GetValue(DryRun);
        if (parsed.GetValue(device) is { } one)
        {
            return gateway.Change(giveOne(one, isDryRun));
        }

        // Several states or causes are one value with commas; of any other key, the last counts.
        var given = (parsed.GetValue(Where) ?? []).GroupBy(KeyOf, v => v[(v.IndexOf('=', StringComparison.Ordinal) + 1)..])
            .ToDictionary(g => g.Key, g => g.Key is "state" or "cause" ? string.Join(',', g) : g.Last());
        return gateway.Order(gateway.Client.GiveOrder(DeviceFilter.Of(given.GetValueOrDefault), order, isDryRun));
    }

    private static string KeyOf(string value) => value.Split('=')[0];
}
