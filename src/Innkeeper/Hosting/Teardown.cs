using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.DataPlane;
using Innkeeper.Links;

namespace Innkeeper.Hosting;

/// <summary>Removes everything that `run` left on the machine, also after a crash. A part that is already gone is no error.</summary>
internal static class Teardown
{
    public static int Run(InnkeeperConfig config, TextWriter output, TextWriter errors)
    {
        try
        {
            if (ControlServer.IsAnswering(config.Control.Socket))
            {
                errors.WriteLine($"innkeeper: a gateway is running (it answers at {config.Control.Socket}); stop it first");
                return ExitCode.Failure;
            }

            if (SystemRequirements.ToTearDown(SystemInfo.Read()) is [var lacking, ..])
            {
                errors.WriteLine($"innkeeper: {lacking}");
                return ExitCode.Failure;
            }

            // A part that does not exist is no error, but libbpf would report it on stderr.
            LibbpfLog.Start();
            var pins = new PinFolder(config.DataPlane.Bpffs);
            var pinned = pins.Exists;
            var programs = new LoadedPrograms(pins.Path);
            var removed = Hooks.Everywhere().Count(hook => BpfPlane.Detach(hook, programs));
            var link = InsideNetwork.Remove();
            FallbackRoute.Remove();
            Neighbors.ReleaseAll();
            pins.Remove();
            if (!SocketFile.RemoveDead(config.Control.Socket))
            {
                errors.WriteLine($"innkeeper: {config.Control.Socket} ([control] socket) is not the socket of a stopped gateway; it was not removed");
            }

            SocketFile.RemoveFolder(config.Control.Socket);
            output.WriteLine(removed == 0 && !link && !pinned
                ? "nothing to remove"
                : $"removed {removed} programs, their maps and the inside network; the database of devices stays in {config.State.Directory}");
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is NetlinkException or DataPlaneException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"innkeeper: {e.Message}");
            return ExitCode.Failure;
        }
    }
}
