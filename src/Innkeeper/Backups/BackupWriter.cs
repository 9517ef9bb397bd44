using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Innkeeper.Backups;

/// <summary>Writes the file of a backup: a tar archive in gzip, which every Unix can unpack by hand. Its manifest comes first, with a checksum of each part.</summary>
internal static class BackupWriter
{
    /// <param name="content">See <see cref="BackupManifest.Content"/>.</param>
    /// <param name="parts">Seekable, at their beginning.</param>
    public static void Write(Stream output, string content, int schema, DateTimeOffset time, IReadOnlyList<(string Name, Stream Octets)> parts)
    {
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat, content, BackupManifest.ProductVersion, schema, time, Environment.MachineName,
            [.. parts.Select(part => new BackupPart(part.Name, part.Octets.Length, SumOf(part.Octets)))]);
        using var packed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        using var archive = new TarWriter(packed, TarEntryFormat.Ustar);
        using var described = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupContext.Default.BackupManifest));
        foreach (var (name, octets) in parts.Prepend((BackupManifest.FileName, described)))
        {
            archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = octets,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                ModificationTime = time,
            });
        }
    }

    private static string SumOf(Stream octets)
    {
        var sum = Convert.ToHexStringLower(SHA256.HashData(octets));
        octets.Position = 0;
        return sum;
    }
}
