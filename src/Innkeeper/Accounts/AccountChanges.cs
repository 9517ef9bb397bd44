using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Accounts;

/// <summary>One change of the accounts: who makes it, what it is called, and how it is said.</summary>
/// <param name="What">As <see cref="AuditEntry.What"/>.</param>
/// <param name="Name">The user's or token's.</param>
/// <param name="Text">One sentence.</param>
internal sealed record AccountOrder(Actor Actor, string What, string Name, string Text)
{
    /// <summary>The fields before it.</summary>
    public Dictionary<string, string?> Before { get; init; } = [];

    /// <summary>The fields after it.</summary>
    public Dictionary<string, string?> After { get; init; } = [];

    /// <summary>Nothing is to be done: only whether it could be.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>A new token's value.</summary>
    public string? Token { get; init; }
}

/// <summary>Carries changes of the accounts out, with an event and an entry in the audit trail for each.</summary>
internal sealed class AccountChanges(AccountStore store, EventLog events)
{
    public AccountState State => store.State;

    /// <summary>Why no account can be read or written; null: they can.</summary>
    public Unavailable? Trouble => store.IsKnown ? null : new Unavailable(store.Failure ?? "the accounts cannot be read");

    /// <inheritdoc cref="AccountStore.Touch"/>
    public void Touch(Func<AccountState, AccountState> change) => store.Touch(change);

    /// <param name="change">The accounts after it, or why it cannot be made. It may be called several times.</param>
    public Result<AccountChange> Do(AccountOrder order, Func<AccountState, Result<AccountState>> change)
    {
        if (order.IsDryRun)
        {
            var would = Trouble is { } trouble ? trouble : Checked(State);
            return would.IsOk ? new AccountChange(order.Name, order.Text, DryRun: true) : would.Failure;
        }

        var (before, after) = AuditFields.Of(order.Before, order.After);
        if (store.Change(Checked, new AuditEntry(order.Actor, order.What, order.Name, order.Text, before, after)) is { } failure)
        {
            return failure;
        }

        events.Add(new AccountChanged(order.Text, order.Actor.Name));
        return new AccountChange(order.Name, order.Text, order.Token);

        // No change takes the last administrator away: the console would be lost to all.
        Result<AccountState> Checked(AccountState state) => change(state) is not { IsOk: true } next ? change(state)
            : state.HasAdmin && !next.Value.HasAdmin
                ? new Conflict(order.Name, order.Name, Note: $"{order.Name} is the last administrator who can sign in; make another one first")
                : next;
    }
}
