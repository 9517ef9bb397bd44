using System.Globalization;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>
/// A text that is looked for in everything that names a device. Ten thousand devices are looked through for one answer: addresses are written
/// into a buffer on the stack, and a vendor is read from its file only if nothing else fits.
/// </summary>
/// <param name="zone">The local zone; null: devices have no names in it.</param>
internal sealed class DeviceText(string text, string? zone, Vendors vendors)
{
    /// <summary>Characters of the longest thing that is written: a device's name in the zone.</summary>
    private const int Longest = 320;

    private readonly Ipv4Address? _address = Ipv4Address.TryParse(text, out var address) ? address : null;
    private readonly Ipv6Address? _ipv6 = Ipv6Address.TryParse(text, out var ipv6) ? ipv6 : null;
    private readonly MacAddress? _mac = MacText.TryParse(text, out var mac) ? mac : null;

    /// <summary>A whole address or MAC means that one, and not one that contains it.</summary>
    public bool IsIn(KnownDevice device) =>
        _address is { } address ? device.Record?.PinnedLegal == address || device.Bindings.Any(b => b.Claim.Address == address || b.Outside == address || (b.Share != 0 && b.Shared == address))
        : _ipv6 is { } ipv6 ? device.Ipv6.Any(b => b.Claim.Address == ipv6 || b.Outside == ipv6)
        : _mac is { } mac ? device.Station.Mac == mac
        : IsInRecord(device) || IsInAddresses(device) || IsIn(vendors.Find(device.Station.Mac));

    private bool IsInRecord(KnownDevice device) =>
        device.Record is { } record && (IsIn(record.Name) || IsIn(record.HostName) || record.Tags.Any(tag => IsIn(tag)) || (record.PinnedLegal is { } pinned && IsIn(pinned)));

    private bool IsInAddresses(KnownDevice device)
    {
        Span<char> name = stackalloc char[Longest];
        var length = WriteMac(name, device.Station.Mac, ':');
        if (IsIn(name[..length]) || (zone is not null && IsIn(name[..WriteName(name, device.Station, zone)])))
        {
            return true;
        }

        foreach (var binding in device.Bindings)
        {
            if (IsIn(binding.Claim.Address) || IsIn(binding.Outside))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsIn(ReadOnlySpan<char> name) => name.Contains(text, StringComparison.OrdinalIgnoreCase);

    private bool IsIn(string? name) => name is not null && IsIn(name.AsSpan());

    private bool IsIn(Ipv4Address address)
    {
        Span<char> written = stackalloc char[15];
        var value = address.Value;
        written.TryWrite(CultureInfo.InvariantCulture, $"{value >> 24}.{(byte)(value >> 16)}.{(byte)(value >> 8)}.{(byte)value}", out var length);
        return IsIn(written[..length]);
    }

    private static int WriteMac(Span<char> target, MacAddress mac, char separator)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Size];
        mac.Write(octets);
        var length = 0;
        foreach (var octet in octets)
        {
            if (length > 0)
            {
                target[length++] = separator;
            }

            octet.TryFormat(target[length..], out var written, "x2", CultureInfo.InvariantCulture);
            length += written;
        }

        return length;
    }

    /// <summary>As <see cref="Dns.DeviceNames.LabelOf"/>, with the zone.</summary>
    private static int WriteName(Span<char> target, Station station, string zone)
    {
        "d-".CopyTo(target);
        var length = 2 + WriteMac(target[2..], station.Mac, '-');
        var rest = target[length..];
        var isWritten = station.Vlan == 0 ? rest.TryWrite($".{zone}", out var more) : rest.TryWrite(CultureInfo.InvariantCulture, $"-v{station.Vlan}.{zone}", out more);
        return isWritten ? length + more : length;
    }
}
