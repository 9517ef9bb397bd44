using Innkeeper.Wire;

namespace Innkeeper.Addresses;

/// <summary>The outside addresses of one gateway: the pool, with one device for each address, and the shared ones.</summary>
/// <param name="Uplink">The uplink of the addresses.</param>
/// <param name="Pool">One device each.</param>
/// <param name="Shared">Null: none is shared.</param>
/// <param name="Blocks">How many blocks of ports each shared address has; an address that only the gateway uses has 1,008 blocks of 64.</param>
internal sealed record GatewayAddresses(int Uplink, AddressPool Pool, SharedAddresses? Shared, int Blocks = 1008)
{
    /// <summary>Unverified devices that are served at once, whatever the number of addresses.</summary>
    private const int MostUnconfirmed = 64;

    /// <summary>
    /// The maximum number of devices that are not confirmed yet (<see cref="Bindings.UnconfirmedBindings"/>): half of the pool, or an eighth
    /// of the ports, as the ports of a device that had to make room are free only some seconds later.
    /// </summary>
    public int MaxUnconfirmed => Math.Clamp(Pool.Total > 0 ? Pool.Total / 2 : Blocks / 8, 1, MostUnconfirmed);

    /// <summary>Addresses are shared, now or soon.</summary>
    public bool MaySomeShare => Shared is not null && (Shared.IsExpecting || Shared.Usable.Any());

    public bool Contains(Ipv4Address address) => Pool.Contains(address) || (Shared is not null && (Shared.Own == address || Shared.Pool.Contains(address)));
}
