using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>The control plane as far as guests' admissions need it.</summary>
/// <param name="Devices">The records of all devices.</param>
/// <param name="Policy">Called on the control plane's thread.</param>
/// <param name="VlanOf">A VLAN that a device is in; 0 where it has no address.</param>
internal sealed record GuestPlane(DeviceStore Devices, AdmissionPolicy Policy, IControlInbox Inbox, IDeviceDecisions Decisions, IDurability Disk, Func<MacAddress, ushort> VlanOf);

/// <summary>
/// Puts in force what vouchers and rooms say: admits devices, moves the ends of their admissions, and ends them. The file of the guests is written
/// first; a process that dies in between finds at its start what is left to do (<see cref="Follow"/>).
/// </summary>
internal sealed class GuestAdmissions(GuestPlane plane, GuestStore store, EventLog events, TimeProvider clock)
{
    /// <summary>Devices that the control plane's thread does at once: packets come in between.</summary>
    private const int Slice = 50;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private List<(GrantKind Kind, string Id, MacAddress Mac)> _unsettled = [];
    private bool _isSettling;

    /// <summary>Admits a device, if the guest may do that now.</summary>
    /// <param name="until">Null: without an end.</param>
    /// <returns>Its profile now; null: the administrator decided otherwise, or its profile has no such way in.</returns>
    public async Task<ProfileConfig?> AdmitAsync(MacAddress mac, ushort vlan, Grant grant, DateTimeOffset? until)
    {
        var profile = await plane.Inbox.RunAsync(() => Admit(mac, vlan, grant, until)).ConfigureAwait(false);
        if (profile is not null && grant.Kind != GrantKind.Terms)
        {
            Settle(grant.Kind, grant.Id, mac);
        }

        return profile;
    }

    /// <summary>A use is in the file, and was done for its device. When that is on disk too, the file notes it.</summary>
    private void Settle(GrantKind kind, string id, MacAddress mac)
    {
        lock (_lock)
        {
            _unsettled.Add((kind, id, mac));
            if (_isSettling)
            {
                return;
            }

            _isSettling = true;
        }

        _ = Task.Run(SettleAllAsync);
    }

    /// <summary>Has devices follow what vouchers and rooms say now.</summary>
    /// <param name="isMeant">Selects the grants that changed.</param>
    /// <returns>How many devices changed.</returns>
    public async Task<int> FollowAsync(Func<Grant, bool> isMeant)
    {
        var macs = plane.Devices.Devices.Values.Where(d => d.Grant is { } grant && isMeant(grant)).Select(d => d.Mac).ToList();
        var changed = 0;
        foreach (var slice in macs.Chunk(Slice))
        {
            changed += await plane.Inbox.RunAsync(() => slice.Count(mac => Follow(mac, store.State))).ConfigureAwait(false);
        }

        return changed;
    }

    /// <summary>At the start, on the control plane's thread, when devices were taken over: what an earlier process did not come to is done.</summary>
    public void Reconcile()
    {
        var state = store.State;
        foreach (var use in state.Uses.Values.SelectMany(uses => uses).Where(u => !u.IsApplied).ToList())
        {
            var device = plane.Devices.Find(use.Mac);
            var isDecidedSince = device is { Admission: { Origin: DecisionSource.Administrator } admission } && admission.Since > use.Last;
            if (!isDecidedSince && GrantOf(state, use) is { } grant && state.StandingOf(grant) is { End: null } standing && !(standing.Until <= clock.GetUtcNow()))
            {
                Admit(use.Mac, use.Vlan, grant, standing.Until);
            }

            Settle(use.Kind, use.Id, use.Mac);
        }

        foreach (var device in plane.Devices.Devices.Values.Where(d => d.Grant is { Kind: not GrantKind.Terms }))
        {
            Follow(device.Mac, state);
        }
    }

    /// <summary>The grant that a use of a code gave; null: its voucher or room is gone.</summary>
    internal static Grant? GrantOf(GuestState state, GuestUse use) => use.Kind == GrantKind.Voucher
        ? state.Vouchers.TryGetValue(use.Id, out var voucher) && state.Batches.TryGetValue(voucher.Batch, out var batch) ? new Grant(GrantKind.Voucher, use.Id, batch.Label, batch.Profile) : null
        : state.RoomOf(use.Id) is { } room ? new Grant(GrantKind.Room, use.Id, room.Name, room.Profile) : null;

    private ProfileConfig? Admit(MacAddress mac, ushort vlan, Grant grant, DateTimeOffset? until)
    {
        var now = clock.GetUtcNow();
        var known = plane.Devices.FindOrNew(mac, now);
        var isAgain = known is { Admission.State: AdmissionState.Admitted, Grant: { End: null } own } && own.Kind == grant.Kind && own.Id == grant.Id;
        var way = grant.Kind == GrantKind.Terms ? WayIn.Terms : WayIn.Code;
        if (!isAgain && !plane.Policy.WaysFor(known, vlan, now).Contains(way))
        {
            return null;
        }

        var ends = grant.Kind == GrantKind.Terms ? now + plane.Policy.ProfileOf(known, vlan, now, out _).Lifetime : until;
        var changed = plane.Policy.Evaluate(AdmissionPolicy.Admit(known, grant, ends, now), vlan, now, out var profile);
        plane.Decisions.Decide(changed);
        if (!isAgain)
        {
            events.Add(new GuestAdmitted(mac, changed.Name, grant.Name, changed.Profile, clock.ToWall(changed.Admission.Until)));
        }

        return profile;
    }

    /// <returns>Whether its record changed.</returns>
    private bool Follow(MacAddress mac, GuestState state)
    {
        if (plane.Devices.Find(mac) is not { Grant: { } grant } device || state.StandingOf(grant) is not { } standing)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var isInForce = grant.End is null && device.Admission is { State: AdmissionState.Admitted, Origin: DecisionSource.Guest };
        var next = isInForce && standing.End is { } why ? AdmissionPolicy.End(device, why, now)
            : isInForce && standing.Until != device.Admission.Until ? device with { Admission = device.Admission with { Until = standing.Until } }
            : grant.End is GrantEnd.Time or GrantEnd.Data && standing.End is null && !(standing.Until <= now) && device.Admission.Origin == DecisionSource.Time
                ? AdmissionPolicy.Admit(device, grant with { End = null }, standing.Until, now)
            : null;
        if (next is null)
        {
            return false;
        }

        plane.Decisions.Decide(plane.Policy.Evaluate(next, plane.VlanOf(mac), now));
        return true;
    }

    private async Task SettleAllAsync()
    {
        while (true)
        {
            List<(GrantKind Kind, string Id, MacAddress Mac)> uses;
            lock (_lock)
            {
                if (_unsettled.Count == 0)
                {
                    _isSettling = false;
                    return;
                }

                (uses, _unsettled) = (_unsettled, []);
            }

            // A disk that does not come to it: the next start finds the uses, and does them again.
            if (plane.Disk.AwaitDisk(s_patience) is null)
            {
                await store.ChangeAsync<GuestState>(edit =>
                {
                    foreach (var (kind, id, mac) in uses)
                    {
                        if (edit.State.UsesOf(kind, id).Find(u => u.Mac == mac) is { IsApplied: false } known)
                        {
                            edit.Save(known with { IsApplied = true });
                        }
                    }

                    return edit.State;
                }).ConfigureAwait(false);
            }
        }
    }
}
