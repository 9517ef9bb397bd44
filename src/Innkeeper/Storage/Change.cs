using Innkeeper.Admission;
using Innkeeper.Dhcp;
using Innkeeper.Dispatch;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>One row to be written. Two changes of one row fold into one, so the latest state per row is all that waits.</summary>
internal abstract record Change
{
    /// <summary>Folds a later change of the same row into this one.</summary>
    internal abstract Change Then(Change later);
}

/// <summary>The row a change is of.</summary>
internal readonly record struct ChangeKey(ChangeTable Table, ulong Mac, ushort Vlan, ulong Number, string? Text = null)
{
    internal static ChangeKey Of(StoredDeviceKey key) => new(ChangeTable.Devices, key.Mac.Value, key.Vlan, 0);

    internal static ChangeKey Of(StoredBindingKey key) => new(ChangeTable.Bindings, key.Mac.Value, key.Vlan, key.Claimed.Value);

    internal static ChangeKey OfQuarantine(Ipv4Address legal) => new(ChangeTable.Quarantine, 0, 0, legal.Value);

    internal static ChangeKey Of(LeaseKey key) => new(ChangeTable.Leases, key.Station.Mac.Value, key.Station.Vlan, 0, key.Client.Hex);

    internal static ChangeKey OfRecord(MacAddress mac) => new(ChangeTable.Records, mac.Value, 0, 0);

    internal static ChangeKey OfGateway(string name) => new(ChangeTable.SilentGateways, 0, 0, 0, name);

    internal static ChangeKey OfEvent(ulong number) => new(ChangeTable.Events, 0, 0, number);
}

internal enum ChangeTable
{
    Devices,
    Bindings,
    Quarantine,
    Events,
    Records,
    Leases,
    Letters,
    Pacing,
    Announced,
    SilentGateways,
}

internal sealed record SaveDevice(StoredDevice Device) : Change
{
    internal override Change Then(Change later) => later switch
    {
        TouchDevice touch => new SaveDevice(Device with { LastSeen = Later.Of(Device.LastSeen, touch.LastSeen) }),
        _ => later,
    };
}

internal sealed record TouchDevice(StoredDeviceKey Key, DateTimeOffset LastSeen) : Change
{
    internal override Change Then(Change later) => later switch
    {
        TouchDevice touch => this with { LastSeen = Later.Of(LastSeen, touch.LastSeen) },
        _ => later,
    };
}

internal sealed record SaveBinding(StoredBinding Binding) : Change
{
    internal override Change Then(Change later) => later switch
    {
        TouchBinding touch => new SaveBinding(Binding with
        {
            LastSeen = Later.Of(Binding.LastSeen, touch.LastSeen),
            Released = Binding.Released || touch.Release,
        }),
        _ => later,
    };
}

/// <param name="Key">Which binding.</param>
/// <param name="LastSeen">It was seen then, or released then.</param>
/// <param name="Release">Whether it is released with that; false leaves it as it is.</param>
internal sealed record TouchBinding(StoredBindingKey Key, DateTimeOffset LastSeen, bool Release) : Change
{
    internal override Change Then(Change later) => later switch
    {
        TouchBinding touch => this with { LastSeen = Later.Of(LastSeen, touch.LastSeen), Release = Release || touch.Release },
        _ => later,
    };
}

/// <param name="Quarantine">Which address and until when.</param>
internal sealed record SaveQuarantine(StoredQuarantine Quarantine) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record EndQuarantine(Ipv4Address Legal) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record AddEvent(DateTimeOffset Time, string Kind, string Text) : Change
{
    internal override Change Then(Change later) => later;
}

/// <param name="Row">Is told when the lease is on disk.</param>
/// <param name="Done">Called once: with true when it is on disk, with false when that failed for now. Not called when a later change overtakes this one.</param>
internal sealed record SaveLease(StoredLease Lease, LeaseRow Row, Action<bool>? Done) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record SaveRecord(DeviceRecord Record) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record ForgetLease(LeaseKey Key) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record ForgetRecord(MacAddress Mac) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record SaveSilentGateway(SilentGateway Gateway) : Change
{
    internal override Change Then(Change later) => later;
}

internal sealed record ForgetSilentGateway(string Name) : Change
{
    internal override Change Then(Change later) => later;
}

/// <summary>A binding and, if it was its last, its device are not remembered.</summary>
internal sealed record ForgetBinding(StoredBindingKey Key) : Change
{
    internal override Change Then(Change later) => later is TouchBinding ? this : later;
}

internal static class Later
{
    internal static DateTimeOffset Of(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
