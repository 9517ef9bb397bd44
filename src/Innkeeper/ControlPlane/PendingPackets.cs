using Innkeeper.Arp;

namespace Innkeeper.ControlPlane;

/// <summary>
/// First packets of claimed addresses that wait for an outside address, or for verification: in order, few of each, for a while. When there are
/// too many, those that have waited longest are dropped: they had their chance.
/// </summary>
/// <typeparam name="TClaim">A claimed address, of either family.</typeparam>
internal sealed class PendingPackets<TClaim>
    where TClaim : struct
{
    /// <summary>A device that is not served by then repeats its packet.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public const int MaxClaims = 1024;
    public const int MaxFrames = 8;

    private readonly BoundedMap<TClaim, Held> _frames = new(MaxClaims);

    /// <summary>How many frames wait.</summary>
    public int Frames => _frames.Entries.Sum(e => e.Value.Frames.Count);

    public IEnumerable<TClaim> Claims => _frames.Entries.Select(e => e.Key);

    /// <summary>Copies the frame.</summary>
    /// <returns>How many frames were dropped for it: itself, or another address's.</returns>
    public int Hold(TClaim claim, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (_frames.TryGet(claim, out var held))
        {
            if (held.Frames.Count == MaxFrames)
            {
                return 1;
            }

            held.Frames.Add(frame.ToArray());
            return 0;
        }

        return _frames.Put(claim, new Held(now, [frame.ToArray()]))?.Frames.Count ?? 0;
    }

    /// <summary>Takes the address's frames, oldest first.</summary>
    public IReadOnlyList<byte[]> Take(TClaim claim) => _frames.Remove(claim, out var held) ? held.Frames : [];

    /// <summary>Drops the frames that have waited too long.</summary>
    /// <returns>How many frames were dropped.</returns>
    public int Expire(TimeSpan now)
    {
        var late = _frames.Entries.Where(e => now - e.Value.Since > Patience).Select(e => e.Key).ToList();
        return late.Sum(claim => Take(claim).Count);
    }

    private sealed record Held(TimeSpan Since, List<byte[]> Frames);
}
