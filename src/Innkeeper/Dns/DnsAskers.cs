using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>The device behind a client's address, and how it stands.</summary>
/// <param name="IsHeld">It waits for approval, or nothing is known of it.</param>
/// <param name="IsNew">It came a few minutes ago.</param>
/// <param name="Number">Its binding's; 0: it has none.</param>
internal readonly record struct DnsAsker(Station Station, bool IsHeld, bool IsNew, uint Number = 0)
{
    /// <summary>In sixteenths: what it leaves to others of what all devices need.</summary>
    public int Keeps => IsHeld ? FairShare.CrowdKeeps : IsNew ? FairShare.NewcomerKeeps : 0;
}

/// <summary>Finds devices by their inside addresses. Any thread.</summary>
/// <param name="bindings">The registry's snapshot.</param>
/// <param name="inside">The inside network now: an address is its first address and the binding's number.</param>
internal sealed class DnsAskers(Func<ImmutableDictionary<uint, Binding>> bindings, Func<Ipv4Network> inside, TimeProvider clock)
{
    public DnsAsker Of(Ipv4Address address) => bindings().TryGetValue(address.Value - inside().NetworkId.Value, out var binding)
        ? new DnsAsker(binding.Claim.Station, binding.Policy.IsHeld, FairShare.IsNew(binding.FirstSeen, clock.GetUtcNow()), binding.Number)
        : new DnsAsker(default, IsHeld: true, IsNew: true);
}
