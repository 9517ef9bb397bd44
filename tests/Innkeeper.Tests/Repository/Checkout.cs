using System.Diagnostics;

namespace Innkeeper.Tests.Repository;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>What is committed, with paths from the root; without git, what a walk finds outside of build output.</summary>
    public static IReadOnlyList<string> Files { get; } = List();

    /// <summary>A folder or file of the corpora, which are not committed; null where they are not beside the checkout.</summary>
    public static string? Corpus(string path)
    {
        var corpus = Path.GetFullPath(Path.Combine(Root, "..", "shared", "corpora", path));
        return Path.Exists(corpus) ? corpus : null;
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Innkeeper.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests run from within the checkout they were built in.");
    }

    private static List<string> List()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            RedirectStandardOutput = true,
        })!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(Root, f))).ToList();
        git.WaitForExit();
        return files;
    }
}
