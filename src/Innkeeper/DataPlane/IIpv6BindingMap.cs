using Innkeeper.Bindings;
using Innkeeper.Ipv6;

namespace Innkeeper.DataPlane;

/// <summary>IPv6 bindings, and IPv6 outside, as the data plane has them.</summary>
internal interface IIpv6BindingMap : IBindingActivity
{
    uint Capacity { get; }

    /// <summary>A new binding of a device that was heard at <paramref name="heard"/>.</summary>
    void Add(Ipv6Binding binding, TimeSpan heard);

    /// <summary>Writes slot and indexes, which may be there already.</summary>
    void Write(Ipv6Binding binding);

    /// <summary>Another binding takes the place of one with the same number and claimed address: it has another outside address.</summary>
    void Move(Ipv6Binding from, Ipv6Binding to);

    void Remove(Ipv6Binding binding);

    /// <summary>Every slot in use, as an earlier process left them.</summary>
    IEnumerable<(uint Number, Binding6Slot Slot)> Read();

    /// <summary>Makes slots and indexes match these bindings, and nothing more.</summary>
    void Rebuild(IReadOnlyCollection<Ipv6Binding> bindings);

    /// <summary>Packets and octets each way.</summary>
    Traffic TrafficOf(uint number);

    /// <summary>IPv6 outside by the main uplink; null: there is none.</summary>
    Ipv6Outside? ReadOutside();

    /// <summary>From then on packets leave by this, and by nothing that was before. An uplink without an entry refuses them.</summary>
    /// <param name="mtu">Octets of the largest packet that the uplink sends.</param>
    void WriteOutside(Ipv6Outside? outside, int mtu);
}
