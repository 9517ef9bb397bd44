using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>Bindings as the data plane has them: the control plane writes them, and reads them at its start.</summary>
internal interface IBindingMap : IBindingActivity
{
    uint Capacity { get; }

    /// <summary>How many meters there are.</summary>
    uint Meters { get; }

    /// <summary>A new binding of a device that was heard at <paramref name="heard"/>.</summary>
    void Add(Binding binding, TimeSpan heard);

    /// <summary>Writes slot and indexes, which may be there already.</summary>
    void Write(Binding binding);

    void Remove(Binding binding);

    /// <summary>Ends all mappings of a binding: they belong to an earlier generation. Call it before the slot is written.</summary>
    void EndMappings(uint number);

    /// <summary>The generation of the mappings that a binding's slot has now.</summary>
    uint GenerationOf(uint number);

    /// <summary>Every slot in use, as an earlier process left them.</summary>
    IEnumerable<(uint Number, BindingSlot Slot)> Read();

    /// <summary>Empties a slot that cannot continue.</summary>
    void Clear(uint number);

    /// <summary>Makes the indexes match the slots of these bindings, and nothing more.</summary>
    void RebuildIndexes(IReadOnlyCollection<Binding> bindings);

    /// <summary>DNS over TLS at an address counts as unresponsive until then.</summary>
    void MarkSilent(Ipv4Address server, TimeSpan until);

    /// <summary>As which addresses hosts outside appear to a binding's device; null: they appear as they are.</summary>
    Appearances? AppearancesOf(uint number);

    /// <param name="places">Null: there are none any more.</param>
    void WriteAppearances(uint number, Appearances? places);

    /// <summary>All of them, as an earlier process left them.</summary>
    IReadOnlyList<(uint Number, Appearances Places)> ReadAppearances();

    /// <summary>Packets and octets each way.</summary>
    Traffic TrafficOf(uint number);
}
