using Innkeeper.Devices;

namespace Innkeeper.Arp;

/// <summary>
/// Strangers who were asked by ARP for the address that they claim, and those who answered: there is somebody behind the MAC, which whoever
/// invents one does not hear. Pure, one thread.
/// </summary>
internal sealed class Proofs
{
    /// <summary>Who did not answer is asked again by its next packet, if this has passed.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Four seconds of the worst flood that punts let through.</summary>
    private const int Capacity = 16384;

    private readonly BoundedMap<Claim, (TimeSpan Asked, bool IsProven)> _claims = new(Capacity);

    public bool IsProven(Claim claim) => _claims.TryGet(claim, out var entry) && entry.IsProven;

    /// <summary>Whether it was asked and has not answered.</summary>
    public bool IsAwaited(Claim claim) => _claims.TryGet(claim, out var entry) && !entry.IsProven;

    /// <summary>Whether to ask now; then it counts as asked.</summary>
    public bool TryAsk(Claim claim, TimeSpan now)
    {
        if (_claims.TryGet(claim, out var entry) && (entry.IsProven || now - entry.Asked < AskInterval))
        {
            return false;
        }

        _claims.Put(claim, (now, false));
        return true;
    }

    /// <summary>An ARP reply says that its sender has the address.</summary>
    /// <returns>Whether it proves something: it was asked, and had not answered before.</returns>
    public bool Answered(Claim claim)
    {
        if (!_claims.TryGet(claim, out var entry) || entry.IsProven)
        {
            return false;
        }

        _claims.Put(claim, entry with { IsProven = true });
        return true;
    }
}
