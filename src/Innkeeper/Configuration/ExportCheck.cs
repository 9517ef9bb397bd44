namespace Innkeeper.Configuration;

/// <summary>Whether the settings of each export fit each other. No I/O.</summary>
internal static class ExportCheck
{
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result) => result.Config!.Exports.SelectMany((export, i) => OfOne(result, export, i));

    private static IEnumerable<ConfigurationError> OfOne(ConfigurationResult result, ExportConfig export, int index)
    {
        string KeyOf(string key) => $"{RepeatedTable.Exports.TableOf($"{index + 1}")}.{key}";

        var (name, to) = (KeyOf("name"), KeyOf("to"));
        if (export.Name == "" && result.IsValid(name))
        {
            yield return result.ErrorAt(name, "is missing; give the export a name, such as \"siem\"");
        }

        var before = result.Config!.Exports.Take(index).ToList();
        if (export.Name != "" && before.Exists(e => e.Name == export.Name) && result.IsValid(name))
        {
            yield return result.ErrorAt(name, $"\"{export.Name}\" is the name of an export above; give each another name");
        }

        if (export.To is not { } target)
        {
            if (result.IsValid(to))
            {
                yield return result.ErrorAt(to, $"is missing; give {SettingDefinitions.Find(to)!.Expected}");
            }

            yield break;
        }

        if (target.Way == ExportWay.File && before.Exists(e => e.To == target))
        {
            yield return result.ErrorAt(to, $"{target} is the file of an export above; give each a file of its own");
        }

        if (target.IsIpfix && export.Contents is not [ExportContent.Mappings] && result.IsValid(KeyOf("what")))
        {
            yield return result.ErrorAt(KeyOf("what"), "IPFIX carries mappings only (RFC 8158); set [\"mappings\"], or send the others by syslog in an export of their own");
        }

        if (export.CaFile is not null && target.Way != ExportWay.Tls && result.IsValid(KeyOf("ca_file")))
        {
            yield return result.ErrorAt(KeyOf("ca_file"), $"has no effect with {target}: only tls:// checks a certificate; leave it out");
        }
    }
}
