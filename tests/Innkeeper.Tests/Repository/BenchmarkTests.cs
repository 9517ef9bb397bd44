using System.Diagnostics;

namespace Innkeeper.Tests.Repository;

/// <summary>Results that are kept are those of whole runs (`benchmarks/keep.sh`).</summary>
public sealed class BenchmarkTests : IDisposable
{
    private const string Before = "as it was\n";

    private readonly string _file = Path.GetTempFileName();

    public BenchmarkTests() => File.WriteAllText(_file, Before);

    public void Dispose() => File.Delete(_file);

    private (int Code, string Output, string Error) Run(string script, string environment = "")
    {
        using var bash = Process.Start(new ProcessStartInfo("env", [.. environment.Split('\n', StringSplitOptions.RemoveEmptyEntries), "bash", "-euo", "pipefail", "-c", $". benchmarks/keep.sh\n{script}", "bash", _file])
        {
            WorkingDirectory = Checkout.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static string Print(params string[] rows) => $"printf '%s\\n' '# Title' '' '| | a | b |' '|---|---|---|' {string.Join(' ', rows.Select(row => $"'{row}'"))} 'the end'";

    [Fact]
    public void KeepResult_WholeRun_ReplacesTheFile_AndIsPrinted()
    {
        var run = Run($"setting rounds ROUNDS 3; {Print("| x | 1 | - |", "| y | 2.5 | 0 |")} | keep_result \"$1\" 2", "ROUNDS=4");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal("# Title\n\n| | a | b |\n|---|---|---|\n| x | 1 | - |\n| y | 2.5 | 0 |\nthe end\n", File.ReadAllText(_file));
        Assert.Equal(File.ReadAllText(_file), run.Output);
        Assert.False(File.Exists(_file + ".new"));
    }

    [Theory]
    [InlineData("ROUNDS=1", "ROUNDS is 1, and a whole run has 3")]
    [InlineData("VARIANTS=innkeeper", "VARIANTS lacks unbound")]
    public void KeepResult_PartialRun_KeepsWhatWasThere_AndSaysWhy(string environment, string reason)
    {
        var run = Run($"setting rounds ROUNDS 3; setting variants VARIANTS 'innkeeper unbound'; {Print("| x | 1 | 2 |")} | keep_result \"$1\" 1", environment);

        Assert.Equal(0, run.Code);
        Assert.Contains("| x | 1 | 2 |", run.Output, StringComparison.Ordinal);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Equal(Before, File.ReadAllText(_file));
    }

    [Theory]
    [InlineData("| x | inf | 2 |", "a figure is missing: | x | inf | 2 |")]
    [InlineData("| x | 1 | -nan |", "a figure is missing")]
    [InlineData("| x | 1 |  |", "a figure is missing")]
    [InlineData("| x |  | 2 |", "a figure is missing")]
    [InlineData("no row", "0 rows instead of 1")]
    public void KeepResult_FigureOrRowMissing_Fails_AndKeepsWhatWasThere(string row, string reason)
    {
        var run = Run($"{Print(row)} | keep_result \"$1\" 1");

        Assert.Equal(1, run.Code);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Equal(Before, File.ReadAllText(_file));
    }

    [Fact]
    public void AwaitServer_ThatEnded_EndsTheBenchmarkWithItsLog()
    {
        var run = Run("""
            echo 'port 53 is taken' >"$1"
            true & server=$!
            wait $server
            await_server unbound $server "$1" false
            echo 'goes on'
            """);

        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Equal("unbound did not start:\nport 53 is taken\n", run.Error);
    }

    [Fact]
    public void AwaitServer_ThatNeverAnswers_EndsTheBenchmark()
    {
        var run = Run("patience=0; await_server unbound $$ \"$1\" false; echo 'goes on'");

        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.StartsWith("unbound was not ready within 0 s:", run.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string> Benchmarks =>
        [.. Checkout.Files.Where(f => f.StartsWith("benchmarks/", StringComparison.Ordinal) && f.EndsWith(".sh", StringComparison.Ordinal) && f is not ("benchmarks/common.sh" or "benchmarks/keep.sh"))];

    /// <summary>No benchmark writes a result by another way.</summary>
    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void Benchmark_KeepsItsResults_ByTheOneWay(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var mentions = Checkout.Read(file).Split('\n').Where(line => line.Contains("results/", StringComparison.Ordinal)).ToList();

        Assert.StartsWith($"}} | keep_result benchmarks/results/{name}.md ", Assert.Single(mentions), StringComparison.Ordinal);
    }
}
