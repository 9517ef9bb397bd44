using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane;

/// <summary>
/// Programs on an interface as classifiers of its clsact, where the kernel has no tcx (before 6.6). The names of our classifiers there
/// tell whether we may remove the clsact: unlike a note in a file or a bpffs, they exist exactly as long as the classifiers,
/// and cannot be about another clsact of that interface's name.
/// </summary>
internal static class Clsact
{
    private const uint Handle = 1;

    /// <summary>The priority of from_access; from_uplink comes after it, as both may be attached to one interface.</summary>
    private const ushort Priority = 100;
    private const string NamePrefix = "innkeeper:";
    private const string MadeSuffix = ":made-clsact";

    /// <summary>Attaches a program there, and replaces ours of the same name in one step.</summary>
    /// <param name="hook">The place and the program's name.</param>
    /// <param name="program">Its file descriptor.</param>
    /// <exception cref="NetlinkException">Refused; nothing was left behind.</exception>
    public static void Attach(Hook hook, int program)
    {
        var made = Netlink.AddClsact(hook.Ifindex, hook.Interface);
        try
        {
            var isOurs = made || Netlink.Classifiers(hook.Ifindex).Exists(IsMarked);
            Netlink.SetClassifier(PlaceOf(hook), hook.Interface, program, NamePrefix + hook.Program + (isOurs ? MadeSuffix : ""));
        }
        catch when (made)
        {
            Netlink.DeleteClsact(hook.Ifindex);
            throw;
        }
    }

    /// <summary>
    /// Detaches our program of that name there; the clsact is removed with the last one, if we made it and no other program uses it.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public static bool Detach(Hook hook, LoadedPrograms programs)
    {
        var all = Netlink.Classifiers(hook.Ifindex);
        if (!all.Exists(c => IsAt(c, hook, programs)))
        {
            return false;
        }

        Netlink.DeleteClassifier(PlaceOf(hook));
        if (IsOursToRemove(all, hook))
        {
            Netlink.DeleteClsact(hook.Ifindex);
        }

        return true;
    }

    /// <summary>The kernel's number of the program of that name that is attached there; 0: none.</summary>
    public static uint Ours(Hook hook, LoadedPrograms programs) => Netlink.Classifiers(hook.Ifindex).Find(c => IsAt(c, hook, programs)).Program;

    /// <summary>The kernel's number of any program that is attached there, whosever it is; 0: none.</summary>
    public static uint Any(Hook hook) => Netlink.Classifiers(hook.Ifindex).Find(c => c.Place == PlaceOf(hook)).Program;

    /// <summary>Whether to remove a clsact after the program at a hook is gone.</summary>
    /// <param name="before">The classifiers there, with that one.</param>
    internal static bool IsOursToRemove(IReadOnlyList<ClassifierRecord> before, Hook hook) => before.Count == 1 && before[0].Place == PlaceOf(hook) && IsMarked(before[0]);

    internal static ClassifierPlace PlaceOf(Hook hook) =>
        new(hook.Ifindex, hook.Direction == Libbpf.BPF_TC_EGRESS, hook.Program == "from_uplink" ? (ushort)(Priority + 1) : Priority, Handle);

    private static bool IsMarked(ClassifierRecord classifier) =>
        classifier.Name.StartsWith(NamePrefix, StringComparison.Ordinal) && classifier.Name.EndsWith(MadeSuffix, StringComparison.Ordinal);

    private static bool IsAt(ClassifierRecord classifier, Hook hook, LoadedPrograms programs) => classifier.Place == PlaceOf(hook) && programs.IsOurs(classifier.Program, hook.Program);
}
