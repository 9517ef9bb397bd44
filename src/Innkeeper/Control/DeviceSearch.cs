using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Control;

/// <summary>
/// Which device is meant: a MAC, or the name that the administrator gave it. What a device calls itself is not looked at: it
/// would only have to call itself like another one to be let in instead.
/// </summary>
internal static class DeviceSearch
{
    /// <summary>Nothing longer is a name or a MAC: it is not held against all of them.</summary>
    private const int Longest = 64;

    /// <param name="meant">A MAC that no device here has is taken too; whoever carries the order out knows better.</param>
    /// <returns>The MAC, or what is wrong.</returns>
    public static (MacAddress? Mac, OrderOutcome? Wrong) Find(string meant, IReadOnlyList<DeviceReport> devices)
    {
        if (MacText.TryParse(meant, out var mac))
        {
            return mac.IsMulticast || mac == MacAddress.Zero
                ? (null, OrderOutcome.Wrong($"{mac} is no device's MAC; give one that `innkeeper devices` lists"))
                : (mac, null);
        }

        var named = devices.Where(d => string.Equals(d.GivenName, meant, StringComparison.OrdinalIgnoreCase)).Select(d => d.Mac).Distinct().ToList();
        return named.Count switch
        {
            0 => (null, NoSuchDevice(meant, devices)),
            1 => (MacAddress.Parse(named[0]), null),
            _ => (null, OrderOutcome.NotFound($"{named.Count} devices are called {SafeText.Shorten(meant)}: {string.Join(", ", named.Take(5))}; give the MAC of one")),
        };
    }

    /// <summary>Says what was probably meant instead.</summary>
    public static OrderOutcome NoSuchDevice(string meant, IReadOnlyList<DeviceReport> devices)
    {
        var nearest = meant.Length > Longest ? null
            : MacText.TryParse(meant, out var mac) ? Suggest.Nearest(mac.ToString(), devices.Select(d => d.Mac))
            : Suggest.Nearest(meant, devices.Select(d => d.GivenName).OfType<string>()) ?? Suggest.Nearest(meant.ToLowerInvariant(), devices.Select(d => d.Mac));
        return OrderOutcome.NotFound($"there is no device {SafeText.Shorten(meant)}; " + (nearest is null
            ? "`innkeeper devices` lists them all"
            : $"did you mean {SafeText.Shorten(nearest)}?"));
    }
}
