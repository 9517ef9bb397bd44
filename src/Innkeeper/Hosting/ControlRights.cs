using Innkeeper.Control;

namespace Innkeeper.Hosting;

/// <summary>The users who may use a gateway's commands.</summary>
internal static class ControlRights
{
    /// <summary>A sentence for a user who may not, with the group that may.</summary>
    public static string Missing(string socket) => SocketFile.MissingRight(socket);
}
