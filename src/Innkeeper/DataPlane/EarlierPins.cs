using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane;

/// <summary>
/// Pins what an earlier gateway left attached without a pin: version 0.1.0 pinned no programs, and pins go with their mount. With these
/// pins a gateway without CAP_SYS_ADMIN takes over. It takes that capability itself.
/// </summary>
internal static class EarlierPins
{
    /// <param name="pins">The folder of the pins.</param>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    public static void Complete(string pins) => Complete(pins, Netlink.ReadInterface(InsideNetwork.StackEnd, out var stack) ? Hooks.Everywhere().Prepend(Hooks.FromStack(stack)) : Hooks.Everywhere());

    internal static void Complete(string pins, IEnumerable<Hook> hooks)
    {
        var programs = new LoadedPrograms(pins);
        var hasMaps = Directory.GetFiles(pins).Any(pin => !LoadedPrograms.IsPin(pin));
        foreach (var hook in hooks)
        {
            foreach (var id in Tcx.Ours(hook, programs).Append(Clsact.Ours(hook, programs)).Where(id => id != 0))
            {
                var program = programs.Open(id);
                programs.Pin(program);
                _ = Libc.close(program);
                PinMaps(hasMaps ? [] : programs.Maps(id, hook.Program), pins);
            }
        }
    }

    /// <summary>No single program uses all maps; together they do. One that is pinned already stays.</summary>
    private static void PinMaps(List<(string Name, int Fd)> maps, string pins)
    {
        foreach (var (name, fd) in maps)
        {
            // The compiler's own maps have a dot in their names; they hold no state.
            if (!name.Contains('.'))
            {
                _ = Libbpf.bpf_obj_pin(fd, Path.Combine(pins, RenamedMaps.NameNow(name)));
            }

            _ = Libc.close(fd);
        }
    }
}
