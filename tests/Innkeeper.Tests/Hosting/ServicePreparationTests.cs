using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Hosting;

namespace Innkeeper.Tests.Hosting;

/// <summary>The gateway's user may write the file that root's commands read: they mount, give away and delete nothing by it (decision 21).</summary>
public sealed class ServicePreparationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string? Prepare(string bpffs) => ServicePreparation.Run(new InnkeeperConfig { DataPlane = new DataPlaneSettings { Bpffs = bpffs } }, "nobody");

    [Theory]
    [InlineData("there")]
    [InlineData("not-there")]
    public void Bpffs_AtAnotherPlaceThanTheServices_IsRefused_AndNothingIsMade(string name)
    {
        Directory.CreateDirectory(Path.Combine(_directory, "there"));
        var bpffs = Path.Combine(_directory, name);

        Assert.StartsWith($"[dataplane] bpffs is {bpffs}, and nobody may write that setting: root prepares /run/innkeeper/bpf alone", Prepare(bpffs), StringComparison.Ordinal);

        Assert.Equal(["there"], Directory.GetFileSystemEntries(_directory).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_directory, "there")));
        Assert.DoesNotContain(_directory, File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
    }

    /// <summary>Such as the bpffs of another program.</summary>
    [Fact]
    public void Bpffs_ThatRootGaveToNoOne_IsRefused()
    {
        Assert.SkipUnless(new PinFolder("/sys/fs/bpf").IsBpfFileSystem(), "no bpffs is mounted at /sys/fs/bpf");
        Assert.StartsWith("[dataplane] bpffs is /sys/fs/bpf", Prepare("/sys/fs/bpf"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bpffs_ThatIsALink_IsRefused()
    {
        var link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, "/sys/fs/bpf");
        Assert.Equal($"{link} ([dataplane] bpffs) is a link; remove it", Prepare(link));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Teardown_DeletesNothingOutsideOfABpffs(bool isLink)
    {
        var (place, files) = (Path.Combine(_directory, "place"), Path.Combine(_directory, "files"));
        Directory.CreateDirectory(place);
        Directory.CreateDirectory(files);
        File.WriteAllText(Path.Combine(files, "precious"), "");
        var pins = Path.Combine(place, BpfPlane.PinVersion);
        if (isLink)
        {
            File.CreateSymbolicLink(pins, files);
        }
        else
        {
            Directory.Move(files, pins);
        }

        new PinFolder(place).Remove();

        Assert.True(File.Exists(Path.Combine(pins, "precious")));
    }
}
