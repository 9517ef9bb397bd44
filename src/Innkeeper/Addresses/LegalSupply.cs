using Innkeeper.Wire;

namespace Innkeeper.Addresses;

/// <summary>The legal addresses of one gateway: those that stand for one device each, and those that devices share.</summary>
/// <param name="Uplink">On which uplink they are.</param>
/// <param name="Pool">One device each.</param>
/// <param name="Shared">Null: none is shared.</param>
internal sealed record LegalSupply(int Uplink, AddressPool Pool, SharedAddresses? Shared)
{
    /// <summary>Addresses are shared, now or soon.</summary>
    public bool MaySomeShare => Shared is not null && (Shared.IsExpecting || Shared.Usable.Any());

    public bool Contains(Ipv4Address address) => Pool.Contains(address) || (Shared is not null && (Shared.Own == address || Shared.Pool.Contains(address)));
}
