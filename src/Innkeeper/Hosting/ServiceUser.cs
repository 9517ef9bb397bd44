using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.Hosting;

/// <summary>The user that the package's service runs as. The configuration file is that user's, so that the gateway can write it; its folder stays root's.</summary>
internal static class ServiceUser
{
    private const string Name = "innkeeper";

    /// <summary>Gives a new configuration file to the service, where this machine has its user and this process may.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be given away.</exception>
    public static void Give(string file)
    {
        if (Environment.IsPrivilegedProcess && Users.Find(Name) is { } user && Libc.lchown(file, user.Number, user.Group) != 0)
        {
            throw new UnauthorizedAccessException($"{file} cannot be given to {Name}: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }
    }
}
