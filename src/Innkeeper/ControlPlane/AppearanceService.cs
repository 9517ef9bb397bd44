using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Devices that answer only hosts of their own subnet (appear = "local"): finds free addresses there, as which hosts outside appear to them. An address is asked for by
/// ARP before it is used, and is given up as soon as its owner is heard. The data plane gives each host outside one of them (bpf/appear.h).
/// </summary>
/// <param name="isKept">Whether an address is kept for others: of the uplink's network, or for DHCP.</param>
internal sealed class AppearanceService(BindingService bindings, IBindingMap map, ArpSender arp, Func<Ipv4Address, bool> isKept, bool isUsed, EventLog events) : ITimed
{
    /// <summary>An address that nothing answers for this many times is free (RFC 5227 section 2.1.1: PROBE_NUM).</summary>
    public const int Questions = 3;

    /// <summary>For all devices together, in a second.</summary>
    public const int MostQuestions = 50;

    /// <summary>Addresses that are remembered: more than all machines of a file need.</summary>
    public const int MostTrials = 16_384;

    /// <summary>An owner may have left after this time.</summary>
    public static readonly TimeSpan OwnerTime = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Addresses of VLANs that were asked for, or have an owner.</summary>
    private readonly Dictionary<(ushort Vlan, Ipv4Address Address), Trial> _trials = [];

    /// <summary>By the number of the binding.</summary>
    private readonly Dictionary<uint, Served> _served = [];

    /// <summary>Addresses that are remembered; for tests.</summary>
    internal int Remembered => _trials.Count;

    private TimeSpan _next;
    private bool _isLoaded;
    private int _questions;

    public TimeSpan NextDue(TimeSpan now) => isUsed || !_isLoaded ? _next : TimeSpan.MaxValue;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + s_interval;
        _questions = MostQuestions;
        if (!_isLoaded)
        {
            _isLoaded = true;
            Load();
        }

        var appearing = isUsed ? bindings.Registry.Bindings.Values.Where(b => b.Policy is { AppearsLocal: true, IsHeld: false }).ToDictionary(b => b.Number) : [];
        foreach (var number in _served.Keys.Where(n => !appearing.TryGetValue(n, out var binding) || binding.Claim != _served[n].Claim).ToList())
        {
            _served.Remove(number);
            map.WriteAppearances(number, null);
        }

        foreach (var binding in appearing.Values)
        {
            Serve(binding, now);
        }

