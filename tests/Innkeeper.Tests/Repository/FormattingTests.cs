using System.Diagnostics;

namespace Innkeeper.Tests.Repository;

/// <summary>All C is formatted by the repository's own .clang-format.</summary>
public sealed class FormattingTests
{
    [Fact]
    public void CFiles_AreFormatted()
    {
        var files = Checkout.Files.Where(f => f.EndsWith(".c", StringComparison.Ordinal) || f.EndsWith(".h", StringComparison.Ordinal)).ToList();
        var (code, findings) = ClangFormat(files);

        Assert.True(code == 0, $"run `clang-format -i` on what it names:\n{findings}");
        Assert.Contains("bpf/innkeeper.bpf.c", files);
    }

    /// <summary>clang-format breaks no comments here, so it does not see a comment that is too long.</summary>
    [Fact]
    public void DataPlane_HasLinesOfAtMost120Columns() =>
        Assert.All(Checkout.Files.Where(f => f.StartsWith("bpf/", StringComparison.Ordinal)), file =>
            Assert.All(Checkout.Read(file).Split('\n'), line => Assert.InRange(Columns(line), 0, 120)));

    private static int Columns(string line) => line.Aggregate(0, (column, c) => c == '\t' ? (column / 8 + 1) * 8 : column + 1);

    private static (int Code, string Findings) ClangFormat(IReadOnlyList<string> files)
    {
        var start = new ProcessStartInfo("clang-format", ["--dry-run", "-Werror", "--style=file", .. files])
        {
            WorkingDirectory = Checkout.Root,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var findings = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, findings);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("clang-format is not installed (scripts/prepare.sh test)");
            throw;
        }
    }
}
