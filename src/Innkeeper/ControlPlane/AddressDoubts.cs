using Innkeeper.Bindings;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Whether a device that uses another address now has left the one before, which something leads to: it is asked by ARP for the former address, and has left
/// it when it answers none of several questions.
/// </summary>
internal sealed class AddressDoubts(BindingService bindings, ArpSender arp)
{
    /// <summary>A device that answers for its previous address within this many questions still has it.</summary>
    public const int Questions = 3;

    /// <summary>An address may be left when it was silent for this long while the device used another.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>Between two questions.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A device that answered for its previous address is not asked again for this long.</summary>
    private static readonly TimeSpan s_answerTime = TimeSpan.FromMinutes(1);

    /// <summary>Addresses in doubt: how often the device was asked, when it is asked next, and when it answered.</summary>
    private readonly Dictionary<ClaimedAddress, (int Asked, TimeSpan Next, TimeSpan? Answered)> _doubts = [];

    /// <summary>The address that a device uses instead of a holder's; null: it still has that, or nothing speaks against it. Ask every second.</summary>
    public Binding? Successor(Binding holder, TimeSpan now)
    {
        var idle = bindings.IdleFor(holder, now);
        var other = bindings.Registry.BindingsOf(holder.Claim.Station.Mac).Where(b => b.Number != holder.Number).MinBy(b => bindings.IdleFor(b, now));
        if (other is null || idle < Silence || bindings.IdleFor(other, now) >= idle)
        {
            _doubts.Remove(holder.Claim);
            return null;
        }

        var (asked, next, answered) = _doubts.GetValueOrDefault(holder.Claim);
        if (now < next || (answered is { } time && now - time < s_answerTime))
        {
            return null;
        }

        if (asked < Questions)
        {
            _doubts[holder.Claim] = (asked + 1, now + Pause, null);
            arp.AskAccess(holder.Claim.Station.Vlan, holder.Claim.Station.Mac, holder.Claim.Address);
            return null;
        }

        _doubts.Remove(holder.Claim);
        return other;
    }

    /// <summary>An ARP message says that its sender has the address.</summary>
    public void OnArp(ClaimedAddress claim, TimeSpan now)
    {
        if (_doubts.ContainsKey(claim))
        {
            _doubts[claim] = (0, now, now);
        }
    }
}
