using System.CommandLine;
using Innkeeper.Configuration;
using Innkeeper.Notifications;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`innkeeper mail`.</summary>
internal static class MailCommands
{
    public static Command Of(CommandContext context)
    {
        var to = new Option<string>("--to") { Description = "Send to this address instead of those in the configuration.", HelpName = "ADDRESS" };
        var test = new ExplainedCommand("test", "Send one message now and show the mail server's answers.", "mail test", "mail test --to admin@example.net") { context.Config, to };
        test.SetAction(parsed => context.LoadFile(parsed) is null
            ? context.Fail($"{CommandContext.DefaultConfig} does not exist; give a file with a [mail] table with --config")
            : context.WithSettings(parsed, settings => Test(settings.Mail, parsed.GetValue(to), context.Output, context.Errors)));
        return new ExplainedCommand("mail", "Test the mail that the gateway sends to you.", "mail test") { test };
    }

    /// <param name="to">The recipient; null: those in the configuration.</param>
    /// <returns>The exit code.</returns>
    private static int Test(MailConfig mail, string? to, TextWriter output, TextWriter errors)
    {
        if (!mail.IsOn)
        {
            errors.WriteLine("innkeeper: there is no mail server in the configuration; set [mail] server, from and to");
            return ExitCode.Failure;
        }

        if (to is not null && !NotificationConfig.IsMailAddress(to))
        {
            errors.WriteLine($"innkeeper mail test: {SafeText.Shorten(to)} is not valid; give an address such as admin@example.net");
            return ExitCode.Usage;
        }

        return MailTest.Run(to is null ? mail : mail with { To = [to] }, TimeProvider.System, output, errors) ? ExitCode.Ok : ExitCode.Failure;
    }
}
