using Innkeeper.Bindings;
using Innkeeper.DataPlane;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Ends the bindings of devices that have gone, while ports run low: their TCP sessions would keep ports for two hours. A device that was
/// silent for some minutes is asked by ARP; one that answers none of several questions is gone. RFC 5382 section 5 (REQ-5) lets a NAT end
/// the sessions of an endpoint that it knows to be inactive.
/// </summary>
internal sealed class PortReclaimer(BindingService bindings, IBindingMap map, ISharedMap shared, ArpSender arp)
{
    /// <summary>A device is asked after so long without a packet.</summary>
    public static readonly TimeSpan SilentFor = TimeSpan.FromMinutes(5);

    /// <summary>Questions without an answer, one for each sweep.</summary>
    public const int Questions = 3;

    /// <summary>Devices that are asked at once.</summary>
    public const int MaxAsked = 256;

    private readonly Dictionary<ClaimedAddress, int> _asked = [];

    /// <summary>The device is there.</summary>
    public void OnHeard(ClaimedAddress claim) => _asked.Remove(claim);

    /// <param name="areLow">Whether ports run low: otherwise nothing is asked.</param>
    public void Look(bool areLow, TimeSpan now)
    {
        if (!areLow)
        {
            _asked.Clear();
            return;
        }

        foreach (var (claim, questions) in _asked.ToList())
        {
            if (bindings.Registry.Find(claim) is not { } binding || map.IdleFor(binding.Number, now) < SilentFor)
            {
                _asked.Remove(claim);
            }
            else if (questions >= Questions)
            {
                _asked.Remove(claim);
                bindings.Release(binding, now);
            }
            else
            {
                Ask(claim, questions + 1);
            }
        }

        foreach (var binding in bindings.Registry.Bindings.Values.Where(b => b.Share != 0 && !b.IsLocal))
        {
            if (_asked.Count >= MaxAsked)
            {
                break;
            }

            if (!_asked.ContainsKey(binding.Claim) && map.IdleFor(binding.Number, now) >= SilentFor && shared.UsedOf(binding.Share) is not [0, 0, 0, 0])
            {
                Ask(binding.Claim, 1);
            }
        }
    }

    private void Ask(ClaimedAddress claim, int questions)
    {
        _asked[claim] = questions;
        arp.AskAccess(claim.Station.Vlan, claim.Station.Mac, claim.Address);
    }
}
