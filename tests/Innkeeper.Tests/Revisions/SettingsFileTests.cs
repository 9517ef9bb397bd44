using System.Diagnostics;
using Innkeeper.Interop;
using Innkeeper.Revisions;

namespace Innkeeper.Tests.Revisions;

/// <summary>The file is written in its place: owner, mode and links stay, and nothing that another user put there is followed.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly string _path;

    public SettingsFileTests()
    {
        _path = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(_path, "a long text, longer than the next\n");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static ulong InodeOf(string path)
    {
        Assert.Equal(0, Libc.statx(Libc.AT_FDCWD, path, 0, Libc.STATX_INO, out var found));
        return found.Inode;
    }

    [Theory]
    [InlineData("")]
    [InlineData("short\n")]
    [InlineData("a text that is longer than the one that was there before\n")]
    [InlineData("größer\n")]
    public void Write_KeepsTheFileItself(string text)
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var inode = InodeOf(_path);
        var file = new SettingsFile(_path);

        file.Write(text);

        Assert.Equal((text, inode), (File.ReadAllText(_path), InodeOf(_path)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_path));
        Assert.Equal(FileText.Of(text), file.Read());
        Assert.Null(file.WhyReadOnly());
        Assert.Equal([_path], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void Tag_IsAnotherForEachOtherText()
    {
        Assert.Equal("e3b0c44298fc1c14", FileText.Of("").Tag);
        Assert.NotEqual(FileText.Of("a").Tag, FileText.Of("a\n").Tag);
    }

    [Fact]
    public void Link_OfOurOwn_LeadsToTheFile()
    {
        var link = Path.Combine(_directory, "link.toml");
        File.CreateSymbolicLink(link, "innkeeper.toml");

        new SettingsFile(link).Write("b\n");

        Assert.Equal(("b\n", "innkeeper.toml"), (File.ReadAllText(_path), new FileInfo(link).LinkTarget));
    }

    [Fact]
    public void Link_OfAnotherUser_IsNotFollowed()
    {
        Assert.SkipUnless(Environment.UserName == "root", "giving a link to another user needs root");
        var link = Path.Combine(_directory, "link.toml");
        File.CreateSymbolicLink(link, "innkeeper.toml");
        Assert.Equal(0, Libc.lchown(link, 65534, 65534));

        Assert.Contains("is a link that another user made", new SettingsFile(link).WhyReadOnly(), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => new SettingsFile(link).Write("b\n"));
        Assert.StartsWith("a long text", File.ReadAllText(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void Pipe_Device_OrCircle_IsRefused_WithoutWaiting()
    {
        var pipe = Path.Combine(_directory, "pipe");
        using (var made = Process.Start("mkfifo", pipe))
        {
            made.WaitForExit();
        }

        var circle = Path.Combine(_directory, "circle");
        File.CreateSymbolicLink(circle, "circle");
        Assert.Contains("is no regular file", new SettingsFile(pipe).WhyReadOnly(), StringComparison.Ordinal);
        Assert.Contains("is no regular file", new SettingsFile("/dev/null").WhyReadOnly(), StringComparison.Ordinal);
        Assert.Contains("leads to too many others", new SettingsFile(circle).WhyReadOnly(), StringComparison.Ordinal);
    }

    [Fact]
    public void FileOfAnotherFileSystem_ThatIsReadOnly_SaysWhatToDo()
    {
        var note = new SettingsFile("/sys/kernel/notes").WhyReadOnly();
        Assert.SkipWhen(note is null, "this machine lets its kernel's notes be written");
        Assert.Matches("cannot be (written|opened)", note);
    }

    [Fact]
    public void Diff_HasTheLinesThatChange()
    {
        var diff = TextDiff.Of("a\nb\nc\n", "a\nB\nc\n", "innkeeper.toml");
        Assert.Contains("-b\n+B\n", diff, StringComparison.Ordinal);
        Assert.StartsWith("--- ", diff, StringComparison.Ordinal);
        Assert.Equal("", TextDiff.Of("a\n", "a\n", "innkeeper.toml"));
    }

    /// <summary>Two texts of many lines that share none would take minutes.</summary>
    [Fact]
    public void Diff_OfLargeTexts_IsBounded()
    {
        var watch = Stopwatch.StartNew();
        var (before, after) = (string.Concat(Enumerable.Range(0, 500_000).Select(i => "\n")), string.Concat(Enumerable.Range(0, 100_000).Select(i => $"b{i}\n")));
        Assert.Contains("not compared", TextDiff.Of(before, after, "x"), StringComparison.Ordinal);
        Assert.NotEmpty(TextDiff.Of(string.Concat(Enumerable.Range(0, 9_900).Select(i => $"a{i}\n")), string.Concat(Enumerable.Range(0, 9_900).Select(i => $"b{i}\n")), "x"));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
