namespace Innkeeper.Simulation;

/// <param name="Found">The fault that it found.</param>
internal sealed record KeptSeed(int Seed, string Found);

/// <summary>Seeds that once failed. They are run each time, so that what they found stays mended.</summary>
internal static class KeptSeeds
{
    public static readonly IReadOnlyList<KeptSeed> All =
    [
        new(53, "an offered outside address was bound to another device, and leased all the same when the client asked for it"),
        new(286, "a lease that was given back was acknowledged again while the disk failed: the next process knew nothing of it"),
        new(575, "the same, by a client that repeated its request"),
        new(312, "a share began on an address for which the data plane had no slot left, which ended the process"),
        new(350, "the same on another gateway's own address"),
        new(3156, "a lease that was given back was acknowledged while the disk failed, because the clock was set back before the end that the disk has of it"),
        new(3263, "the same, by another client"),
        new(576, "a lease that was restored at the start took the place of a device at work, where the table was full"),
        new(652, "the same"),
        new(586, "an admission ended at another time: the process died before the clock's row was written, after the wall clock had jumped"),
        new(767, "a pin outside the pool ended another device's binding for nothing"),
        new(1895, "the same by a pin whose profile gives no address of its own"),
    ];
}
