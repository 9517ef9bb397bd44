namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>A folder of the corpora, which are not committed; null where they are not beside the checkout.</summary>
    public static string? Corpus(string name)
    {
        var corpus = Path.GetFullPath(Path.Combine(Root, "..", "shared", "corpora", name));
        return Directory.Exists(corpus) ? corpus : null;
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Innkeeper.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests run from within the checkout they were built in.");
    }
}
