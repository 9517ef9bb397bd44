using System.Globalization;

namespace Innkeeper.Hosting;

/// <summary>
/// The memory that this process's control groups may use, and use: of version 2 (memory.max) or 1 (memory.limit_in_bytes), with those above.
/// The kernel ends a process that needs more.
/// </summary>
internal sealed class ControlGroup
{
    /// <summary>Version 1 says "no limit" by a very large number.</summary>
    private const long NoLimit = 1L << 60;

    private readonly List<(string Limit, string Usage, string Statistics, string Reclaimable)> _levels;

    private ControlGroup(List<(string Limit, string Usage, string Statistics, string Reclaimable)> levels) => _levels = levels;

    /// <summary>Null: no limit applies.</summary>
    /// <param name="memberships">/proc/self/cgroup.</param>
    /// <param name="root">Where the hierarchies are mounted.</param>
    public static ControlGroup? Find(string memberships = "/proc/self/cgroup", string root = "/sys/fs/cgroup")
    {
        List<(string, string, string, string)> levels = [];
        foreach (var line in ReadLines(memberships))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }

            if (controllers == "")
            {
                levels.AddRange(Above(root, path).Select(d => ($"{d}/memory.max", $"{d}/memory.current", $"{d}/memory.stat", "inactive_file")));
            }
            else if (controllers.Split(',').Contains("memory"))
            {
                levels.AddRange(Above($"{root}/memory", path).Select(d => ($"{d}/memory.limit_in_bytes", $"{d}/memory.usage_in_bytes", $"{d}/memory.stat", "total_inactive_file")));
            }
        }

        levels.RemoveAll(l => ReadNumber(l.Item1) is not (> 0 and < NoLimit));
        return levels.Count == 0 ? null : new ControlGroup(levels);
    }

    /// <summary>Octets used and allowed, of the group that is nearest to its limit; null: not readable.</summary>
    public (long Used, long Limit)? Read()
    {
        (long Used, long Limit)? nearest = null;
        foreach (var level in _levels)
        {
            if (ReadNumber(level.Limit) is not (> 0 and < NoLimit) || ReadNumber(level.Usage) is not { } usage)
            {
                continue;
            }

            // Pages of files that were not used lately cost nothing: the kernel drops them before it ends a process.
            var limit = ReadNumber(level.Limit)!.Value;
            var used = Math.Max(0, usage - ReadStatistic(level.Statistics, level.Reclaimable));
            if (nearest is not { } other || (double)used / limit > (double)other.Used / other.Limit)
            {
                nearest = (used, limit);
            }
        }

        return nearest;
    }

    /// <summary>A group's folder and those above it. In a container the path may be the host's, and only the root is there.</summary>
    private static IEnumerable<string> Above(string mount, string path)
    {
        for (var at = path.TrimEnd('/'); at.Length > 1; at = at[..at.LastIndexOf('/')])
        {
            yield return mount + at;
        }

        yield return mount;
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long? ReadNumber(string file) =>
        long.TryParse(ReadLines(file).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long ReadStatistic(string file, string name) =>
        ReadLines(file).Select(l => l.Split(' ')).FirstOrDefault(w => w.Length == 2 && w[0] == name) is [_, var text]
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
