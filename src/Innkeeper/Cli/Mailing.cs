using Innkeeper.Configuration;
using Innkeeper.Notifications;

namespace Innkeeper.Cli;

/// <summary>`innkeeper mail`.</summary>
internal static class Mailing
{
    /// <param name="to">Instead of the configuration's recipients; null: those.</param>
    /// <returns>The exit code.</returns>
    public static int Test(MailConfig mail, string? to, TextWriter output, TextWriter errors)
    {
        if (!mail.IsOn)
        {
            errors.WriteLine("innkeeper: there is no mail server in the configuration; set [mail] server, from and to");
            return ExitCode.Failure;
        }

        if (to is not null && !NotificationConfig.IsMailAddress(to))
        {
            errors.WriteLine($"innkeeper mail test: {Wording.Shorten(to)} will not do; give an address such as admin@example.net");
            return ExitCode.Usage;
        }

        return MailTest.Run(to is null ? mail : mail with { To = [to] }, TimeProvider.System, output, errors) ? ExitCode.Ok : ExitCode.Failure;
    }
}
