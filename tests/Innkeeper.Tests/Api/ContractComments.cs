using System.Text.RegularExpressions;
using System.Xml.Linq;
using Innkeeper.Management;

namespace Innkeeper.Tests.Api;

/// <summary>The comments on the API's types, from the file that the compiler makes of them.</summary>
internal sealed partial class ContractComments
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public ContractComments()
    {
        var file = XDocument.Load(Path.ChangeExtension(typeof(Failure).Assembly.Location, ".xml"));
        foreach (var member in file.Descendants("member"))
        {
            var name = member.Attribute("name")!.Value;
            if (name.StartsWith("T:Innkeeper", StringComparison.Ordinal) && member.Element("summary") is { } summary)
            {
                _texts[name[2..]] = TextOf(summary);
                foreach (var parameter in member.Elements("param"))
                {
                    _texts[$"{name[2..]}.{parameter.Attribute("name")!.Value}"] = TextOf(parameter);
                }
            }
            else if (name.StartsWith("P:Innkeeper", StringComparison.Ordinal) && member.Element("summary") is { } property)
            {
                _texts.TryAdd(name[2..], TextOf(property));
            }
        }
    }

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();

    public string? Of(Type type) => _texts.GetValueOrDefault(type.FullName!);

    public string? Of(Type type, string member) => _texts.GetValueOrDefault($"{type.FullName}.{member}");

    private static string TextOf(XElement element)
    {
        foreach (var reference in element.Descendants().ToList())
        {
            var name = reference.Attribute("name")?.Value ?? reference.Attribute("cref")?.Value.Split('.')[^1] ?? reference.Value;
            reference.ReplaceWith($"`{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}`");
        }

        return Spaces().Replace(element.Value, " ").Trim();
    }
}
