using System.Diagnostics;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>The disk of the state directory: room, and whether it takes and keeps what is written.</summary>
internal sealed class DiskExamination : IExamination
{
    private const long LeastRoom = 32L << 20;
    private const long GoodRoom = 256L << 20;
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1);

    public string Name => "disk";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        var place = examined.Config.State.Directory;
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } above)
        {
            place = above;
        }

        return Task.FromResult<IReadOnlyList<Finding>>([JudgeRoom(place, new DriveInfo(place).AvailableFreeSpace), JudgeWriting(place, Write(place, out var took), took)]);
    }

    /// <param name="free">Octets.</param>
    internal static Finding JudgeRoom(string place, long free) =>
        free < LeastRoom ? Finding.Failure("disk", $"{place}: {free >> 20} MiB are free", $"make room: the database and its snapshots need {LeastRoom >> 20} MiB")
        : free < GoodRoom ? Finding.Warning("disk", $"{place}: {free >> 20} MiB are free", "make room before it is full")
        : Finding.Ok("disk", $"{place}: {free >> 20} MiB are free");

    /// <param name="error">Null: it can be written.</param>
    internal static Finding JudgeWriting(string place, string? error, TimeSpan took) =>
        error is not null ? Finding.Failure("state directory", $"nothing can be written to {place}: {error}", "make the file system writable, or run this as the gateway's user; decisions would be lost with the next restart")
        : took > s_slow ? Finding.Warning("state directory", $"{place}: writing 4 KiB took {took.TotalSeconds:0.0} s", "the disk is slow or failing; decisions are on disk later than they are in force")
        : Finding.Ok("state directory", $"{place} can be written; 4 KiB are on disk after {took.TotalMilliseconds:0} ms");

    private static string? Write(string place, out TimeSpan took)
    {
        var watch = Stopwatch.StartNew();
        var path = Path.Combine(place, $".innkeeper-doctor-{Environment.ProcessId}");
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose, UnixCreateMode = UnixFileMode.UserWrite });
            file.Write(new byte[4096]);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SafeText.OneLine(e.Message);
        }
        finally
        {
            took = watch.Elapsed;
        }
    }
}
