using Innkeeper.Devices;

namespace Innkeeper.Dispatch;

/// <summary>First packets of claims that wait for an address, in order, few of each: none of them is lost, none floods us.</summary>
internal sealed class HeldFrames
{
    private const int MaxClaims = 1024;
    private const int MaxFrames = 8;

    private readonly Dictionary<Claim, List<byte[]>> _frames = [];

    public IReadOnlyCollection<Claim> Claims => _frames.Keys;

    /// <summary>Copies the frame.</summary>
    /// <returns>False when there is no room for it.</returns>
    public bool TryHold(Claim claim, ReadOnlySpan<byte> frame)
    {
        if (!_frames.TryGetValue(claim, out var list))
        {
            if (_frames.Count == MaxClaims)
            {
                return false;
            }

            _frames[claim] = list = new List<byte[]>(1);
        }

        if (list.Count == MaxFrames)
        {
            return false;
        }

        list.Add(frame.ToArray());
        return true;
    }

    /// <summary>Gives up the claim's frames, oldest first.</summary>
    public IReadOnlyList<byte[]> Take(Claim claim) => _frames.Remove(claim, out var list) ? list : [];
}