        // Devices may be invented in any number: an address that none of those that are here wants is forgotten.
        foreach (var old in _trials.Where(t => t.Value.Owned is { } until ? until <= now : t.Value.Wanted < now).Select(t => t.Key).ToList())
        {
            _trials.Remove(old);
        }
    }

    /// <summary>A station asks or answers by ARP: the sender's address has an owner, and one that is probed will have one.</summary>
    public void OnArp(Station station, in ArpMessage message, TimeSpan now)
    {
        if (_trials.Count == 0)
        {
            return;
        }

        var address = message.SenderIp == Ipv4Address.Any ? message.TargetIp : message.SenderIp;
        if (_trials.TryGetValue((station.Vlan, address), out var trial))
        {
            trial.Owned = now + OwnerTime;
            if (GiveUp(station.Vlan, address))
            {
                events.Add(new AppearanceGivenUp(address, station.Vlan, station.Mac));
            }
        }
    }

    /// <summary>The places that an earlier process left go on: connections of hosts outside stay.</summary>
    private void Load()
    {
        foreach (var (number, places) in map.ReadAppearances())
        {
            if (bindings.Registry.Bindings.TryGetValue(number, out var binding))
            {
                var served = _served[number] = new Served(binding.Claim);
                foreach (var place in places.Place)
                {
                    if ((Ipv4Address)place.Address != Ipv4Address.Any)
                    {
                        served.Addresses.Add(place.Address);
                        _trials[(binding.Claim.Station.Vlan, place.Address)] = new Trial { Asked = Questions };
                    }
                }
            }
            else
            {
                map.WriteAppearances(number, null);
            }
        }
    }

    private void Serve(Binding binding, TimeSpan now)
    {
        var vlan = binding.Claim.Station.Vlan;
        if (!_served.TryGetValue(binding.Number, out var served))
        {
            _served[binding.Number] = served = new Served(binding.Claim);
        }

        // A device whose first packet was no ARP message may have the address too.
        var before = served.Addresses.Count;
        served.Addresses.RemoveAll(a => IsOthers(binding, a, now));
        served.Addresses.ForEach(a => _ = TrialOf(vlan, a, now));
        var (isChanged, room) = (served.Addresses.Count != before, Appearances.Count - served.Addresses.Count);
        foreach (var address in NeighborAddresses.Of(binding.Claim.Address))
        {
            if (room == 0)
            {
                break;
            }

            if (served.Addresses.Contains(address) || IsOthers(binding, address, now))
            {
                continue;
            }

            if (TrialOf(vlan, address, now) is not { Owned: null } trial)
            {
                continue;
            }

            room--;
            if (IsFree(trial, vlan, address, now))
            {
                served.Addresses.Add(address);
                isChanged = true;
            }
        }

        if (isChanged)
        {
            Write(binding.Number, served);
        }

        // All are taken: nothing is left to ask for.
        var isMissing = served.Addresses.Count == 0 && room == Appearances.Count;
        if (isMissing && !served.IsToldMissing)
        {
            events.Add(new AppearancesMissing(binding.Claim.Station.Mac, binding.Claim.Address, vlan));
        }

        served.IsToldMissing = isMissing;
    }

    /// <returns>Null: no more addresses are remembered.</returns>
    private Trial? TrialOf(ushort vlan, Ipv4Address address, TimeSpan now)
    {
        if (!_trials.TryGetValue((vlan, address), out var trial))
        {
            if (_trials.Count >= MostTrials)
            {
                return null;
            }

            _trials[(vlan, address)] = trial = new Trial();
        }

        trial.Wanted = now;
        return trial;
    }

    private bool IsFree(Trial trial, ushort vlan, Ipv4Address address, TimeSpan now)
    {
        if (trial.Asked < Questions && now >= trial.Next && _questions > 0)
        {
            _questions--;
            trial.Asked++;
            trial.Next = now + s_interval;
            arp.AskAccess(vlan, MacAddress.Broadcast, address);
            return false;
        }

        return trial.Asked == Questions && now >= trial.Next;
    }

    private bool IsOthers(Binding binding, Ipv4Address address, TimeSpan now) =>
        address == binding.Gateway || isKept(address) || bindings.IsClaimedByAnother(new ClaimedAddress(binding.Claim.Station, address), now);

    private bool GiveUp(ushort vlan, Ipv4Address address)
    {
        var wasUsed = false;
        foreach (var (number, served) in _served.Where(s => s.Value.Claim.Station.Vlan == vlan && s.Value.Addresses.Remove(address)))
        {
            wasUsed = true;
            Write(number, served);
        }

        return wasUsed;
    }

    /// <summary>The nearest come first, as the data plane takes the first that is free: every mask has them for neighbors. Hosts outside keep their addresses.</summary>
    private void Write(uint number, Served served)
    {
        var written = map.AppearancesOf(number) ?? default;
        var before = written.Place[..].ToArray();
        Appearances places = default;
        var place = 0;
        foreach (var address in NeighborAddresses.Of(served.Claim.Address).Where(served.Addresses.Contains).Take(Appearances.Count))
        {
            places.Place[place++] = before.FirstOrDefault(p => (Ipv4Address)p.Address == address, new Appearance { Address = address });
        }

        map.WriteAppearances(number, places);
    }

    private sealed class Trial
    {
        public int Asked { get; set; }

        public TimeSpan Next { get; set; }

        /// <summary>When a device's turn last came to it.</summary>
        public TimeSpan Wanted { get; set; }

        /// <summary>It has an owner, at least until then; null: none answered.</summary>
        public TimeSpan? Owned { get; set; }
    }

    private sealed record Served(ClaimedAddress Claim)
    {
        public List<Ipv4Address> Addresses { get; } = [];

        public bool IsToldMissing { get; set; }
    }
}
