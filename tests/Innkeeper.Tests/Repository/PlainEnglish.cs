using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>Where a rule applies.</summary>
[Flags]
internal enum Prose
{
    Document = 1,
    Literal = 2,
    Comment = 4,

    /// <summary>Texts for users: one word for one thing. Comments may use the names of the types.</summary>
    Users = Document | Literal,
    Everywhere = Document | Literal | Comment,
}

/// <summary>A word or pattern that slows a reader down.</summary>
/// <param name="Pattern">A regular expression; a space in it matches any white space, also the end of a line. Case does not matter.</param>
/// <param name="Instead">Advice for the failure message.</param>
/// <param name="Example">A sentence that breaks the rule: a test shows with it that the rule can fail.</param>
internal sealed record PlainEnglishRule(string Pattern, string Instead, string Example, Prose Where = Prose.Everywhere)
{
    public Regex Regex { get; } = new(Pattern.Replace(" ", @"\s+", StringComparison.Ordinal), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}

/// <summary>A place that breaks a rule.</summary>
internal sealed record PlainEnglishFinding(string File, int Line, string Found, string Instead)
{
    public override string ToString() => $"{File}:{Line}: \"{Found}\": {Instead}";
}

/// <summary>Finds words and patterns that readers with English as a second language stumble on. No I/O.</summary>
internal static class PlainEnglish
{
    /// <summary>Prefer a rule that misses some bad sentences to a rule that rejects good ones.</summary>
    public static IReadOnlyList<PlainEnglishRule> Rules { get; } =
    [
        // A clause that stands for a noun.
        new(@"(?<!# )(?-i:\b(What|Who|Whom|Whose|Whoever|Whatever)\b)(?![^.?!|]*\?)[^.?!|]{0,30}", "name the subject: \"a packet that …\", \"a device that …\"", "What has a binding is forwarded."),
        new(@"\bwhat (has (an?|no)|fits|does not fit|neither|nobody|comes (?!next|first|after)|came (?!next|first|after))\b", "name the subject: \"packets that have …\"", "On one arm, what has a binding is translated."),
        new(@"\bwhoever\b", "\"the device that …\", \"the user who …\"", "The socket belongs to whoever runs the gateway."),
        new(@"\bwho (waits|comes|came)\b", "\"a device that waits for approval\", \"a new device\"", "A page tells who waits that it must be approved."),
        new(@"\b(to|for|by|with|than) who\b", "name the subject: \"to clients that asked\"", "AD is set only to who asked."),
        new(@"\b(next|last|first) who\b", "name the subject: \"the next device that …\"", "The next who asks is answered at once."),
        new(@"\bwho may come in\b", "\"which devices are let in\"", "Profiles say who may come in."),
        new(@"\bwhose ((it|they|that) (is|are)|is|the)\b", "\"which device has it\", \"the owner of …\"", "The table says whose it is."),
        new(@"\bthat which\b", "\"the one that\", or the noun", "It has that which the rule names."),
        new(@"\bwhat (it|they|we) (is|are) outside\b", "\"its outside address\"", "The table shows what it is outside."),
        new(@"\bwhat (came|becomes?|became) of\b", "\"the result\", \"the state of\"", "The log says what came of it."),

        // Words for people in place of hosts, devices and users.
        new(@"\b(nobody|somebody|everybody|anybody)\b", "name it: \"no host\", \"another device\", \"every client\"", "If nobody answers, the gateway does."),
        new(@"\b(he|him|his|himself)\b", "\"you\" for the administrator, \"it\" for a device", "It is held without asking him."),

        // Old or rare turns of phrase.
        new(@"\bof before\b", "\"previous\"", "The settings of before are in force."),
        new(@"\banew\b", "\"again\"", "The file is read anew."),
        new(@"\bfor ever\b", "\"permanently\", \"once only\"", "Each MAC is reported once for ever."),
        new(@"\bas ever\b", "\"as always\", or leave it out", "It looks at the rest as ever."),
        new(@"\bmend(s|ed|ing)?\b", "\"fix\", \"correct\"", "The error is hidden until the file is mended."),
        new(@"\bto be had\b", "\"available\"", "That kernel is not to be had here."),
        new(@"\bnot to be read\b", "\"not readable\"", "The file is not to be read."),
        new(@"\bto be such\b", "name it", "Such addresses are said to be such."),
        new(@"(?<!\ball )\bis well(?=[.,;])", "\"is allowed\"", "Over midnight is well."),
        new(@"\b(is|are|was|were|be|been|being) told\b(?! (apart|from))", "\"is notified\", \"gets an ICMP error\", \"the gateway sends a mail\"", "The administrator is told by mail."),
        new(@"\bso many\b[^.|]{0,40}\bthere (may|can) be\b|\bso many at once\b", "\"the maximum number of …\", \"up to N\"", "So many undecided devices there may be."),
        new(@"\b(stand|stands|stood) against\b", "\"conflicts with\", \"prohibits\"", "An address of another device stands against it."),
        new(@"\b(hold|holds|held) (\w+ )?against\b", "\"compares with\"", "Settings are held against each other."),
        new(@"\b(go|goes|go on) (its|their) way\b", "\"is forwarded\"", "Other traffic goes its way."),
        new(@"\b(hang|hangs|hung) (at|by|beside)\b", "\"is attached by\"", "Programs hang by tcx."),
        new(@"\bmade up (addresses|MACs)\b", "\"randomized MAC addresses\"", "Made up addresses are counted together."),
        new(@"\b(admission|what) is over\b", "\"the admission has expired\", \"ended …\"", "Its admission is over."),

        // "else" by itself.
        new(@"\ball else\b", "\"everything else\", \"all other …\"", "REFUSED for all else."),
        new(@"(?<=[,;] )else\b(?! (if\b|\d))", "\"otherwise\", \"or\"", "It gets its own address, else a shared one."),
        new(@"(?<=(^|[.!?|])\s*)(?-i:Or else)\b", "\"Otherwise\"", "It is stored. Or else it is lost."),

        // A word of its own in place of the field's.
        new(@"\bpure(?=[.:;])|\b(is|are) pure\b", "\"no I/O, clock or log\"", "The responder is pure."),
        new(@"\binterlopers?\b", "\"foreign device\"", "Innkeeper serves the interlopers."),
        new(@"\bimpostors?\b", "\"spoofer\"", "The other is an impostor."),
        new(@"\bstrangers?\b", "\"unverified device\"", "The oldest stranger makes room."),
        new(@"\bnewcomers?\b", "\"new device\"", "Newcomers wait."),

        // One word for one thing, in texts for users (the glossary of README.md).
        new(@"\blegal address(es)?\b", "\"outside address\"", "Each device has a legal address.", Prose.Users),
        new(@"\bclaimed address(es)?\b", "\"own address\"", "The claimed address is translated.", Prose.Users),
        new(@"\bbeliev(e|es|ed|ing) in\b|\bbelieved gateway\b", "\"the gateway it uses\"", "The gateway a device believes in answers pings.", Prose.Users),
    ];

    public static IEnumerable<PlainEnglishFinding> Check(string file, string text)
    {
        foreach (var (prose, kind) in Proses(file, text))
        {
            foreach (var rule in Rules.Where(r => r.Where.HasFlag(kind)))
            {
                foreach (Match match in rule.Regex.Matches(prose))
                {
                    var line = 1 + text.AsSpan(0, match.Index).Count('\n');
                    yield return new PlainEnglishFinding(file, line, Regex.Replace(match.Value, @"\s+", " "), "write " + rule.Instead);
                }
            }
        }
    }

    private static IEnumerable<(string Prose, Prose Kind)> Proses(string file, string text) => Path.GetExtension(file) switch
    {
        ".md" => [(ProseText.OfMarkdown(text), Prose.Document)],
        ".toml" => [(ProseText.OfToml(text), Prose.Document)],
        ".cs" or ".c" or ".h" => [(ProseText.OfCode(text, isLiterals: true), Prose.Literal), (ProseText.OfCode(text, isLiterals: false), Prose.Comment)],
        _ => [],
    };
}
