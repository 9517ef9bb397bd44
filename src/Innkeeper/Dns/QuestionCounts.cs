using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>
/// How many questions came from each inside address. The DNS thread counts, any thread reads. A count belongs to the number of a binding: when another
/// device has the number, it goes on.
/// </summary>
internal sealed class QuestionCounts
{
    /// <summary>More than there can be bindings; the low bits of inside addresses differ within it.</summary>
    private readonly uint[] _counts = new uint[ushort.MaxValue + 1];

    public void Note(Ipv4Address device) => _counts[(ushort)device.Value]++;

    public uint Of(Ipv4Address device) => Volatile.Read(ref _counts[(ushort)device.Value]);
}
