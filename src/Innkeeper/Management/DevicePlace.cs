using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>
/// A device's place in an order of devices. No two devices have the same place, so a list goes on after a place even if the device there has
/// gone: a cursor is the place of a page's last device.
/// </summary>
/// <param name="Number">Decides first, the smallest first.</param>
/// <param name="Text">Decides next; upper and lower case are the same.</param>
/// <param name="Station">Decides last, by VLAN and MAC.</param>
internal readonly record struct DevicePlace(ulong Number, string Text, Station Station) : IComparable<DevicePlace>
{
    private const int LongestCursor = 512;

    public int CompareTo(DevicePlace other)
    {
        var byNumber = Number.CompareTo(other.Number);
        var byText = byNumber != 0 ? byNumber : string.Compare(Text, other.Text, StringComparison.OrdinalIgnoreCase);
        return byText != 0 ? byText : DeviceDirectory.Compare(Station, other.Station);
    }

    /// <param name="order">The name of the order.</param>
    public string ToCursor(string order) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{order}/{Number:x}/{Station.Vlan}/{Station.Mac.Value:x}/{Text}")));

    /// <summary>Null: it is no cursor of this order.</summary>
    public static DevicePlace? Of(string cursor, string order)
    {
        Span<byte> octets = stackalloc byte[LongestCursor];
        if (cursor.Length > LongestCursor || !Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, octets, out var length))
        {
            return null;
        }

        return Encoding.UTF8.GetString(octets[..length]).Split('/', 5) is [var of, var number, var vlan, var mac, var text] && of == order
            && ulong.TryParse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            && ushort.TryParse(vlan, NumberStyles.None, CultureInfo.InvariantCulture, out var tag)
            && ulong.TryParse(mac, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address)
            ? new DevicePlace(key, text, new Station(tag, new MacAddress(address)))
            : null;
    }
}
