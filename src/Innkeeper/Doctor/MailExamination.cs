using Innkeeper.Notifications;

namespace Innkeeper.Doctor;

/// <summary>The mail server: it is greeted and asked for STARTTLS; no message is sent and no password shown.</summary>
internal sealed class MailExamination : IExamination
{
    public string Name => "mail";

    public async Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        var mail = examined.Config.Mail;
        return mail.IsOn ? [Judge($"{mail.Host}:{mail.Port}", await new SmtpTransport(mail).ReachAsync(stop).ConfigureAwait(false))] : [];
    }

    /// <param name="problem">Null: the server answered as it should.</param>
    internal static Finding Judge(string server, string? problem) => problem is null
        ? Finding.Ok("mail", $"{server} answers and is protected as [mail] tls says")
        : Finding.Failure("mail", problem, "you get no mail until that is corrected; `innkeeper mail test` shows each step");
}
