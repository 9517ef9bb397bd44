using Innkeeper.Hosting;

namespace Innkeeper.Doctor;

/// <summary>The kernel, its modules, the libraries, and this user's rights.</summary>
internal sealed class SystemExamination : IExamination
{
    private static readonly string[] s_lists = ["modules.builtin", "modules.dep"];

    /// <summary>Modules that the gateway uses, and the ones of tc that kernels before 6.6 need.</summary>
    private static readonly string[] s_modules = ["veth", "af_packet", "sch_ingress", "cls_bpf"];

    public string Name => "system";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        var release = examined.System.Release;
        return Task.FromResult<IReadOnlyList<Finding>>(
        [
            .. Judge(examined.System, SystemRequirements.OfSystem(examined.System)), JudgeModules(release, s_modules.Where(m => !IsThere(m, release)).ToList(), examined.Running is null, Directory.Exists(FolderOf(release))),
            JudgeRights(SystemRequirements.ToRun(examined.System, examined.Config.Dns.ServeUplink), examined.Running is not null),
        ]);
    }

    internal static IEnumerable<Finding> Judge(SystemInfo system, IReadOnlyList<string> lacking) => lacking.Count == 0
        ? [Finding.Ok("kernel", $"Linux {system.Release}, BPF programs are compiled, OpenSSL is there")]
        : lacking.Select(l => Finding.Failure("kernel", l, "see docs/systems.md"));

    /// <param name="missing">Modules that are neither loaded nor in the kernel nor on the disk.</param>
    /// <param name="isUnproven">No gateway runs, which would show that all is there.</param>
    /// <param name="hasFolder">Whether the modules' folder is there: in a container it may not be.</param>
    internal static Finding JudgeModules(string release, IReadOnlyList<string> missing, bool isUnproven, bool hasFolder) =>
        missing.Count == 0 || !isUnproven ? Finding.Ok("modules", $"{string.Join(", ", s_modules)}: there")
        : hasFolder ? Finding.Failure("modules", $"the kernel has no {string.Join(", ", missing)}", $"install the package with the modules of {release} (Debian: linux-image-{release}; cloud kernels may lack some)")
        : Finding.Warning("modules", $"{string.Join(", ", missing)}: not loaded, and this system has no folder of modules to look in", "load them on the host (`modprobe NAME`) if the gateway does not start");

    internal static Finding JudgeRights(IReadOnlyList<string> lacking, bool isRunning) =>
        lacking.Count == 0 ? Finding.Ok("rights", "this user may run the gateway")
        : Finding.Warning("rights", $"this user may not run the gateway: {lacking[0]}", isRunning ? "the running gateway has its own rights; run the doctor as root to have everything examined" : "run this as root");

    private static string FolderOf(string release) => $"/lib/modules/{release}";

    private static bool IsThere(string module, string release) =>
        Directory.Exists($"/sys/module/{module}") || (module == "af_packet" && File.Exists("/proc/net/packet"))
        || s_lists.Any(list => HasLine($"{FolderOf(release)}/{list}", module));

    private static bool HasLine(string file, string module)
    {
        try
        {
            return File.ReadLines(file).Any(l => l.Contains($"/{module}.ko", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
