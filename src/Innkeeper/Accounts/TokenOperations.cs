using Innkeeper.Clocks;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Accounts;

/// <summary>The tokens with which programs use the API.</summary>
internal sealed class TokenOperations(AccountChanges changes, TimeProvider clock) : ITokenOperations
{
    private const int Schema = 1;

    public Result<TokensReport> List(Actor actor) => actor.Lacks(Permission.Admin) is { } refusal ? refusal
        : changes.Trouble is { } trouble ? trouble
        : new TokensReport(Schema,
        [
            .. changes.State.Tokens.Values.Select(t => new TokenReport(
                t.Name, Actor.NameOf(t.Role), clock.ToWall(t.Created), t.CreatedBy, clock.ToWall(t.Expires), clock.ToWall(t.LastUse), t.LastFrom is "" ? null : t.LastFrom)),
        ]);

    public ValueTask<Result<AccountChange>> CreateAsync(Actor actor, NewToken token, WriteOptions? options = null)
    {
        var wrong = actor.Lacks(Permission.Admin) ?? (Failure?)AccountValues.CheckName(token.Name) ?? AccountValues.ReadRole(token.Role, out _) ?? AccountValues.ReadTime(token.For, out _);
        if (wrong is not null)
        {
            return new(wrong);
        }

        AccountValues.ReadRole(token.Role, out var role);
        AccountValues.ReadTime(token.For, out var time);
        var (value, now) = (SecretText.NewToken(), clock.GetUtcNow());
        var made = new ApiToken(token.Name!, role, SecretText.HashOf(value)!, now, actor.Name, now + time);
        var end = made.Expires is { } expires ? $"until {clock.ToWall(expires).UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "until it is deleted";
        return new(changes.Do(
            new AccountOrder(actor, "token-create", made.Name, $"the token {made.Name} has the role {token.Role} and is valid {end}")
            {
                After = FieldsOf(made),
                IsDryRun = options?.IsDryRun == true,
                Token = value,
            },
            state => state.Tokens.ContainsKey(made.Name) ? new Conflict(made.Name, made.Name, Note: $"there is a token {made.Name} already")
                : state.Tokens.Count >= ApiToken.Most ? new Unavailable($"there are {ApiToken.Most} tokens, and more are not possible; delete some")
                : state with { Tokens = state.Tokens.Add(made.Name, made) }));
    }

    public ValueTask<Result<AccountChange>> DeleteAsync(Actor actor, string name, WriteOptions? options = null)
    {
        if ((actor.Lacks(Permission.Admin) ?? (Failure?)changes.Trouble) is { } refusal)
        {
            return new(refusal);
        }

        if (changes.State.Tokens.GetValueOrDefault(name) is not { } token)
        {
            return new(new NotFound("token", name));
        }

        return new(changes.Do(
            new AccountOrder(actor, "token-delete", token.Name, $"the token {token.Name} is void") { Before = FieldsOf(token), IsDryRun = options?.IsDryRun == true },
            state => state.Tokens.ContainsKey(name) ? state with { Tokens = state.Tokens.Remove(name) } : new NotFound("token", name)));
    }

    private Dictionary<string, string?> FieldsOf(ApiToken token) => new()
    {
        ["role"] = Actor.NameOf(token.Role),
        ["expires"] = token.Expires is { } expires ? $"{clock.ToWall(expires).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : null,
    };
}
