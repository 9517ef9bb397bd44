using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <content>Users, tokens and the audit trail.</content>
internal sealed partial class GatewayClient
{
    public Reply<UsersReport> ListUsers() => Ask(HttpMethod.Get, Routes.Users, s_answers.UsersReport);

    public Reply<AccountChange> AddUser(NewUser user) => Send(HttpMethod.Post, Routes.Users, user, s_requests.NewUser, s_answers.AccountChange);

    public Reply<AccountChange> SetUserRole(string name, string role) => Send(HttpMethod.Put, Routes.Fill(Routes.UserRole, name), new Setting(role), s_requests.Setting, s_answers.AccountChange);

    public Reply<AccountChange> SetUserPassword(string name, NewPassword password) =>
        Send(HttpMethod.Put, Routes.Fill(Routes.UserPassword, name), password, s_requests.NewPassword, s_answers.AccountChange);

    public Reply<AccountChange> SetUserDisabled(string name, bool isDisabled) =>
        Send(HttpMethod.Put, Routes.Fill(Routes.UserDisabled, name), new Setting(isDisabled ? "true" : "false"), s_requests.Setting, s_answers.AccountChange);

    public Reply<AccountChange> DeleteUser(string name) => Ask(HttpMethod.Delete, Routes.Fill(Routes.User, name), s_answers.AccountChange);

    public Reply<SetupLink> MakeSetupLink() => Ask(HttpMethod.Post, Routes.SetupLink, s_answers.SetupLink);

    public Reply<TokensReport> ListTokens() => Ask(HttpMethod.Get, Routes.Tokens, s_answers.TokensReport);

    public Reply<AccountChange> CreateToken(NewToken token) => Send(HttpMethod.Post, Routes.Tokens, token, s_requests.NewToken, s_answers.AccountChange);

    public Reply<AccountChange> DeleteToken(string name) => Ask(HttpMethod.Delete, Routes.Fill(Routes.Token, name), s_answers.AccountChange);

    public Reply<AuditReport> ListAudit(AuditFilter filter)
    {
        var query = new (string Name, string? Value)[] { ("last", $"{filter.Last}"), ("before", filter.Before?.ToString()), ("actor", filter.Actor), ("device", filter.Device), ("text", filter.Text) };
        return Ask(HttpMethod.Get, $"{Routes.Audit}?{string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}"))}", s_answers.AuditReport);
    }
}
