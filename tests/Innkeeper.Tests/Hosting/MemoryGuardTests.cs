using Innkeeper.Events;
using Innkeeper.Hosting;

namespace Innkeeper.Tests.Hosting;

/// <summary>A memory limit: where it is found, and what is done as it comes near.</summary>
public sealed class MemoryGuardTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly string _root = Directory.CreateTempSubdirectory("innkeeper-cgroup-").FullName;
    private readonly EventLog _events = new(TimeProvider.System);
    private readonly List<int> _shed = [];
    private long _used;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Write(string path, string content)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    [Fact]
    public void VersionTwo_TheNearestLimitOfAllAboveCounts_WithoutPagesOfFiles()
    {
        var memberships = Write("proc", "1:name=systemd:/x\n0::/system.slice/innkeeper.service\n");
        Write("system.slice/memory.max", $"{400 * Mebibyte}\n");
        Write("system.slice/memory.current", $"{390 * Mebibyte}\n");
        Write("system.slice/innkeeper.service/memory.max", $"{160 * Mebibyte}\n");
        Write("system.slice/innkeeper.service/memory.current", $"{100 * Mebibyte}\n");
        Write("system.slice/innkeeper.service/memory.stat", $"anon 1\ninactive_file {10 * Mebibyte}\n");

        Assert.Equal((390 * Mebibyte, 400 * Mebibyte), ControlGroup.Find(memberships, _root)!.Read());
        Write("system.slice/memory.current", $"{110 * Mebibyte}\n");
        Assert.Equal((90 * Mebibyte, 160 * Mebibyte), ControlGroup.Find(memberships, _root)!.Read());
    }

    [Fact]
    public void VersionOne_IsFound()
    {
        var memberships = Write("proc", "4:memory:/bud\n0::/\n");
        Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("memory/bud/memory.limit_in_bytes", $"{160 * Mebibyte}\n");
        Write("memory/bud/memory.usage_in_bytes", $"{50 * Mebibyte}\n");
        Assert.Equal((50 * Mebibyte, 160 * Mebibyte), ControlGroup.Find(memberships, _root)!.Read());
    }

    [Theory]
    [InlineData("0::/a\n", "max\n")]
    [InlineData("", "1000\n")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("0::/../../a\n", "")]
    public void NoLimit_IsNone(string memberships, string limit)
    {
        Write("a/memory.max", limit);
        Assert.Null(ControlGroup.Find(Write("proc", memberships), _root));
        Assert.Null(MemoryGuard.Start(ControlGroup.Find(Path.Combine(_root, "none"), _root), (_, _) => { }, _events));
    }

    [Fact]
    public void Use_NearTheLimit_ShedsMoreAndMore_AndIsReportedOnceUntilThereIsEnoughAgain()
    {
        using var guard = new MemoryGuard(() => (_used * Mebibyte, 100 * Mebibyte), (level, room) =>
        {
            _shed.Add(level);
            Assert.Equal(50 * Mebibyte, room);
        }, _events);
        _used = 50;
        guard.Begin();
        foreach (var used in (long[])[50, 79, 80, 85, 90, 99, 85, 79, 66, 64, 79, 81])
        {
            _used = used;
            guard.Look();
        }

        Assert.Equal([0, 1, 2, 0, 1], _shed);
        Assert.Equal(1, guard.Level);
        var told = _events.Latest().Select(e => e.What).ToList();
        Assert.Equal([typeof(MemoryLow), typeof(MemoryEnough), typeof(MemoryLow)], told.Select(e => e.GetType()));
        Assert.Equal((80, 100), (((MemoryLow)told[0]).UsedMebibytes, ((MemoryLow)told[0]).LimitMebibytes));
        Assert.Contains("MemoryMax=", EventText.Describe(told[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Use_ThatCannotBeRead_ChangesNothing()
    {
        using var guard = new MemoryGuard(() => null, (level, _) => _shed.Add(level), _events);
        guard.Look();
        Assert.Empty(_shed);
        Assert.Equal(0, guard.Level);
    }
}
