namespace Innkeeper.Management;

/// <summary>An actor's permission. Each includes the previous ones.</summary>
internal enum Permission
{
    /// <summary>See devices, events and the gateway's status.</summary>
    Viewer,

    /// <summary>The front desk: let a device in for a time, name it, block it.</summary>
    Operator,

    /// <summary>Everything: settings, users, and every decision about devices.</summary>
    Admin,
}

internal enum ActorKind
{
    /// <summary>A user of this machine, as the kernel knows it.</summary>
    LocalUser,

    /// <summary>The process's own doing, such as on a signal.</summary>
    Process,

    /// <summary>A user of the web console, with a session.</summary>
    Person,

    /// <summary>A program with an API token.</summary>
    Token,
}

/// <summary>The user, program or process that asks for an operation, and its permission.</summary>
/// <param name="Name">As shown with a decision: "root".</param>
/// <param name="From">Where the request came from: "socket", or the client's address.</param>
internal sealed record Actor(string Name, ActorKind Kind, Permission Permission, string From = Actor.Socket)
{
    /// <summary>The control socket.</summary>
    public const string Socket = "socket";

    /// <summary>The process's own signals.</summary>
    public const string Signal = "signal";

    /// <summary>The gateway itself, where no user ordered anything.</summary>
    public static Actor Gateway { get; } = new("innkeeper", ActorKind.Process, Permission.Admin, Signal);

    /// <summary>Null when the actor has this permission.</summary>
    public Forbidden? Lacks(Permission needed) => Permission >= needed ? null : new Forbidden(NameOf(needed), Name);

    /// <summary>"viewer", "operator" or "admin": the name of the role that has a permission and no higher one.</summary>
    public static string NameOf(Permission permission) => permission.ToString().ToLowerInvariant();
}
