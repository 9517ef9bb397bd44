using System.Collections.ObjectModel;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>What was written, in order. Several maps can write to one more journal, which shows their order among each other.</summary>
internal sealed class WriteJournal(WriteJournal? all = null) : Collection<string>
{
    /// <summary>The entries since the last call, or since the start.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = this.ToArray();
        Clear();
        return taken;
    }

    protected override void InsertItem(int index, string item)
    {
        base.InsertItem(index, item);
        all?.Add(item);
    }
}
