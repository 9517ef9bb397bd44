using System.Text.Json;

namespace Innkeeper.Lab;

/// <summary>
/// The list of everything that one testbed made, on disk as it grows: everything is removed by it, by the testbed itself, or by
/// a later process when the testbed was left up or was killed. Only what it lists is ever touched.
/// </summary>
internal sealed class TestbedRecord(string directory)
{
    private const string FileName = "testbed.json";

    private readonly Lock gate = new();
    private readonly List<string> namespaces = [];
    private readonly List<RecordedProcess> processes = [];

    public string Directory { get; } = directory;

    public void AddNamespace(string name)
    {
        lock (gate)
        {
            namespaces.Add(name);
            Save();
        }
    }

    public void RemoveNamespace(string name)
    {
        lock (gate)
        {
            namespaces.Remove(name);
            Save();
        }
    }

    public void AddProcess(BackgroundProcess process)
    {
        lock (gate)
        {
            processes.Add(new RecordedProcess(process.Id, BackgroundProcess.StartTime(process.Id)));
            Save();
        }
    }

    /// <summary>Reads the record of a testbed that another process made.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static TestbedRecord Load(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw new LabException($"{directory} holds no lab.");
        }

        var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path))!;
        var record = new TestbedRecord(directory);
        record.namespaces.AddRange(content.Namespaces);
        record.processes.AddRange(content.Processes);
        return record;
    }

    /// <summary>Ends the processes, then unmounts, then removes the namespaces (and with them their interfaces) and the directory.</summary>
    public void RemoveEverything()
    {
        lock (gate)
        {
            foreach (var process in Enumerable.Reverse(processes))
            {
                BackgroundProcess.Stop(process.Id, process.StartTime);
            }

            foreach (var mount in Mounts(Directory))
            {
                Command.Run("umount", mount);
            }

            foreach (var name in namespaces)
            {
                Command.Run("ip", "netns", "del", name);
            }

            processes.Clear();
            namespaces.Clear();
            if (System.IO.Directory.Exists(Directory) && Mounts(Directory).Count == 0)
            {
                System.IO.Directory.Delete(Directory, recursive: true);
            }
        }
    }

    /// <summary>The mount points under a directory.</summary>
    public static IReadOnlyList<string> Mounts(string directory) =>
        [.. File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1]).Where(path => path.StartsWith(directory + '/', StringComparison.Ordinal)).Reverse()];

    private void Save() => File.WriteAllText(Path.Combine(Directory, FileName), JsonSerializer.Serialize(new Content(namespaces, processes)));

    private sealed record RecordedProcess(int Id, string StartTime);

    private sealed record Content(List<string> Namespaces, List<RecordedProcess> Processes);
}
