namespace Innkeeper.Management;

/// <summary>An actor's permission. Each includes the previous ones.</summary>
internal enum Permission
{
    /// <summary>Read everything.</summary>
    Viewer,

    /// <summary>Decide about devices.</summary>
    Operator,

    /// <summary>Change the gateway itself.</summary>
    Admin,
}

internal enum ActorKind
{
    /// <summary>A user of this machine, as the kernel knows it.</summary>
    LocalUser,

    /// <summary>The process's own doing, such as on a signal.</summary>
    Process,
}

/// <summary>The user or process that asks for an operation, and its permission.</summary>
/// <param name="Name">As shown with a decision: "root".</param>
internal sealed record Actor(string Name, ActorKind Kind, Permission Permission)
{
    /// <summary>Null when the actor has this permission.</summary>
    public Forbidden? Lacks(Permission needed) => Permission >= needed ? null : new Forbidden(needed.ToString().ToLowerInvariant(), Name);
}
