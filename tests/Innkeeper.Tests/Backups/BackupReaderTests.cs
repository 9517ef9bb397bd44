using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Innkeeper.Backups;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Backups;

/// <summary>A file that is not a whole backup is refused with a sentence, whatever is in it, and nothing of it is used.</summary>
public sealed class BackupReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, "innkeeper.backup");

    public void Dispose() => _directory.Dispose();

    /// <summary>A small one: the database is a few octets.</summary>
    private void Write(string content = BackupManifest.State)
    {
        using var output = System.IO.File.Create(File);
        BackupWriter.Write(output, content, 7, Samples.Noon, content == BackupManifest.State
            ? [(BackupManifest.Configuration, Of("access.interface = \"eth1\"")), (BackupManifest.Database, Of(new string('d', 700)))]
            : [("mail.password_file", Of("secret"))]);
    }

    private static MemoryStream Of(string text) => new(Encoding.UTF8.GetBytes(text));

    private BackupManifest Read(Dictionary<string, MemoryStream>? into = null, string content = BackupManifest.State) =>
        BackupReader.Read(File, content, part => into is null ? null : into[part.Name] = new MemoryStream());

    private string Refusal(string content = BackupManifest.State) => Assert.Throws<BackupException>(() => Read(content: content)).Message;

    [Fact]
    public void Read_OfWhatWasWritten_GivesEachPart()
    {
        Write();
        var parts = new Dictionary<string, MemoryStream>();

        var manifest = Read(parts);

        Assert.Equal((1, "state", BackupManifest.ProductVersion, 7, Samples.Noon, Environment.MachineName),
            (manifest.Format, manifest.Content, manifest.Product, manifest.Schema, manifest.Time, manifest.Host));
        Assert.Equal("access.interface = \"eth1\"", Machine.TextOf(parts[BackupManifest.Configuration].ToArray()));
        Assert.Equal(new string('d', 700), Machine.TextOf(parts[BackupManifest.Database].ToArray()));
    }

    [Fact]
    public void Read_OfAFileCutOffAnywhere_IsRefused()
    {
        Write();
        var whole = System.IO.File.ReadAllBytes(File);
        var accepted = new List<int>();
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            if (Record.Exception(() => Read()) is not BackupException)
            {
                accepted.Add(length);
            }
        }

        // Of gzip's own trailer, whose checksum is not the one that counts, any part may be missing, and of the archive's end, which is zeros.
        Assert.All(accepted, length => Assert.InRange(length, whole.Length - 32, whole.Length));
    }

    /// <summary>Damage within the archive, where gzip does not find it: an enemy packs anew.</summary>
    [Fact]
    public void Read_WithAnyOctetOfTheArchiveChanged_IsRefused_OrIsTheSame()
    {
        Write();
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress))
        {
            packed.CopyTo(unpacked);
        }

        var octets = unpacked.ToArray();
        var refused = 0;
        for (var place = 0; place < octets.Length; place += place < 1600 ? 1 : 7)
        {
            var changed = (byte[])octets.Clone();
            changed[place] ^= 0x41;
            using (var packed = new GZipStream(System.IO.File.Create(File), CompressionLevel.NoCompression))
            {
                packed.Write(changed);
            }

            var parts = new Dictionary<string, MemoryStream>();
            var fault = Record.Exception(() => Read(parts));
            if (fault is null)
            {
                Assert.Equal(new string('d', 700), Machine.TextOf(parts[BackupManifest.Database].ToArray()));
                Assert.Equal("access.interface = \"eth1\"", Machine.TextOf(parts[BackupManifest.Configuration].ToArray()));
                continue;
            }

            Assert.IsType<BackupException>(fault);
            refused++;
        }

        Assert.InRange(refused, 500, int.MaxValue);
    }

    [Fact]
    public void Read_WithAnyOctetOfTheFileChanged_ThrowsNothingElse()
    {
        Write();
        var whole = System.IO.File.ReadAllBytes(File);
        for (var place = 0; place < whole.Length; place++)
        {
            var changed = (byte[])whole.Clone();
            changed[place] ^= 0x15;
            System.IO.File.WriteAllBytes(File, changed);
            var fault = Record.Exception(() => Read());
            Assert.True(fault is null or BackupException, $"octet {place}: {fault}");
        }
    }

    [Theory]
    [InlineData("../innkeeper.db")]
    [InlineData("/etc/passwd")]
    [InlineData("innkeeper.db/../../x")]
    [InlineData("mail.password_file")]
    public void Read_WithANameThatIsNoPart_IsRefused(string name)
    {
        Write();
        var parts = Machine.Unpack(File);

        // Once in the archive alone, and once in the manifest too.
        Machine.Pack(File, [.. parts, (name, [1])]);
        Assert.Contains("a part that its manifest does not name", Refusal(), StringComparison.Ordinal);

        Machine.Pack(File, [.. parts.Select(part => part.Name == BackupManifest.FileName
            ? (part.Name, Encoding.UTF8.GetBytes(Machine.TextOf(part.Octets).Replace("\"parts\": [", $"\"parts\": [{{\"name\": {System.Text.Json.JsonSerializer.Serialize(name)}, \"size\": 1, \"sha256\": \"\"}},", StringComparison.Ordinal)))
            : part), (name, [1])]);
        Assert.Contains("names other parts than a backup has", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.CharacterDevice)]
    public void Read_WithAPartThatIsNoFile_IsRefused(TarEntryType type)
    {
        Write();
        Machine.Pack(File, Machine.Unpack(File), type);

        Assert.Contains("does not name", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithAPartTwice_OrWithout_OrOfAnotherSize_IsRefused()
    {
        Write();
        var parts = Machine.Unpack(File);

        Machine.Pack(File, [.. parts, parts[^1]]);
        Assert.Contains("does not name", Refusal(), StringComparison.Ordinal);

        Machine.Pack(File, parts[..^1]);
        Assert.Contains("is cut off: innkeeper.db is missing", Refusal(), StringComparison.Ordinal);

        Machine.Pack(File, [.. parts[..^1], (parts[^1].Name, [.. parts[^1].Octets, 1])]);
        Assert.Contains("does not name", Refusal(), StringComparison.Ordinal);

        Machine.Pack(File, [.. parts[..^1], (parts[^1].Name, [.. parts[^1].Octets[..^1], 1])]);
        Assert.Contains("innkeeper.db has another checksum", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\": 1}")]
    [InlineData("\"text\"")]
    [InlineData("{\"format\": 1, \"content\": \"state\", \"product\": \"0\", \"schema\": 7, \"time\": \"then\", \"host\": \"h\", \"parts\": []}")]
    [InlineData("{\"format\": 1, \"content\": \"state\", \"product\": \"0\", \"schema\": 7, \"time\": \"2026-01-01T00:00:00Z\", \"host\": null, \"parts\": []}")]
    [InlineData("{\"format\": 1, \"content\": \"state\", \"product\": \"0\", \"schema\": 7, \"time\": \"2026-01-01T00:00:00Z\", \"host\": \"h\", \"parts\": [null]}")]
    [InlineData("{\"format\": 1, \"content\": \"state\", \"product\": \"0\", \"schema\": 7, \"time\": \"2026-01-01T00:00:00Z\", \"host\": \"h\", \"parts\": [{\"name\": null, \"size\": 1, \"sha256\": \"\"}]}")]
    [InlineData("{\"format\": 1, \"content\": \"state\", \"product\": \"0\", \"schema\": 7, \"time\": \"2026-01-01T00:00:00Z\", \"host\": \"h\", \"parts\": [{\"name\": \"innkeeper.db\", \"size\": -1, \"sha256\": \"\"}, {\"name\": \"innkeeper.toml\", \"size\": 1, \"sha256\": \"\"}]}")]
    [InlineData("{\"format\": 1, \"content\": \"state\", \"product\": \"0\", \"schema\": 7, \"time\": \"2026-01-01T00:00:00Z\", \"host\": \"h\", \"parts\": [{\"name\": \"innkeeper.db\", \"size\": 1, \"sha256\": \"\"}, {\"name\": \"innkeeper.toml\", \"size\": 99999999, \"sha256\": \"\"}]}")]
    public void Read_WithAManifestThatIsNone_IsRefused(string manifest)
    {
        Machine.Pack(File, [(BackupManifest.FileName, Encoding.UTF8.GetBytes(manifest)), (BackupManifest.Database, [1])]);

        Assert.Contains("damaged, cut off, or no backup of Innkeeper", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfANewerFormat_SaysSo()
    {
        Machine.Pack(File, [(BackupManifest.FileName, "{\"format\": 2, \"something\": \"else\"}"u8.ToArray())]);

        Assert.Contains("made by a newer version of Innkeeper", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfTheOtherContent_SaysWhichOptionTakesIt()
    {
        Write(BackupManifest.Secrets);
        Assert.Contains("holds secrets, not the state; give it with --secrets", Refusal(), StringComparison.Ordinal);

        Write();
        Assert.Contains("holds the state, not secrets", Refusal(BackupManifest.Secrets), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfNoFile_ADirectory_OrAnotherFile_IsOneSentence()
    {
        Assert.Contains("cannot be read", Refusal(), StringComparison.Ordinal);

        Directory.CreateDirectory(File);
        Assert.Contains("cannot be read", Refusal(), StringComparison.Ordinal);
        Directory.Delete(File);

        Assert.Contains("it is no regular file", Assert.Throws<BackupException>(() => BackupReader.Read("/dev/zero", BackupManifest.State, _ => null)).Message, StringComparison.Ordinal);
        foreach (var content in (string[])["", "no archive", new string('\0', 5000)])
        {
            System.IO.File.WriteAllText(File, content);
            Assert.Contains("no backup of Innkeeper", Refusal(), StringComparison.Ordinal);
        }
    }

    /// <summary>A disk that is full is not a fault of the file.</summary>
    [Fact]
    public void Read_IntoADiskThatIsFull_ThrowsWhatTheDiskThrows()
    {
        Write();

        var fault = Assert.Throws<IOException>(() => BackupReader.Read(File, BackupManifest.State, _ => new FileStream("/dev/full", new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, BufferSize = 0 })));

        Assert.Contains("No space left", fault.Message, StringComparison.Ordinal);
    }
}
