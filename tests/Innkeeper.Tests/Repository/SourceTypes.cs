using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>The types that src declares.</summary>
internal static partial class SourceTypes
{
    /// <summary>The folders of each type's name, relative to src/Innkeeper; those of Innkeeper.Wire begin with "Wire".</summary>
    public static ILookup<string, string> Folders { get; } = Files.SelectMany(f => Declaration().Matches(Checkout.Read(f)).Select(m => (Type: m.Groups["type"].Value, Folder: FolderOf(f))))
        .ToLookup(t => t.Type, t => t.Folder);

    public static IEnumerable<string> Files => Checkout.Files.Where(f => f.StartsWith("src/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    [GeneratedRegex(
        @"^(?:(?:public|internal|static|sealed|abstract|readonly|partial|ref|unsafe) )*(?:record struct|record|class|struct|interface|enum) (?<type>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    public static string FolderOf(string file) => Path.GetDirectoryName(file.Replace("src/Innkeeper.Wire/", "src/Innkeeper/Wire/", StringComparison.Ordinal))!["src/Innkeeper".Length..].TrimStart('/');
}
