using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Backups;

/// <summary>
/// Reads the file of a backup, which may be cut off, damaged, or made by an enemy. A name in it never becomes a path: only parts that this
/// program knows are taken, each once, of the size and checksum that the manifest says.
/// </summary>
internal static class BackupReader
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Reads the whole file and checks each part.</summary>
    /// <param name="content">The content that the file should have.</param>
    /// <param name="open">Where a part's octets go, disposed of here; null: nowhere. It is called before the part is known to be whole.</param>
    /// <exception cref="BackupException">The file is no whole backup of this content. Faults of <paramref name="open"/>'s streams are thrown as they are.</exception>
    public static BackupManifest Read(string file, string content, Func<BackupPart, Stream?> open)
    {
        using var packed = Open(file);
        return Read(packed, SafeText.Shorten(file), content, open);
    }

    private static FileStream Open(string file)
    {
        try
        {
            // A pipe without a writer would be waited for.
            return Libc.statx(Libc.AT_FDCWD, file, 0, Libc.STATX_TYPE, out var found) == 0 && (found.Mode & Libc.S_IFMT) is not (Libc.S_IFREG or Libc.S_IFDIR)
                ? throw new IOException("it is no regular file")
                : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BackupException($"{SafeText.Shorten(file)} cannot be read: {SafeText.OneLine(e.Message)}", e);
        }
    }

    private static BackupManifest Read(FileStream packed, string shown, string content, Func<BackupPart, Stream?> open)
    {
        var target = new OutputFault();
        try
        {
            using var octets = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            using var archive = new TarReader(octets, leaveOpen: true);
            var manifest = ReadManifest(archive, shown, content);
            var left = manifest.Parts.ToDictionary(part => part.Name);
            while (archive.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not TarEntryType.RegularFile || !left.Remove(entry.Name, out var part) || entry.Length != part.Size)
                {
                    throw new BackupException($"{shown} has a part that its manifest does not name: {SafeText.Shorten(entry.Name)}; use another backup");
                }

                using var output = target.Run(() => open(part));
                Take(entry.DataStream ?? Stream.Null, part, output, shown, target);
            }

            return left.Count == 0 ? manifest : throw new BackupException($"{shown} is cut off: {string.Join(", ", left.Keys)} is missing; use another backup");
        }
        catch (Exception e) when (e is not BackupException && !target.Has(e) && IsFaultOfContent(e))
        {
            throw new BackupException($"{shown} is damaged, cut off, or no backup of Innkeeper ({SafeText.OneLine(e.Message)}); use another backup", e);
        }
    }

    /// <summary>The readers of gzip, tar and JSON throw these at octets that they do not expect. Only a false length can want too much memory.</summary>
    private static bool IsFaultOfContent(Exception e) => e
        is InvalidDataException or IOException or FormatException or ArgumentException or OverflowException or InvalidOperationException or NotSupportedException or JsonException
        or OutOfMemoryException or IndexOutOfRangeException;

    private static BackupManifest ReadManifest(TarReader archive, string shown, string content)
    {
        var entry = archive.GetNextEntry();
        if (entry is not { EntryType: TarEntryType.RegularFile, Name: BackupManifest.FileName, Length: > 0 and <= BackupManifest.MaxManifest, DataStream: { } octets })
        {
            throw new InvalidDataException($"it does not begin with {BackupManifest.FileName}");
        }

        var text = new byte[entry.Length];
        octets.ReadExactly(text);
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Number && format.GetDouble() > BackupManifest.CurrentFormat)
        {
            throw new BackupException($"{shown} was made by a newer version of Innkeeper; install that version, or a newer one, and restore with it");
        }

        var manifest = document.Deserialize(BackupContext.Default.BackupManifest) ?? throw new InvalidDataException("its manifest is empty");
        Demand(manifest, shown, content);
        return manifest;
    }

    private static void Demand(BackupManifest manifest, string shown, string content)
    {
        if (manifest.Content != content)
        {
            throw new BackupException(manifest.Content switch
            {
                BackupManifest.Secrets => $"{shown} holds secrets, not the state; give it with --secrets",
                BackupManifest.State => $"{shown} holds the state, not secrets; give the file that --secrets of `innkeeper backup` made",
                _ => $"{shown} holds {SafeText.Shorten(manifest.Content)}, which this version does not know",
            });
        }

        if (manifest.Parts.Any(part => part is null))
        {
            throw new InvalidDataException("its manifest has an empty part");
        }

        var names = manifest.Parts.Select(part => part.Name).ToList();
        IReadOnlyList<string> known = content == BackupManifest.State ? [BackupManifest.Configuration, BackupManifest.Database] : NamedFiles.Keys;
        if (names.Distinct().Count() != names.Count || names.Except(known).Any() || (content == BackupManifest.State && names.Count != known.Count)
            || manifest.Parts.Any(part => part.Size < 0 || (part.Name != BackupManifest.Database && part.Size > BackupManifest.MaxText)))
        {
            throw new InvalidDataException("its manifest names other parts than a backup has");
        }
    }

    private static void Take(Stream input, BackupPart part, Stream? output, string shown, OutputFault target)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        while (input.Read(buffer) is > 0 and var read)
        {
            sum.AppendData(buffer, 0, read);
            target.Run(() => output?.Write(buffer, 0, read));
        }

        if (Convert.ToHexStringLower(sum.GetHashAndReset()) != part.Sha256)
        {
            throw new BackupException($"{shown} is damaged: {part.Name} has another checksum than the manifest says; use another backup");
        }
    }

    /// <summary>Tells a disk that cannot take a part from a file that cannot be read.</summary>
    private sealed class OutputFault
    {
        private Exception? _fault;

        public bool Has(Exception e) => ReferenceEquals(_fault, e);

        public void Run(Action write) => Run(() =>
        {
            write();
            return true;
        });

        public T Run<T>(Func<T> write)
        {
            try
            {
                return write();
            }
            catch (Exception e)
            {
                _fault = e;
                throw;
            }
        }
    }
}
