using System.Diagnostics;

namespace Innkeeper.DataPlane.Tests.Pins;

/// <summary>The data plane of version 0.1.0 as it left its maps and programs: compiled from the history, loaded and pinned by bpftool.</summary>
internal sealed class OldVersion
{
    private const string Commit = "dd0ef09";

    private readonly string _programs;

    /// <param name="bpffs">A bpffs, to pin its programs in.</param>
    /// <param name="pins">The folder of its maps.</param>
    public OldVersion(string bpffs, string pins)
    {
        _programs = Path.Combine(bpffs, "programs");
        Directory.CreateDirectory(_programs);
        var folder = Directory.CreateTempSubdirectory("innkeeper-old");
        try
        {
            Assert.SkipUnless(Run("sh", "-c", $"git -C {Compiler.Checkout} archive {Commit} bpf | tar -x -C {folder}") == 0, $"commit {Commit} is not in this clone");
            var compiled = Path.Combine(folder.FullName, "old.o");
            Assert.Equal(0, Run("clang", "-g", "-O2", "-mcpu=v3", "-fno-jump-tables", "-target", "bpf", "-I/usr/include/x86_64-linux-gnu",
                "-c", Path.Combine(folder.FullName, "bpf/innkeeper.bpf.c"), "-o", compiled));
            Assert.Equal(0, Run("bpftool", "prog", "loadall", compiled, _programs, "pinmaps", pins));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public string PinOf(string program) => Path.Combine(_programs, program);

    public static int Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
