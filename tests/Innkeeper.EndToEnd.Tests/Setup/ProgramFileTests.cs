using System.Text.RegularExpressions;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Setup;

/// <summary>What the built program asks of the machine that it is brought to; of the one for arm64 too, where that was built.</summary>
public sealed partial class ProgramFileTests
{
    /// <summary>Older than what Ubuntu 22.04 (2.35) and Debian 12 (2.36) have.</summary>
    private static readonly Version s_glibc = new(2, 34);

    [GeneratedRegex(@"\(NEEDED\)\s+Shared library: \[(?<name>[^\]]+)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Needed();

    [GeneratedRegex(@"Name: GLIBC_(?<version>[\d.]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Glibc();

    [Fact]
    public void Program_NeedsTheCLibraryAlone_AndNoNewOne()
    {
        var missing = Requirements.MissingGateway();
        Assert.SkipWhen(missing is not null, missing ?? "");
        var folder = Path.GetDirectoryName(GatewayBinary.Find()!)!;
        var folders = new[] { folder, Path.Combine(folder, "arm64") }.Where(f => File.Exists(Path.Combine(f, "innkeeper")));
        foreach (var folderOf in folders)
        {
            // One file: an upgrade replaces it in one step, under a gateway that runs.
            Assert.Empty(Directory.GetFiles(folderOf, "*.so*"));
            var file = Path.Combine(folderOf, "innkeeper");
            var elf = Command.Run("readelf", "-W", "-d", "-V", file).AssertOk().Stdout;
            var libraries = Needed().Matches(elf).Select(m => m.Groups["name"].Value).ToList();
            var versions = Glibc().Matches(elf).Select(m => Version.Parse(m.Groups["version"].Value)).ToList();

            Assert.All(libraries, l => Assert.Matches(@"^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|ld-linux-.*)$", l));
            Assert.NotEmpty(versions);
            Assert.True(versions.Max() <= s_glibc, $"{file} needs glibc {versions.Max()}");
        }
    }
}
