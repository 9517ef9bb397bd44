using System.Globalization;

namespace Innkeeper.Doctor;

/// <summary>The memory that is left for the gateway.</summary>
internal sealed class MemoryExamination : IExamination
{
    private const long LeastKibibytes = 96 * 1024;
    private const long GoodKibibytes = 256 * 1024;

    public string Name => "memory";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Finding>>([Judge(AvailableIn(File.ReadLines("/proc/meminfo")), examined.Running is not null)]);

    /// <summary>The kernel's estimate of what programs can still have, KiB; null: it does not say.</summary>
    internal static long? AvailableIn(IEnumerable<string> meminfo) =>
        meminfo.Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(w => w is ["MemAvailable:", _, ..]) is { } words
        && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <param name="isRunning">The gateway has its memory already.</param>
    internal static Finding Judge(long? available, bool isRunning) => available switch
    {
        null => Finding.Ok("memory", "the kernel does not say how much is free"),
        < LeastKibibytes when !isRunning => Finding.Failure("memory", $"{available >> 10} MiB are available", "end other programs or add memory: the gateway needs about 100 MiB for a few hundred devices"),
        < LeastKibibytes => Finding.Warning("memory", $"{available >> 10} MiB are available beside the running gateway", "end other programs or add memory: the kernel ends programs when none is left"),
        < GoodKibibytes when !isRunning => Finding.Warning("memory", $"{available >> 10} MiB are available", "that is enough for a few hundred devices only"),
        _ => Finding.Ok("memory", $"{available >> 10} MiB are available"),
    };
}
