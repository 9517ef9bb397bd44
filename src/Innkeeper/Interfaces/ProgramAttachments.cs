using Innkeeper.DataPlane;
using Innkeeper.Links;

namespace Innkeeper.Interfaces;

/// <summary>The places where the data plane's programs are attached, and which of them this process has attached.</summary>
internal sealed class ProgramAttachments(IDataPlane dataPlane)
{
    private readonly HashSet<(int Ifindex, string Program)> _attached = [];

    /// <summary>
    /// The places where programs are attached, or may still be from an earlier process, in the order they are attached: the devices' side last.
    /// </summary>
    public static IReadOnlyList<Hook> HooksFor(NetworkState network, LinkInfo stack) =>
    [
        Hooks.FromStack(stack), Hooks.ToUplink(network.Uplink), Hooks.FromUplink(network.Uplink),
        .. network.Others.OfType<UplinkState>().SelectMany(o => (Hook[])[Hooks.ToUplink(o.Interface), Hooks.FromUplink(o.Interface)]),
        Hooks.FromAccess(network.Access),
    ];

    /// <summary>
    /// Attaches all programs and detaches those that an earlier configuration had elsewhere. All or nothing: after a failure no program is
    /// left attached, unless an earlier process's were already at work.
    /// </summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    public void AttachAll(NetworkState network, LinkInfo stack)
    {
        try
        {
            AttachMissing(network, stack);
            foreach (var hook in dataPlane.PossibleHooks().Where(hook => !_attached.Contains((hook.Ifindex, hook.Program))))
            {
                dataPlane.Detach(hook);
            }

            dataPlane.ForgetEarlierPrograms();
        }
        catch when (!dataPlane.IsAdopted)
        {
            foreach (var hook in HooksFor(network, stack).Where(hook => _attached.Remove((hook.Ifindex, hook.Program))))
            {
                dataPlane.Detach(hook);
            }

            throw;
        }
    }

    /// <summary>Attaches programs again that others detached.</summary>
    /// <returns>Which, in words.</returns>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    public IReadOnlyList<string> Restore(NetworkState network, LinkInfo stack)
    {
        var gone = HooksFor(network, stack).Where(hook => _attached.Contains((hook.Ifindex, hook.Program)) && !dataPlane.IsAttached(hook)).ToList();
        foreach (var hook in gone)
        {
            dataPlane.Attach(hook);
        }

        return [.. gone.Select(hook => $"the program {hook.Program} on {hook.Interface}")];
    }

    /// <summary>Attaches the programs to interfaces that have none of them yet.</summary>
    /// <exception cref="DataPlaneException">The kernel refused; the next call continues from there.</exception>
    public void AttachMissing(NetworkState network, LinkInfo stack)
    {
        foreach (var hook in HooksFor(network, stack).Where(hook => !_attached.Contains((hook.Ifindex, hook.Program))))
        {
            dataPlane.Attach(hook);
            _attached.Add((hook.Ifindex, hook.Program));
        }
    }
}
