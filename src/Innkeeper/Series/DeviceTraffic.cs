using Innkeeper.Wire;

namespace Innkeeper.Series;

/// <summary>A device's traffic within an interval.</summary>
/// <param name="Out">Octets from it; <paramref name="In"/>: to it.</param>
/// <param name="Questions">To the DNS service.</param>
internal readonly record struct DeviceTraffic(long Out, long In, long Questions)
{
    public static DeviceTraffic operator +(DeviceTraffic one, DeviceTraffic other) => new(one.Out + other.Out, one.In + other.In, one.Questions + other.Questions);
}

/// <summary>All devices with traffic in one interval.</summary>
/// <param name="Start">Seconds of steady time since 1970; a multiple of the step.</param>
/// <param name="Seconds">How many of them were observed.</param>
/// <param name="Data">See <see cref="DeviceRecords"/>.</param>
internal sealed record DeviceRow(long Start, double Seconds, byte[] Data)
{
    /// <summary>The same row if it does not have the device.</summary>
    public DeviceRow Without(MacAddress mac) => DeviceRecords.Find(Data, mac) is null ? this : this with { Data = DeviceRecords.Encode([.. DeviceRecords.Decode(Data).Where(d => d.Key != mac)]) };
}

/// <summary>
/// Devices' traffic as the file keeps it: for each device its MAC (6 octets) and three numbers of seven bits an octet, lowest first; by MAC.
/// </summary>
internal static class DeviceRecords
{
    /// <summary>Octets of one interval, for some 11,000 devices that each move a gigabyte in it. With a day of them the file stays below its limit.</summary>
    public const int MostOctets = 220 * 1024;

    /// <returns>Where there are too many: those with the most traffic.</returns>
    public static byte[] Encode(IReadOnlyCollection<KeyValuePair<MacAddress, DeviceTraffic>> devices, int most = MostOctets)
    {
        var order = devices.ToArray();
        Array.Sort(order, (a, b) => (b.Value.Out + b.Value.In).CompareTo(a.Value.Out + a.Value.In));
        var (count, length) = (0, 0);
        while (count < order.Length && length + SizeOf(order[count].Value) <= most)
        {
            length += SizeOf(order[count++].Value);
        }

        Array.Sort(order, 0, count, Comparer<KeyValuePair<MacAddress, DeviceTraffic>>.Create((a, b) => a.Key.CompareTo(b.Key)));
        var data = new byte[length];
        var at = 0;
        foreach (var (mac, use) in order.AsSpan(0, count))
        {
            mac.Write(data.AsSpan(at));
            at += MacAddress.Size;
            Write(data, ref at, use.Out);
            Write(data, ref at, use.In);
            Write(data, ref at, use.Questions);
        }

        return data;
    }

    /// <summary>Any octets: reading ends where they make no sense.</summary>
    public static IEnumerable<KeyValuePair<MacAddress, DeviceTraffic>> Decode(byte[] data)
    {
        for (var at = 0; at + MacAddress.Size <= data.Length;)
        {
            var mac = MacAddress.Read(data.AsSpan(at));
            at += MacAddress.Size;
            if (!TryRead(data, ref at, out var sent) || !TryRead(data, ref at, out var received) || !TryRead(data, ref at, out var questions))
            {
                yield break;
            }

            yield return new(mac, new DeviceTraffic(sent, received, questions));
        }
    }

    /// <summary>One device's record.</summary>
    public static DeviceTraffic? Find(ReadOnlySpan<byte> data, MacAddress mac)
    {
        for (var at = 0; at + MacAddress.Size <= data.Length;)
        {
            var found = MacAddress.Read(data[at..]);
            at += MacAddress.Size;
            if (!TryRead(data, ref at, out var sent) || !TryRead(data, ref at, out var received) || !TryRead(data, ref at, out var questions) || found > mac)
            {
                return null;
            }

            if (found == mac)
            {
                return new DeviceTraffic(sent, received, questions);
            }
        }

        return null;
    }

    private static int SizeOf(DeviceTraffic use) => MacAddress.Size + SizeOf(use.Out) + SizeOf(use.In) + SizeOf(use.Questions);

    private static int SizeOf(long value)
    {
        var size = 1;
        for (var left = (ulong)value >> 7; left > 0; left >>= 7)
        {
            size++;
        }

        return size;
    }

    private static void Write(byte[] data, ref int at, long value)
    {
        var left = (ulong)value;
        for (; left > 0x7F; left >>= 7)
        {
            data[at++] = (byte)(left | 0x80);
        }

        data[at++] = (byte)left;
    }

    private static bool TryRead(ReadOnlySpan<byte> data, ref int at, out long value)
    {
        value = 0;
        for (var shift = 0; at < data.Length && shift < 63; shift += 7)
        {
            var octet = data[at++];
            value |= (long)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
