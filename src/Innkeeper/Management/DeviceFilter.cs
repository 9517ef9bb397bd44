using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;

namespace Innkeeper.Management;

/// <summary>Which devices a list has, in which order, and which page of it; as clients give it. Null: any.</summary>
/// <param name="State">One of <see cref="DevicesReport.States"/>, or several with commas between.</param>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Seen">A time such as "10m": devices seen within it.</param>
/// <param name="Text">A part of a MAC, an address, a name, a host name or a vendor; upper and lower case are the same.</param>
/// <param name="Sort">One of <see cref="Orders"/>; null: by VLAN and MAC.</param>
/// <param name="Reverse">"true": the other way round.</param>
/// <param name="Online">"true": admitted devices with an address; "false": all others.</param>
/// <param name="Limit">At most so many devices; null: all.</param>
/// <param name="Cursor">Where the page before ended.</param>
/// <param name="Cause">One of <see cref="DeviceCause.All"/>, or several with commas between: devices that cannot use the network.</param>
internal sealed record DeviceFilter(
    string? State = null, string? Vlan = null, string? Tag = null, string? Seen = null, string? Profile = null, string? Text = null, string? Sort = null, string? Reverse = null,
    string? Online = null, string? Limit = null, string? Cursor = null, string? Cause = null)
{
    /// <summary>Devices of one page.</summary>
    public const int MostLimit = 1000;

    /// <summary>The names of the values in a query.</summary>
    public static readonly string[] Parameters = ["state", "vlan", "tag", "seen", "profile", "text", "sort", "reverse", "online", "limit", "cursor", "cause"];

    /// <summary>The values of <see cref="Sort"/>: the device seen last first, own addresses in their order, names, the most traffic first, VLANs.</summary>
    public static readonly IReadOnlyList<string> Orders = ["mac", "seen", "address", "name", "traffic", "vlan"];

    private const int LongestText = 64;

    /// <summary>Null: any.</summary>
    public HashSet<AdmissionState>? States => State?.Split(',').Select(name => Enum.GetValues<AdmissionState>().First(state => DeviceQueries.NameOf(state) == name)).ToHashSet();

    /// <summary>Null: any, or none.</summary>
    public HashSet<string>? Causes => Cause?.Split(',').ToHashSet();

    public int? VlanNumber => int.TryParse(Vlan, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan is >= 0 and <= 4094 ? vlan : null;

    public TimeSpan? SeenWithin => Seen is null ? null : SettingTypes.ParseDuration(Seen, least: 1, mostDays: 366);

    public bool? IsOnline => Online is null ? null : Online == "true";

    public bool IsReversed => Reverse == "true";

    public int? MostDevices => int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostLimit ? limit : null;

    /// <param name="query">A value by its name; null: it is not given.</param>
    public static DeviceFilter Of(Func<string, string?> query) => new(
        query("state"), query("vlan"), query("tag"), query("seen"), query("profile"), query("text"), query("sort"), query("reverse"), query("online"), query("limit"), query("cursor"),
        query("cause"));

    /// <summary>As a query, with its question mark; empty: all devices.</summary>
    public string ToQuery()
    {
        var given = Parameters.Zip([State, Vlan, Tag, Seen, Profile, Text, Sort, Reverse, Online, Limit, Cursor, Cause]).Where(p => p.Second is not null).ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given.Select(p => $"{p.First}={Uri.EscapeDataString(p.Second!)}"));
    }

    /// <summary>The fault of the values; null: none.</summary>
    /// <param name="profiles">The names of all profiles.</param>
    public Failure? Check(IEnumerable<string> profiles) =>
        State?.Split(',').FirstOrDefault(s => !DevicesReport.States.Contains(s)) is { } stray ? new Invalid("state", stray, $"one of {string.Join(", ", DevicesReport.States)}")
        : Cause?.Split(',').FirstOrDefault(c => !DeviceCause.All.Contains(c)) is { } other ? new Invalid("cause", other, $"one of {string.Join(", ", DeviceCause.All)}")
        : Vlan is not null && VlanNumber is null ? new Invalid("vlan", Vlan, "a number from 0 (untagged) to 4094")
        : Seen is not null && SeenWithin is null ? new Invalid("seen", Seen, "a time from \"1s\" to \"366d\", such as \"10m\"")
        : Sort is not null && !Orders.Contains(Sort) ? new Invalid("sort", Sort, $"one of {string.Join(", ", Orders)}")
        : Text is { Length: 0 or > LongestText } ? new Invalid("text", Text, $"1 to {LongestText} characters")
        : Reverse is not (null or "true" or "false") ? new Invalid("reverse", Reverse, "true or false")
        : Online is not (null or "true" or "false") ? new Invalid("online", Online, "true or false")
        : Limit is not null && MostDevices is null ? new Invalid("limit", Limit, $"a number from 1 to {MostLimit}")
        : Profile is not null && !profiles.Contains(Profile) ? new NotFound("profile", Profile, Suggest.Nearest(Profile, profiles), [.. profiles])
        : null;
}
