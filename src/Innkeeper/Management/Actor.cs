namespace Innkeeper.Management;

/// <summary>What an actor may do; each includes those before it.</summary>
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

/// <summary>Who asks for an operation, and with which permission.</summary>
/// <param name="Name">As it stands beside a decision: "root".</param>
internal sealed record Actor(string Name, ActorKind Kind, Permission Permission)
{
    /// <summary>Null when the actor may do what needs this permission.</summary>
    public Forbidden? Lacks(Permission needed) => Permission >= needed ? null : new Forbidden(needed.ToString().ToLowerInvariant(), Name);
}
