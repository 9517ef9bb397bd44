using Innkeeper.Control;

namespace Innkeeper.Hosting;

/// <summary>The users who may use a gateway's commands.</summary>
internal static class ControlRights
{
    /// <summary>A sentence for a user who may not, with the group that may.</summary>
    public static string Missing(string socket) => SocketFile.MissingRight(socket);

    /// <summary>Whether a gateway is there, however slow it is to answer.</summary>
    /// <exception cref="UnauthorizedAccessException">This user may not connect.</exception>
    public static bool IsAnswering(string socket) => SocketFile.IsAnswering(socket);
}
