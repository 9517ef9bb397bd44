using Innkeeper.Bindings;

namespace Innkeeper.Arp;

/// <summary>
/// Verifies new devices: asks by ARP, or by neighbour discovery, for the address that a device claims, and remembers which ones answered. A host that invents a device
/// does not hear the question. No I/O, clock or log; one thread.
/// </summary>
/// <typeparam name="TClaim">A claimed address, of either family.</typeparam>
internal sealed class AddressVerification<TClaim>
    where TClaim : struct
{
    /// <summary>A device that does not answer within this time is silent, and is asked again when its next packet comes.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>More than a second of the worst flood that punts let through (20,000 a second on each CPU, bpf/punt.h; here two of them).</summary>
    private const int Capacity = 65536;

    private readonly BoundedMap<TClaim, (TimeSpan Asked, bool IsProven)> _claims = new(Capacity);

    public Reachability Of(TClaim claim, TimeSpan now) =>
        !_claims.TryGet(claim, out var entry) ? Reachability.None : entry.IsProven ? Reachability.Given : now - entry.Asked < AskInterval ? Reachability.None : Reachability.Silent;

    /// <summary>Whether the device was asked and has not answered: nothing is done for it until then.</summary>
    public bool IsAwaited(TClaim claim) => _claims.TryGet(claim, out var entry) && !entry.IsProven;

    /// <summary>Whether to ask now; the call counts as asking.</summary>
    public bool TryAsk(TClaim claim, TimeSpan now)
    {
        if (_claims.TryGet(claim, out var entry) && (entry.IsProven || now - entry.Asked < AskInterval))
        {
            return false;
        }

        _claims.Put(claim, (now, false));
        return true;
    }

    /// <summary>The device was let in, or refused, without an answer: it does not have to wait for one any more.</summary>
    public void Resolve(TClaim claim)
    {
        if (IsAwaited(claim))
        {
            _claims.Remove(claim, out _);
        }
    }

    /// <summary>A reply says that its sender has the address.</summary>
    /// <returns>Whether this verifies the device: it was asked, and had not answered before.</returns>
    public bool Answered(TClaim claim)
    {
        if (!_claims.TryGet(claim, out var entry) || entry.IsProven)
        {
            return false;
        }

        _claims.Put(claim, entry with { IsProven = true });
        return true;
    }
}
