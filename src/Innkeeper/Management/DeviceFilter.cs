using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Which devices a list has, and in which order; as clients give it. Null: any.</summary>
/// <param name="State">One of <see cref="DevicesReport.States"/>.</param>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Seen">A time such as "10m": devices seen within it.</param>
/// <param name="Text">A part of a MAC, an address, a name, a host name or a vendor; upper and lower case are the same.</param>
/// <param name="Sort">One of <see cref="Orders"/>; null: by VLAN and MAC.</param>
/// <param name="Reverse">"true": the other way round.</param>
internal sealed record DeviceFilter(
    string? State = null, string? Vlan = null, string? Tag = null, string? Seen = null, string? Profile = null, string? Text = null, string? Sort = null, string? Reverse = null)
{
    /// <summary>The names of the values in a query.</summary>
    public static readonly string[] Parameters = ["state", "vlan", "tag", "seen", "profile", "text", "sort", "reverse"];

    /// <summary>The values of <see cref="Sort"/>: the device seen last first, own addresses in their order, names, the most traffic first, VLANs.</summary>
    public static readonly IReadOnlyList<string> Orders = ["mac", "seen", "address", "name", "traffic", "vlan"];

    private const int LongestText = 64;

    /// <param name="query">A value by its name; null: it is not given.</param>
    public static DeviceFilter Of(Func<string, string?> query) =>
        new(query("state"), query("vlan"), query("tag"), query("seen"), query("profile"), query("text"), query("sort"), query("reverse"));

    /// <summary>As a query, with its question mark; empty: all devices.</summary>
    public string ToQuery()
    {
        var given = Parameters.Zip([State, Vlan, Tag, Seen, Profile, Text, Sort, Reverse]).Where(p => p.Second is not null).ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given.Select(p => $"{p.First}={Uri.EscapeDataString(p.Second!)}"));
    }

    /// <summary>The fault of the values; null: none.</summary>
    /// <param name="profiles">The names of all profiles.</param>
    public Failure? Check(IEnumerable<string> profiles) =>
        State is not null && !DevicesReport.States.Contains(State) ? new Invalid("state", State, $"one of {string.Join(", ", DevicesReport.States)}")
        : Vlan is not null && VlanOf(Vlan) is null ? new Invalid("vlan", Vlan, "a number from 0 (untagged) to 4094")
        : Seen is not null && TimeOf(Seen) is null ? new Invalid("seen", Seen, "a time from \"1s\" to \"366d\", such as \"10m\"")
        : Sort is not null && !Orders.Contains(Sort) ? new Invalid("sort", Sort, $"one of {string.Join(", ", Orders)}")
        : Text is { Length: 0 or > LongestText } ? new Invalid("text", Text, $"1 to {LongestText} characters")
        : Reverse is not (null or "true" or "false") ? new Invalid("reverse", Reverse, "true or false")
        : Profile is not null && !profiles.Contains(Profile) ? new NotFound("profile", Profile, Suggest.Nearest(Profile, profiles), [.. profiles])
        : null;

    /// <summary>Everything that can be decided without reading statistics.</summary>
    public bool Fits(KnownDevice device) =>
        (State is null || DeviceQueries.NameOf(device.State) == State)
        && (Vlan is null || device.Station.Vlan == VlanOf(Vlan))
        && (Tag is null || device.Record?.Tags.Contains(Tag, StringComparer.OrdinalIgnoreCase) == true)
        && (Profile is null || device.Record?.Profile == Profile);

    /// <summary>The rest.</summary>
    public bool Fits(DeviceReport device, DateTimeOffset now) =>
        (Seen is null || (device.IsSeen && now - device.LastSeen <= TimeOf(Seen))) && (Text is null || IsIn(device, Text));

    public IEnumerable<DeviceReport> Order(IEnumerable<DeviceReport> devices)
    {
        var ordered = Sort switch
        {
            "mac" => devices.OrderBy(d => d.Mac, StringComparer.Ordinal),
            "seen" => devices.OrderByDescending(d => d.IsSeen ? d.LastSeen : DateTimeOffset.MinValue),
            "address" => devices.OrderBy(d => d.Bindings.Count == 0).ThenBy(d => d.Bindings.Select(b => Ipv4Address.TryParse(b.Claimed, out var own) ? own.Value : uint.MaxValue).FirstOrDefault()),
            "name" => devices.OrderBy(d => (d.GivenName ?? d.HostName) is null).ThenBy(d => d.GivenName ?? d.HostName, StringComparer.OrdinalIgnoreCase),
            "traffic" => devices.OrderByDescending(d => d.BytesIn + d.BytesOut),
            "vlan" => devices.OrderBy(d => d.Vlan),
            _ => devices,
        };
        return Reverse == "true" ? ordered.Reverse() : ordered;
    }

    private static bool IsIn(DeviceReport device, string text)
    {
        // A whole address or MAC means that one, and not one that contains it.
        if (Ipv4Address.TryParse(text, out _))
        {
            return device.PinnedLegal == text || device.Bindings.Any(b => b.Claimed == text || b.Legal == text || b.Shared?.Address == text);
        }

        if (MacText.TryParse(text, out var mac))
        {
            return device.Mac == mac.ToString();
        }

        IEnumerable<string?> texts =
            [device.Mac, device.GivenName, device.HostName, device.Name, device.Vendor, device.PinnedLegal, .. device.Tags ?? [], .. device.Bindings.SelectMany(b => new[] { b.Claimed, b.Legal })];
        return texts.Any(t => t?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
    }

    private static int? VlanOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan is >= 0 and <= 4094 ? vlan : null;

    private static TimeSpan? TimeOf(string text) => SettingTypes.ParseDuration(text, least: 1, mostDays: 366);
}
