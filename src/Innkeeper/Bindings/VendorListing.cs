using System.Buffers;
using System.Text;
using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Bindings;

/// <summary>
/// An index of one IEEE listing, a CSV file (RFC 4180: quoted fields may hold commas and line ends) with the columns
/// Registry, Assignment (the prefix in hexadecimal), Organization Name, Organization Address. The file stays open, so
/// that an upgrade of the package does not move rows under the index.
/// </summary>
internal sealed class VendorListing
{
    /// <summary>Octets of a row that are searched for the name.</summary>
    private const int RowSize = 1024;

    private const int PositionBits = 28;
    private const int ChunkSize = 64 * 1024;

    private readonly SafeFileHandle _file;
    private readonly int _prefixBits;

    // Prefix above, position of its row in the file below; sorted.
    private readonly ulong[] _rows;

    private VendorListing(SafeFileHandle file, int digits, ulong[] rows)
    {
        _file = file;
        _prefixBits = digits * 4;
        _rows = rows;
    }

    /// <summary>Reads a listing's prefixes.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="digits">Hexadecimal digits of its prefixes.</param>
    /// <returns>Null when it cannot be read.</returns>
    internal static VendorListing? Read(string path, int digits)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            return new VendorListing(file, digits, Index(file, digits));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            return null;
        }
    }

    /// <summary>The registrant of the block that an address is in, or null.</summary>
    internal string? Find(MacAddress mac)
    {
        var prefix = mac.Value >> (48 - _prefixBits);
        var place = Array.BinarySearch(_rows, prefix << PositionBits);
        place = place < 0 ? ~place : place;
        if (place == _rows.Length || _rows[place] >> PositionBits != prefix)
        {
            return null;
        }

        Span<byte> row = stackalloc byte[RowSize];
        try
        {
            var length = RandomAccess.Read(_file, row, (long)(_rows[place] & ((1UL << PositionBits) - 1)));
            var name = SafeText.Collapse(Encoding.UTF8.GetString(ThirdField(row[..length], row)));
            return name.Length == 0 ? null : name;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static ulong[] Index(SafeFileHandle file, int digits)
    {
        var rows = new List<ulong>();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            long position = 0, row = 0;
            ulong prefix = 0;
            var field = 0;
            var found = 0;
            var quoted = false;
            int length;
            while ((length = RandomAccess.Read(file, chunk, position)) > 0 && position < 1L << PositionBits)
            {
                for (var i = 0; i < length; i++)
                {
                    switch (chunk[i])
                    {
                        case (byte)'"': // a doubled quote inside a quoted field closes and opens it again
                            quoted = !quoted;
                            break;
                        case (byte)',' when !quoted:
                            field++;
                            if (field == 2 && found == digits && row < 1L << PositionBits)
                            {
                                rows.Add((prefix << PositionBits) | (ulong)row);
                            }

                            break;
                        case (byte)'\n' when !quoted:
                            row = position + i + 1;
                            field = 0;
                            found = 0;
                            prefix = 0;
                            break;
                        case var digit when field == 1:
                            found = char.IsAsciiHexDigit((char)digit) && found < digits ? found + 1 : int.MinValue;
                            prefix = (prefix << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
                            break;
                    }
                }

                position += length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        rows.Sort();
        return [.. rows];
    }

    /// <summary>Takes the third field of a row, its quotes removed.</summary>
    /// <param name="row">The octets from the row's start on.</param>
    /// <param name="buffer">Takes the field; may be the row itself, since the field only moves forward.</param>
    private static ReadOnlySpan<byte> ThirdField(ReadOnlySpan<byte> row, Span<byte> buffer)
    {
        var field = 0;
        var length = 0;
        var quoted = false;
        for (var i = 0; i < row.Length && field < 3; i++)
        {
            var octet = row[i];
            if (octet == '"')
            {
                // Opening, closing, or the first of a doubled quote, whose second is the quote itself.
                quoted = !quoted;
                if (quoted && i > 0 && row[i - 1] == '"' && field == 2)
                {
                    buffer[length++] = octet;
                }
            }
            else if (!quoted && octet is (byte)',' or (byte)'\n')
            {
                field = octet == ',' ? field + 1 : 3;
            }
            else if (field == 2)
            {
                buffer[length++] = octet;
            }
        }

        return buffer[..length];
    }
}
