using Innkeeper.Exports;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Exports;

public sealed class ExportSpoolTests : IDisposable
{
    private const int Large = 1 << 20;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Folder => Path.Combine(_directory.Path, "exports", "siem");

    private static byte[] Record(string text) => new ExportRecord(DateTimeOffset.UnixEpoch, ExportRecord.Event) { Kind = "x", Text = text }.ToLine();

    private ExportSpool Open(long most = Large)
    {
        var spool = new ExportSpool(Folder, most);
        spool.Load();
        return spool;
    }

    private static string?[] TextsOf(ExportSpool spool, long from = 1)
    {
        var texts = new List<string?>();
        while (spool.Read(from, 3) is { Count: > 0 } some)
        {
            Assert.Equal(Enumerable.Range(0, some.Count).Select(i => some[0].Number + i), some.Select(r => r.Number));
            texts.AddRange(some.Select(r => r.Record?.Text));
            from = some[^1].Number + 1;
        }

        return [.. texts];
    }

    [Fact]
    public void Records_AreReadInOrder_WithTheirNumbers_UntilTheyAreConfirmed()
    {
        using var spool = Open();
        spool.Append([Record("a"), Record("b")]);
        spool.Append([Record("c"), Record("d"), Record("e")]);

        Assert.Equal(["a", "b", "c", "d", "e"], TextsOf(spool));
        Assert.Equal([1, 2, 3, 4, 5], spool.Read(1, 9).Select(r => r.Record!.Number));
        spool.Confirm(4);
        Assert.Equal(["d", "e"], TextsOf(spool));
        Assert.Equal(2, spool.Waiting.Records);
        spool.Confirm(6);
        Assert.Equal((0, 0), spool.Waiting);
        Assert.Empty(Directory.GetFiles(Folder, "*.jsonl"));
        spool.Append([Record("f")]);
        Assert.Equal(6, Assert.Single(spool.Read(1, 9)).Number);
    }

    [Fact]
    public void AnotherProcess_GoesOnWhereTheCollectorIs_AndNumbersGoOn()
    {
        using (var spool = Open())
        {
            spool.Append([Record("a"), Record("b"), Record("c")]);
            spool.Confirm(3);
        }

        using (var spool = Open())
        {
            Assert.Equal(["c"], TextsOf(spool));
            spool.Confirm(4);
        }

        using (var spool = Open())
        {
            Assert.Empty(TextsOf(spool));
            spool.Append([Record("d")]);
            Assert.Equal(4, Assert.Single(spool.Read(1, 9)).Number);
        }
    }

