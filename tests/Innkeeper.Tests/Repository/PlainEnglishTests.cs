namespace Innkeeper.Tests.Repository;

/// <summary>What people read is plain English: short sentences with named subjects, and one word for one thing.</summary>
public sealed class PlainEnglishTests
{
    /// <summary>Files and folders of documents.</summary>
    private static readonly string[] s_documents = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/", "innkeeper.toml"];

    /// <summary>Folders whose comments and string literals follow the same rules.</summary>
    private static readonly string[] s_sources =
    [
        "bpf/", "lab/", "tests/kernels/", "src/Innkeeper.Wire/",
        "src/Innkeeper/",
    ];

    public static TheoryData<string> Documents => [.. Within(s_documents).Where(f => !f.EndsWith(".png", StringComparison.Ordinal))];

    public static TheoryData<string, string> Examples
    {
        get
        {
            var examples = new TheoryData<string, string>();
            foreach (var rule in PlainEnglish.Rules)
            {
                examples.Add(rule.Example, rule.Instead);
            }

            return examples;
        }
    }

    private static IEnumerable<string> Within(string[] places) =>
        Checkout.Files.Where(f => places.Any(p => p.EndsWith('/') ? f.StartsWith(p, StringComparison.Ordinal) : f == p));

    private static void AssertPlain(IEnumerable<string> files)
    {
        var findings = files.SelectMany(f => PlainEnglish.Check(f, Checkout.Read(f))).ToList();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_IsPlainEnglish(string document) => AssertPlain([document]);

    [Fact]
    public void Sources_CommentsAndLiterals_ArePlainEnglish() => AssertPlain(Within(s_sources));

    [Fact]
    public void Places_EachHasFiles() => Assert.All(s_documents.Concat(s_sources), p => Assert.NotEmpty(Within([p])));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Rule_ItsExample_IsFound(string example, string instead) =>
        Assert.Contains(PlainEnglish.Check("a.md", example), f => f.Instead == "write " + instead);

    [Theory]
    [InlineData("A packet that has a binding belongs to a foreign device.")]
    [InlineData("A device that waits for approval sees a page. What happens if it asks again? It is held.")]
    [InlineData("The error names what is missing and what to do; the log shows what has changed.")]
    [InlineData("The two are told apart by their MAC. The guest who asked gets an answer.")]
    [InlineData("The previous settings are active again. Otherwise the gateway returns an error.")]
    [InlineData("## What the LAN sees\n\nThe LAN sees one MAC.")]
    [InlineData("`innkeeper status` counts `strangers_asked` and prints `those of before`, see [decision 12](0012-strangers.md).")]
    [InlineData("```\nnobody is told\n```\n")]
    [InlineData("A device gets its index, else 0; null while all is well.")]
    [InlineData("There may be so many packets that the queue is full. The lower half of the other header holds the hash.")]
    public void Check_PlainSentence_FindsNothing(string text) => Assert.Empty(PlainEnglish.Check("a.md", text));

    [Fact]
    public void Check_PhraseOverTheEndOfALine_NamesFileLineWordAndAdvice() =>
        Assert.Equal(["docs/a.md:2: \"of before\": write \"previous\""], PlainEnglish.Check("docs/a.md", "One.\nThe settings of\nbefore.\n").Select(f => f.ToString()));

    [Fact]
    public void Check_Toml_ReadsCommentsOnly() =>
        Assert.Equal([1, 4], PlainEnglish.Check("a.toml", "# Nobody\nnobody = \"nobody\"\n# nobody = \"nobody\"\n# What it says of\n# a thing.\n").Select(f => f.Line).Order());

    [Theory]
    [InlineData("var nobody = 1;", 0)]
    [InlineData("// If nobody asks.", 1)]
    [InlineData("/// <summary>The settings of\n/// before.</summary>", 1)]
    [InlineData("/// <summary>What it has.</summary>", 1)]
    [InlineData("/* The settings\n * of before. */", 1)]
    [InlineData("var a = \"of\"; var before = \"before\";", 0)]
    [InlineData("Log(\"nobody \\\" anybody\"); var nobody = '\"'; // nobody", 3)]
    [InlineData("Log($\"{(nobody ? \"nobody\" : \"{\")} {{nobody}}\"); nobody();", 2)]
    [InlineData("Log(@\"a \"\" nobody\"); nobody();", 1)]
    [InlineData("Log(\"\"\"a \" nobody\"\"\"); nobody();", 1)]
    [InlineData("Log(\"legal address\"); // legal address", 1)]
    public void Check_Code_ReadsCommentsAndLiterals(string code, int findings) => Assert.Equal(findings, PlainEnglish.Check("a.cs", code).Count());
}
