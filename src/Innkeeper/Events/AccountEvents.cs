namespace Innkeeper.Events;

/// <summary>The file of the accounts was damaged; a new one was begun.</summary>
/// <param name="Path">Where the damaged one is now.</param>
/// <param name="IsWhole">The accounts were in memory, and the new file has them all.</param>
internal sealed record AccountsSetAside(string Path, string Reason, bool IsWhole) : GatewayEvent(EventKind.Accounts);

/// <summary>The accounts cannot be read or written.</summary>
internal sealed record AccountsUnusable(string Reason) : GatewayEvent(EventKind.Accounts);

/// <summary>The accounts can be read and written again.</summary>
internal sealed record AccountsUsable() : GatewayEvent(EventKind.Accounts);

/// <summary>A user, token or session was added, changed or removed.</summary>
/// <param name="Outcome">A sentence without the name of the user who did it.</param>
internal sealed record AccountChanged(string Outcome, string Actor) : GatewayEvent(EventKind.AccountChange, new(Actor: Actor));

/// <summary>Sign-ins were refused so often that the client must wait.</summary>
/// <param name="Name">The name that was given last.</param>
/// <param name="From">The address that it was given from.</param>
/// <param name="Refused">How many since the event before this one.</param>
internal sealed record SignInsRefused(string Name, string From, int Refused) : GatewayEvent(EventKind.SignInRefused);