    /// <summary>The process or the machine dies while it writes, at any octet: all lines that are whole are there, and the next ones follow them.</summary>
    [Fact]
    public void Crash_AtAnyOctet_LosesTheTornLineOnly()
    {
        using (var spool = Open())
        {
            spool.Append([Record("a"), Record("größe"), Record("c")]);
        }

        var path = Directory.GetFiles(Folder, "*.jsonl").Single();
        var whole = File.ReadAllBytes(path);
        File.Delete(Path.Combine(Folder, "position"));
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(path, whole[..cut]);
            var left = whole.AsSpan(0, cut).Count((byte)'\n');
            using (var spool = Open())
            {
                spool.Append([Record("new")]);
                Assert.Equal([.. new[] { "a", "größe", "c" }.Take(left), "new"], TextsOf(spool));
                Assert.Equal(left + 1, spool.Read(left + 1, 1).Single().Number);
            }

            Assert.Equal(left + 1, File.ReadAllLines(path).Length);
        }
    }

    /// <summary>After a power failure a file may have anything in it.</summary>
    [Fact]
    public void AnyOctets_AreReadWithoutFailure()
    {
        var random = new Random(3);
        using (var spool = Open())
        {
            spool.Append([.. Enumerable.Range(0, 50).Select(i => Record($"r{i}"))]);
        }

        var path = Directory.GetFiles(Folder, "*.jsonl").Single();
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < 300; i++)
        {
            var damaged = whole.ToArray();
            var start = random.Next(damaged.Length);
            var length = random.Next(Math.Min(400, damaged.Length - start));
            if (random.Next(2) == 0)
            {
                Array.Clear(damaged, start, length);
            }
            else
            {
                random.NextBytes(damaged.AsSpan(start, length));
            }

            File.WriteAllBytes(path, damaged);
            File.WriteAllBytes(Path.Combine(Folder, "position"), damaged[..random.Next(20)]);
            using var spool = Open();
            _ = TextsOf(spool);
            spool.Append([Record("after")]);
            Assert.Equal("after", TextsOf(spool)[^1]);
        }
    }

    [Fact]
    public void TooMany_TheOldestAreLostAndCounted_AndTheNumbersShowTheGap()
    {
        using var spool = Open(4096);
        for (var i = 1; i <= 200; i++)
        {
            spool.Append([Record($"r{i}")]);
        }

        var left = TextsOf(spool);
        Assert.InRange(spool.Waiting.Octets, 1, 4096);
        Assert.Equal("r200", left[^1]);
        Assert.Equal($"r{200 - left.Length + 1}", left[0]);
        Assert.Equal(200 - left.Length, spool.Lost);
        Assert.Equal(spool.Lost + 1, spool.Confirmed);
    }

    [Fact]
    public void TooMany_WhatTheCollectorHasIsNotCountedAsLost()
    {
        using var spool = Open(4096);
        for (var i = 1; i <= 200; i++)
        {
            spool.Append([Record($"r{i}")]);
            spool.Confirm(i);
        }

        Assert.Equal(0, spool.Lost);
    }

    /// <summary>The disk is full or read-only: records wait in memory, and go to disk again when it can be written.</summary>
    [Fact]
    public void DiskThatCannotBeWritten_RecordsWaitInMemory_UpToABound()
    {
        File.WriteAllText(Path.Combine(_directory.Path, "exports"), "no directory");
        using var spool = Open();
        spool.Append([Record("a")]);
        Assert.NotNull(spool.Failure);
        Assert.Equal(["a"], TextsOf(spool));

        spool.Append([.. Enumerable.Range(0, ExportSpool.MostInMemory).Select(i => Record($"{i}"))]);
        Assert.True(spool.Lost > 0);
        Assert.Equal(ExportSpool.MostInMemory + 1, spool.Lost + spool.Waiting.Records);
        var next = spool.Confirmed;
        Assert.Equal(next, spool.Read(1, 1).Single().Number);

        File.Delete(Path.Combine(_directory.Path, "exports"));
        spool.Append([Record("on disk")]);
        Assert.Null(spool.Failure);
        Assert.Single(Directory.GetFiles(Folder, "*.jsonl"));
        Assert.Equal("on disk", TextsOf(spool, next)[^1]);
        spool.Confirm(long.MaxValue);
        Assert.Equal((0, 0), spool.Waiting);
    }

    [Fact]
    public void Erase_TakesRecordsOutOfMemoryAndDisk_AndLeavesTheNumbersOfTheOthers()
    {
        using (var spool = Open())
        {
            spool.Append([Record("a"), Record("secret"), Record("c")]);
            Assert.Equal("a", spool.Read(1, 1).Single().Record!.Text);
            Assert.Equal(1, spool.Erase(r => r.Text == "secret"));
            Assert.Equal(["a", null, "c"], TextsOf(spool));
        }

        Assert.All(Directory.GetFiles(Folder), file => Assert.DoesNotContain("secret", File.ReadAllText(file), StringComparison.Ordinal));
        using var again = Open();
        Assert.Equal(["a", null, "c"], TextsOf(again));
    }

    [Fact]
    public void Files_AreTheGatewaysOwn()
    {
        using var spool = Open();
        spool.Append([Record("a")]);

        Assert.All(Directory.GetFiles(Folder, "*.jsonl"), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Folder) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead));
    }

    [Fact]
    public void OtherSpools_AreDeletedADayAfterTheirLastWrite()
    {
        using var spool = Open();
        spool.Append([Record("a")]);
        var now = DateTimeOffset.UtcNow;
        ExportFolder.DeleteOthers(Path.GetDirectoryName(Folder)!, ["siem"], now.AddDays(9));
        Assert.True(Directory.Exists(Folder));
        ExportFolder.DeleteOthers(Path.GetDirectoryName(Folder)!, [], now.AddHours(1));
        Assert.True(Directory.Exists(Folder));
        ExportFolder.DeleteOthers(Path.GetDirectoryName(Folder)!, [], now.AddDays(2));
        Assert.False(Directory.Exists(Folder));
    }
}
