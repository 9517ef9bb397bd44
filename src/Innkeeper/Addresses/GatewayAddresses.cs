using Innkeeper.Wire;

namespace Innkeeper.Addresses;

/// <summary>The legal addresses of one gateway: those that stand for one device each, and those that devices share.</summary>
/// <param name="Uplink">On which uplink they are.</param>
/// <param name="Pool">One device each.</param>
/// <param name="Shared">Null: none is shared.</param>
/// <param name="Blocks">How many blocks of ports each shared address has; all of one that is nobody's but ours, in blocks of 64, are 1,008.</param>
internal sealed record GatewayAddresses(int Uplink, AddressPool Pool, SharedAddresses? Shared, int Blocks = 1008)
{
    /// <summary>Strangers that are served at once, however much there is.</summary>
    private const int MostUnconfirmed = 64;

    /// <summary>
    /// How many devices may have of it that are not confirmed yet (<see cref="Bindings.UnconfirmedBindings"/>): of the pool half, else of the ports an eighth, as the
    /// ports of one that had to make room are free some seconds later only.
    /// </summary>
    public int MaxUnconfirmed => Math.Clamp(Pool.Total > 0 ? Pool.Total / 2 : Blocks / 8, 1, MostUnconfirmed);

    /// <summary>Addresses are shared, now or soon.</summary>
    public bool MaySomeShare => Shared is not null && (Shared.IsExpecting || Shared.Usable.Any());

    public bool Contains(Ipv4Address address) => Pool.Contains(address) || (Shared is not null && (Shared.Own == address || Shared.Pool.Contains(address)));
}
