namespace Innkeeper.Simulation;

/// <param name="Found">The fault that it found.</param>
internal sealed record KeptSeed(int Seed, string Found);

/// <summary>Seeds that once failed. They are run each time, so that what they found stays mended.</summary>
internal static class KeptSeeds
{
    public static readonly IReadOnlyList<KeptSeed> All = [];
}
