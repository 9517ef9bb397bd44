using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.FirstRun;

/// <summary>Reads what a page sent. Texts are judged with the file that they are written to; what is no text is judged here.</summary>
internal static class ChoiceReader
{
    private const int MostRanges = 64;
    private const int MostText = 256;

    /// <param name="ports">The names of the interfaces that there are.</param>
    /// <param name="passwordFile">Where a mail password is to be kept.</param>
    public static Result<SetupChoices> Read(FirstRunChoices given, IReadOnlyList<string> ports, string? listen, string passwordFile)
    {
        if (Wrong(given, ports) is { } wrong)
        {
            return wrong;
        }

        var shared = ImmutableArray.CreateBuilder<AddressRange>();
        foreach (var text in given.Shared ?? [])
        {
            if (text is not { Length: <= MostText } || !AddressRange.TryParse(text, out var range))
            {
                return new Invalid("shared", text ?? "", "an address, or a range such as \"192.0.2.240-192.0.2.242\"");
            }

            shared.Add(range);
        }

        ChosenMail? mail = null;
        if (given.Mail is not null)
        {
            var read = ReadMail(given.Mail, passwordFile);
            if (!read.IsOk)
            {
                return read.Failure;
            }

            mail = read.Value;
        }

        return new SetupChoices(new ChosenInterfaces(given.Access!, given.Uplink!))
        {
            Shared = shared.ToImmutable(),
            IsApproved = given.Admission == "approve",
            Lifetime = given.Lifetime is { Length: > 0 } lifetime ? SettingTypes.ParseDuration(lifetime, 1, 366) : null,
            Mail = mail,
            Listen = listen,
        };
    }

    public static Result<ChosenMail> ReadMail(FirstRunMail given, string passwordFile)
    {
        if (new[] { ("server", given.Server), ("from", given.From), ("to", given.To) }.FirstOrDefault(f => string.IsNullOrWhiteSpace(f.Item2)) is { Item1: { } missing })
        {
            return new Invalid(missing, null, missing == "server" ? "the mail server" : "a mail address");
        }

        if (new[] { ("server", given.Server), ("from", given.From), ("to", given.To), ("user", given.User), ("password", given.Password), ("tls", given.Tls) }
            .FirstOrDefault(f => f.Item2?.Length > MostText) is { Item1: { } longest })
        {
            return new Invalid(longest, "it", $"up to {MostText} characters");
        }

        return new ChosenMail(
            given.Server!.Trim(), given.From!.Trim(), [.. given.To!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Given(given.Tls), Given(given.User), Given(given.Password) is null ? null : passwordFile);
    }

    private static Invalid? Wrong(FirstRunChoices given, IReadOnlyList<string> ports)
    {
        foreach (var (field, name) in new[] { ("access", given.Access), ("uplink", given.Uplink) })
        {
            if (name is null || !ports.Contains(name))
            {
                return new Invalid(field, name, $"one of {string.Join(", ", ports)}");
            }
        }

        return given.Shared?.Count > MostRanges ? new Invalid("shared", "it", $"up to {MostRanges} ranges")
            : given.Admission is not ("auto" or "approve") ? new Invalid("admission", given.Admission, "\"auto\" or \"approve\"")
            : given.Lifetime is { Length: > 0 } lifetime && SettingTypes.ParseDuration(lifetime, 1, 366) is null ? new Invalid("lifetime", lifetime, "a time from \"1s\" to \"366d\", such as \"8h\" or \"7d\"")
            : null;
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
