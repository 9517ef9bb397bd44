using System.Collections.Immutable;
using System.Globalization;

namespace Innkeeper.Configuration;

/// <summary>The settings of [[exports]].</summary>
internal static class ExportDefinitions
{
    private const long LeastSpool = 1 << 20;
    private const long MostSpool = 4L << 30;
    private const int MostKept = 3650;

    private static readonly SettingType<string> s_name = SettingTypes.Text(
        "export-name", "up to 32 lower-case letters, digits and '-', beginning with a letter, such as \"siem\"", RepeatedTable.IsName, RepeatedTable.NamePattern);

    private static readonly SettingType<ExportTarget> s_target = SettingTypes.Text(
        "export-target", "a place such as \"udp://logs.example.net:514\", \"tls://logs.example.net\", \"ipfix+tcp://logs.example.net\" or \"/var/log/innkeeper/events.jsonl\"",
        text => ExportTarget.Parse(text) is { } target ? target : Parsed<ExportTarget>.Invalid, target => target.ToString(), "^(/|(udp|tcp|tls|ipfix\\+udp|ipfix\\+tcp)://).+$") with
    {
        Validate = OfTarget,
    };

    private static readonly SettingType<ExportContent> s_content = SettingTypes.OneOf(("events", ExportContent.Events), ("audit", ExportContent.Audit), ("mappings", ExportContent.Mappings));

    private static readonly SettingType<ImmutableArray<ExportContent>> s_contents = SettingTypes.List("contents", "a list of \"events\", \"audit\" and \"mappings\", or some of them", s_content, 1, 3) with
    {
        Validate = OfContents,
    };

    /// <summary>Zero: the gateway does not rotate the file.</summary>
    private static readonly SettingType<TimeSpan> s_keep = SettingTypes.DurationOrNone("keep", "1d", MostKept, "\"30d\"", "the gateway to leave the file alone");

    public static readonly SettingTable<ExportConfig> All = new(
        new ExportConfig(),
        "Sends events, the audit trail and the mapping log to a collector, or writes them to a file (docs/exports.md). Up to 8 exports.")
    {
        { "name", s_name, e => e.Name is "" ? null : e.Name, (e, v) => e with { Name = v }, "The name of the export in the status and in metrics. Each export has another one.", "\"siem\"" },
        {
            "to", s_target, e => e.To, (e, v) => e with { To = v },
            "Syslog: \"udp://HOST:PORT\", \"tcp://HOST:PORT\" or \"tls://HOST:PORT\" (ports 514, 514 and 6514 if not given). IPFIX: \"ipfix+udp://HOST:PORT\" or \"ipfix+tcp://HOST:PORT\" (4739). "
            + "A full path: lines of JSON in that file.",
            "\"tls://logs.example.net:6514\""
        },
        {
            "what", s_contents, e => e.Given, (e, v) => e with { Given = v },
            "The kinds of records to export; if not set, all of them. IPFIX has the mappings only.",
            "[\"events\", \"audit\", \"mappings\"]"
        },
        {
            "spool", SettingTypes.Size(LeastSpool, MostSpool, "\"64M\""), e => e.Spool, (e, v) => e with { Spool = v },
            "As many octets wait on disk while the collector does not take them. When there are more, the oldest are lost and counted."
        },
        {
            "keep", s_keep, e => e.To is { Way: not ExportWay.File } ? null : e.Keep, (e, v) => e with { Keep = v },
            "Of a file (a collector keeps its records itself): the gateway begins a new one each day and deletes those that are older than this. \"\": it does not, and you rotate the file by other means, such as logrotate."
        },
        {
            "ca_file", SettingTypes.Path("/etc/innkeeper/ca.pem"), e => e.CaFile, (e, v) => e with { CaFile = v },
            "Of TLS: the authorities that may have issued the collector's certificate (PEM). If not set: those that this host trusts.",
            "\"/etc/innkeeper/ca.pem\""
        },
    };

    /// <param name="number">The export's, from 1.</param>
    public static SettingDefinition Definition(string table, string number, string key)
    {
        var index = int.Parse(number, CultureInfo.InvariantCulture) - 1;
        return All.First(k => k.Name == key).In(table, c => c.Exports[index], (c, changed) => c with { Exports = c.Exports.SetItem(index, changed) });
    }

    private static IEnumerable<ValidationError> OfTarget(ConfigurationValue value)
    {
        if (value.Text is { } text && ExportTarget.Parse(text) is null && text.IndexOf("://", StringComparison.Ordinal) is > 0 and var end && !ExportTarget.Schemes.Contains(text[..end]))
        {
            yield return new ValidationError(null, $"{value.Source} has a way that does not exist; there are {string.Join(", ", ExportTarget.Schemes.Select(s => $"{s}://"))} and a file's full path");
        }
    }

    private static IEnumerable<ValidationError> OfContents(ConfigurationValue value) =>
        (value.List ?? []).Where((item, i) => s_content.Parse(item) is { IsValid: true } content && value.List!.Take(i).Any(before => s_content.Parse(before) == content))
            .Select(item => new ValidationError(item, $"{item.Source} is there twice; keep one"))
            .Concat(ValidationErrors.OfItems(value, s_content));
}
