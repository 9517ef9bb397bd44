using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>
/// Reads a column as one of our values. Throws <see cref="InvalidCastException"/> or <see cref="ArgumentException"/> for a value that is
/// no such thing: SQLite itself would read a text as 0, and 0 often has a meaning, such as "never ends".
/// </summary>
internal static class RowReader
{
    internal static MacAddress Mac(this SqliteDataReader row, int column) => new((ulong)row.Number(column, 0, (long)MacAddress.Broadcast.Value));

    internal static ushort Vlan(this SqliteDataReader row, int column) => (ushort)row.Number(column, 0, ushort.MaxValue);

    internal static Ipv4Address Address(this SqliteDataReader row, int column) => new StoredAddress(row.Octets(column)).ToIpv4();

    internal static Ipv4Address? OptionalAddress(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Address(column);

    internal static byte[] Octets(this SqliteDataReader row, int column) => row.GetValue(column) as byte[] ?? throw new InvalidCastException();

    internal static DateTimeOffset Time(this SqliteDataReader row, int column) => UnixTime.From(row.Number(column));

    internal static bool IsZero(this SqliteDataReader row, int column) => row.Number(column) == 0;

    /// <param name="first">The number that stands for the enumeration's 0.</param>
    internal static T Known<T>(this SqliteDataReader row, int column, int first = 0)
        where T : struct, Enum
    {
        var all = Enum.GetValues<T>();
        return all[(int)row.Number(column, first, first + all.Length - 1) - first];
    }

    internal static long Number(this SqliteDataReader row, int column, long least = long.MinValue, long most = long.MaxValue) =>
        row.GetValue(column) is long number && number >= least && number <= most ? number : throw new InvalidCastException();
}
