using System.Buffers.Binary;

namespace Innkeeper.Storage;

/// <summary>The header of a database's file, read beside a process that has the database locked.</summary>
internal static class DatabaseHeader
{
    /// <summary>Where the file format of SQLite 3 has the user version: 4 octets, big-endian (section 1.3 of its description).</summary>
    private const int Version = 60;

    /// <summary>The version of the tables (PRAGMA user_version) at the last checkpoint; null: there is no database, or it cannot be read.</summary>
    public static uint? ReadVersion(string path)
    {
        Span<byte> header = stackalloc byte[Version + sizeof(uint)];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.ReadExactly(header);
            return header.StartsWith("SQLite format 3\0"u8) ? BinaryPrimitives.ReadUInt32BigEndian(header[Version..]) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
