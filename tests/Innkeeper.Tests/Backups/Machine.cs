using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Innkeeper.Backups;
using Innkeeper.Clocks;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Backups;

/// <summary>A machine's clocks as a test sets them.</summary>
internal sealed record FakeMachineClock(string BootId, TimeSpan SinceBoot, DateTimeOffset Wall) : IMachineClock
{
    public TimeSpan Monotonic => SinceBoot;

    public bool IsSynchronized => true;
}

/// <summary>The places of one machine: a state directory, a configuration, and the files that it names.</summary>
internal sealed class Machine : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public string StateDirectory => Path.Combine(_root.Path, "state");

    public string Database => Path.Combine(StateDirectory, StateStore.FileName);

    public string Configuration => Path.Combine(_root.Path, "innkeeper.toml");

    public string Socket => Path.Combine(_root.Path, "control.sock");

    public string PasswordFile => Path.Combine(_root.Path, "mail.password");

    public string Backup => Path.Combine(_root.Path, "innkeeper.backup");

    public string Secrets => Path.Combine(_root.Path, "innkeeper.secrets");

    public string Text => $"""
        access.interface = "eth1"
        uplink.interface = "eth0"
        state.directory = "{StateDirectory}"
        control.socket = "{Socket}"
        [mail]
        server = "mail.example.net"
        user = "gateway"
        password_file = "{PasswordFile}"
        from = "gateway@example.net"
        to = ["admin@example.net"]

        """;

    public IEnumerable<string> Files => Directory.EnumerateFiles(_root.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_root.Path, file)).Order(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Contents => Files.ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(Path.Combine(_root.Path, file))));

    public void Dispose() => _root.Dispose();

    /// <summary>A database with named devices, one of another schema's wake, a clock and a trail.</summary>
    public void Fill(params string[] names)
    {
        using var store = StateStore.Open(StateDirectory, out _);
        store.Commit(
        [
            .. names.Select((name, index) => new SaveDevice(Samples.Device((uint)index + 1) with { Name = name })),
            new SaveBinding(Samples.Binding(1)),
            new AddEvent(Samples.Noon, "device-name", "it began"),
            new SettleRestored(),
        ]);
        File.WriteAllText(Configuration, Text);
    }

    /// <summary>The backup of <see cref="Fill"/>'s state.</summary>
    public void MakeBackup(params string[] names)
    {
        Fill(names.Length == 0 ? ["till", "desk"] : names);
        Write(Backup);
    }

    public void Write(string file)
    {
        using var octets = StateBackup.CreateOf(StateDirectory, StateDirectory, Text, Samples.Noon);
        using var output = File.Create(file);
        octets.CopyTo(output);
    }

    public RestoreReport Restore(bool isForced = false, bool isStateOnly = false, string? secrets = null, string? file = null, IMachineClock? clock = null, Func<string, bool>? isAnswering = null) =>
        new Restoration(
            new RestoreOrder(file ?? Backup, secrets, Configuration, isStateOnly, isForced, "root"), isAnswering ?? (_ => false),
            clock ?? new FakeMachineClock("this boot", TimeSpan.FromHours(1), Samples.Noon.AddHours(2))).Run();

    public IReadOnlyList<string> Names()
    {
        using var store = StateStore.Open(StateDirectory, out var outcome);
        Assert.Equal(OpenResult.Opened, outcome.Result);
        Assert.True(outcome.IsWhole);
        return [.. store.LoadDevices().Select(d => d.Name)];
    }

    /// <summary>The parts of a backup, as they lie in its archive.</summary>
    public static List<(string Name, byte[] Octets)> Unpack(string file)
    {
        using var archive = new TarReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var parts = new List<(string, byte[])>();
        while (archive.GetNextEntry() is { } entry)
        {
            using var octets = new MemoryStream();
            entry.DataStream?.CopyTo(octets);
            parts.Add((entry.Name, octets.ToArray()));
        }

        return parts;
    }

    /// <summary>Makes an archive of parts whose manifest may lie.</summary>
    public static void Pack(string file, IEnumerable<(string Name, byte[] Octets)> parts, TarEntryType type = TarEntryType.RegularFile)
    {
        using var archive = new TarWriter(new GZipStream(File.Create(file), CompressionLevel.Fastest), TarEntryFormat.Pax);
        foreach (var (name, octets) in parts)
        {
            var entry = new PaxTarEntry(name == BackupManifest.FileName ? TarEntryType.RegularFile : type, name);
            if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            {
                entry.LinkName = "/etc/passwd";
            }
            else if (entry.EntryType == TarEntryType.RegularFile)
            {
                entry.DataStream = new MemoryStream(octets);
            }

            archive.WriteEntry(entry);
        }
    }

    public static string TextOf(byte[] octets) => Encoding.UTF8.GetString(octets);
}
