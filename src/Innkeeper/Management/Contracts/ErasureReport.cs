namespace Innkeeper.Management.Contracts;

/// <summary>The data of a device was taken out of everything that the gateway keeps, but for what the law about logs may demand.</summary>
/// <param name="Erased">The parts that it was taken out of.</param>
/// <param name="Failed">Parts that it could not be taken out of, each with the reason: repeat the order.</param>
/// <param name="Stays">Records of it that stay.</param>
internal sealed record ErasureReport(IReadOnlyList<string> Erased, IReadOnlyList<string> Failed, IReadOnlyList<StayReport> Stays);

/// <summary>Records of an erased device that stay.</summary>
/// <param name="What">In words, with the place.</param>
/// <param name="Until">The latest time; null: the gateway does not decide that.</param>
internal sealed record StayReport(string What, DateTimeOffset? Until);
