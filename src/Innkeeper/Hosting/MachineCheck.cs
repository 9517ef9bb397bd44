using Innkeeper.Configuration;
using Innkeeper.Notifications;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>
/// The questions that `check` asks of this machine beside the file: all that <see cref="StartupCheck"/> asks, and things that a gateway would find out only later.
/// Answers hold for the user who asks.
/// </summary>
internal static class MachineCheck
{
    /// <returns>Every error, one line each; none: a gateway with these settings would start here and do all that they say.</returns>
    public static IReadOnlyList<string> Errors(ConfigurationResult configuration) =>
        [.. StartupCheck.Check(configuration, out _).Concat(Directories(configuration)).Concat(Secrets(configuration)).Concat(Look(configuration)).Select(e => e.ToString())];

    private static IEnumerable<ConfigurationError> Directories(ConfigurationResult configuration)
    {
        var config = configuration.Config!;
        (string Key, string Directory, bool IsMade)[] all =
        [
            ("state.directory", config.State.Directory, true), ("control.socket", Path.GetDirectoryName(config.Control.Socket) ?? "/", true), ("dataplane.bpffs", config.DataPlane.Bpffs, true),
            .. config.Napt.Log is { Length: > 0 } log ? [("napt.log", Path.GetDirectoryName(log) ?? "/", false)] : Array.Empty<(string, string, bool)>(),
            .. config.Exports.Select((e, i) => ($"{RepeatedTable.Exports.TableOf($"{i + 1}")}.to", Path.GetDirectoryName(e.To!.Path) ?? "", false)).Where(e => e.Item2 != ""),
        ];
        return all.Select(d => (d.Key, Text: ProblemOf(d.Directory, d.IsMade))).Where(d => d.Text is not null).Select(d => configuration.ErrorAt(d.Key, d.Text!));
    }

    /// <summary>Tries it in the nearest directory that exists: permissions alone do not tell what a read-only or special file system takes.</summary>
    /// <param name="isMade">The gateway makes it if it is missing.</param>
    private static string? ProblemOf(string directory, bool isMade)
    {
        var place = directory;
        while (!Directory.Exists(place))
        {
            if (File.Exists(place))
            {
                return $"{place} is not a directory; give another place";
            }

            if (!isMade)
            {
                return $"there is no directory {directory}; make it";
            }

            place = Path.GetDirectoryName(place) ?? "/";
        }

        // Without a dot: a bpffs takes no names with one.
        var probe = Path.Combine(place, $"innkeeper-check-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"nothing can be written to {place} ({SafeText.OneLine(e.Message)}); give another place, or run this as the gateway's user";
        }
    }

    /// <summary>Environment variables are those of the gateway's own process, and cannot be seen from here.</summary>
    private static IEnumerable<ConfigurationError> Secrets(ConfigurationResult configuration)
    {
        var config = configuration.Config!;
        foreach (var (key, source) in new[] { ("mail.password_file", config.Mail.Password), ("webhook.secret_file", config.Webhook.Secret) })
        {
            if (source.File is not null && ProblemOf(source) is { } text)
            {
                yield return configuration.ErrorAt(key, $"{text}; give a file that the gateway's user may read");
            }
        }

        if (config.Mail is { IsOn: true, CaFile: { } authorities } && !File.Exists(authorities))
        {
            yield return configuration.ErrorAt("mail.ca_file", $"{authorities} is not there; give a PEM file");
        }

        foreach (var (export, i) in config.Exports.Select((e, i) => (e, i)).Where(e => e.e.CaFile is not null && !File.Exists(e.e.CaFile)))
        {
            yield return configuration.ErrorAt($"{RepeatedTable.Exports.TableOf($"{i + 1}")}.ca_file", $"{export.CaFile} is not there; give a PEM file");
        }
    }

    /// <summary>The owner's files for the portal's page.</summary>
    private static List<ConfigurationError> Look(ConfigurationResult configuration)
    {
        var config = configuration.Config!;
        if (config.Portal is not { Enabled: true, Directory: { Length: > 0 } directory })
        {
            return [];
        }

        var (look, errors) = PortalLookReader.Read(directory);
        var lacksTerms = look is { Terms.IsEmpty: true } && config.Profiles.Values.Any(p => p.Admission == AdmissionMode.Approve && p.WaysIn.Has(WayIn.Terms));
        return lacksTerms ? [configuration.ErrorAt("portal.directory", $"{directory} has no terms, and a profile's ways_in has \"terms\"; write terms.en.txt there, or leave \"terms\" out")] : errors;
    }

    private static string? ProblemOf(SecretSource source)
    {
        try
        {
            Notifications.Secrets.Read(source);
            return null;
        }
        catch (SecretException e)
        {
            return SafeText.OneLine(e.Message);
        }
    }
}
