using System.Collections.Concurrent;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>
/// The portal's way to vouchers, rooms and terms. A device is admitted a moment after its guest has the answer: its binding changes then, and
/// with it the connection by which the answer goes. Any thread.
/// </summary>
internal sealed class GuestDoor(GuestStore store, GuestAdmissions admissions, CodeGuard guard, DeviceStore devices, EventLog events, TimeProvider clock) : IGuestDoor
{
    /// <summary>The answer, and the page that follows it, have gone out by then.</summary>
    internal static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>Devices that are about to be admitted at most.</summary>
    private const int MostEntering = 10_000;

    private readonly ConcurrentDictionary<MacAddress, bool> _entering = new();

    public bool IsEntering(MacAddress mac) => _entering.ContainsKey(mac);

    public async ValueTask<PortalSaid> GiveCodeAsync(PortalGuest guest, string typed)
    {
        if (!guest.Ways.Contains(WayIn.Code))
        {
            return PortalSaid.Refused;
        }

        var device = new GuestDevice(guest.Mac, guest.Vlan, devices.Find(guest.Mac)?.Tags ?? []);
        if (GuestCode.Read(typed) is not { } code || (!GuestCode.IsWhole(code) && !store.State.HasOwnCodeFor(device, clock.GetUtcNow())))
        {
            return PortalSaid.Mistyped;
        }

        if (store.HashOf(code) is not { } hash)
        {
            return PortalSaid.Busy;
        }

        if (guard.Begin(guest.Mac) is not null)
        {
            return PortalSaid.Wait;
        }

        var redeemed = await store.ChangeAsync<Redeemed>(edit => Redemption.Redeem(edit, hash, device, clock.GetUtcNow())).ConfigureAwait(false);
        if (redeemed is { IsOk: true, Value: { Grant: null, Refusal: CodeRefusal.Unknown } })
        {
            if (guard.Fail(guest.Mac) is { } spell)
            {
                events.Add(new CodesGuessed(spell.Devices, spell.Count, spell.Wrong));
            }

            return PortalSaid.Unknown;
        }

        guard.Succeed(guest.Mac);
        return !redeemed.IsOk ? PortalSaid.Busy
            : redeemed.Value.Grant is { } grant ? Enter(guest, grant, redeemed.Value.Until)
            : SaidOf(redeemed.Value.Refusal);
    }

    public async ValueTask<PortalSaid> AcceptAsync(PortalGuest guest, string language, string hash)
    {
        if (!guest.Ways.Contains(WayIn.Terms))
        {
            return PortalSaid.Refused;
        }

        var acceptance = new Acceptance(clock.GetUtcNow(), guest.Mac, guest.Vlan, language, hash);
        var written = await store.ChangeAsync<Acceptance>(edit =>
        {
            edit.Save(acceptance);
            return acceptance;
        }).ConfigureAwait(false);
        return written.IsOk ? Enter(guest, new Grant(GrantKind.Terms, hash, "", ""), null) : PortalSaid.Busy;
    }

    private static PortalSaid SaidOf(CodeRefusal refusal) => refusal switch
    {
        CodeRefusal.NotYet => PortalSaid.Early,
        CodeRefusal.Over => PortalSaid.Over,
        CodeRefusal.Revoked => PortalSaid.Revoked,
        CodeRefusal.Full => PortalSaid.Full,
        CodeRefusal.UsedUp => PortalSaid.Used,
        _ => PortalSaid.Unknown,
    };

    private PortalSaid Enter(PortalGuest guest, Grant grant, DateTimeOffset? until)
    {
        if (_entering.Count >= MostEntering)
        {
            return PortalSaid.Busy;
        }

        _entering[guest.Mac] = true;
        _ = AdmitSoonAsync(guest, grant, until);
        return PortalSaid.Welcome;
    }

    private async Task AdmitSoonAsync(PortalGuest guest, Grant grant, DateTimeOffset? until)
    {
        try
        {
            await Task.Delay(Farewell, clock).ConfigureAwait(false);
            await admissions.AdmitAsync(guest.Mac, guest.Vlan, grant, until).ConfigureAwait(false);
        }
        finally
        {
            _entering.TryRemove(guest.Mac, out _);
        }
    }
}
