using Innkeeper.Policy;
using Innkeeper.Dhcp;
using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>One row to be written. Two changes of one row fold into one, so the latest state per row is all that waits.</summary>
internal abstract record PendingWrite
{
    /// <summary>Folds a later change of the same row into this one.</summary>
    internal abstract PendingWrite MergeWith(PendingWrite later);
}

/// <summary>The row a change is of.</summary>
internal readonly record struct WriteKey(WriteTable Table, ulong Mac, ushort Vlan, ulong Number, string? Text = null)
{
    internal static WriteKey Of(StoredDeviceKey key) => new(WriteTable.Devices, key.Mac.Value, key.Vlan, 0);

    internal static WriteKey Of(StoredBindingKey key) => new(WriteTable.Bindings, key.Mac.Value, key.Vlan, key.Claimed.Value);

    internal static WriteKey OfQuarantine(Ipv4Address legal) => new(WriteTable.Quarantine, 0, 0, legal.Value);

    internal static WriteKey Of(LeaseKey key) => new(WriteTable.Leases, key.Station.Mac.Value, key.Station.Vlan, 0, key.Client.Hex);

    internal static WriteKey OfRecord(MacAddress mac) => new(WriteTable.Records, mac.Value, 0, 0);

    internal static WriteKey OfGateway(string name) => new(WriteTable.GatewayOutages, 0, 0, 0, name);

    internal static WriteKey OfEvent(ulong number) => new(WriteTable.Events, 0, 0, number);
}

internal enum WriteTable
{
    Devices,
    Bindings,
    Quarantine,
    Events,
    Records,
    Leases,
    OutboxMessages,
    Throttles,
    NotifiedDevices,
    GatewayOutages,
}

internal sealed record SaveDevice(StoredDevice Device) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later switch
    {
        TouchDevice touch => new SaveDevice(Device with { LastSeen = Latest.Of(Device.LastSeen, touch.LastSeen) }),
        _ => later,
    };
}

internal sealed record TouchDevice(StoredDeviceKey Key, DateTimeOffset LastSeen) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later switch
    {
        TouchDevice touch => this with { LastSeen = Latest.Of(LastSeen, touch.LastSeen) },
        _ => later,
    };
}

internal sealed record SaveBinding(StoredBinding Binding) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later switch
    {
        TouchBinding touch => new SaveBinding(Binding with
        {
            LastSeen = Latest.Of(Binding.LastSeen, touch.LastSeen),
            Released = Binding.Released || touch.Release,
        }),
        _ => later,
    };
}

/// <param name="Key">Which binding.</param>
/// <param name="LastSeen">It was seen then, or released then.</param>
/// <param name="Release">Whether it is released with that; false leaves it as it is.</param>
internal sealed record TouchBinding(StoredBindingKey Key, DateTimeOffset LastSeen, bool Release) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later switch
    {
        TouchBinding touch => this with { LastSeen = Latest.Of(LastSeen, touch.LastSeen), Release = Release || touch.Release },
        _ => later,
    };
}

/// <param name="Quarantine">Which address and until when.</param>
internal sealed record SaveQuarantine(StoredQuarantine Quarantine) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record EndQuarantine(Ipv4Address Legal) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record AddEvent(DateTimeOffset Time, string Kind, string Text) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

/// <param name="Row">Is told when the lease is on disk.</param>
/// <param name="Done">Called once: with true when it is on disk, with false when that failed for now. Not called when a later change overtakes this one.</param>
internal sealed record SaveLease(StoredLease Lease, LeaseRow Row, Action<bool>? Done) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record SaveRecord(DeviceRecord Record) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record ForgetLease(LeaseKey Key) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record ForgetRecord(MacAddress Mac) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record SaveGatewayOutage(GatewayOutage Gateway) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record ForgetGatewayOutage(string Name) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

/// <summary>A binding and, if it was its last, its device are not remembered.</summary>
internal sealed record ForgetBinding(StoredBindingKey Key) : PendingWrite
{
    internal override PendingWrite MergeWith(PendingWrite later) => later is TouchBinding ? this : later;
}

internal static class Latest
{
    internal static DateTimeOffset Of(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
