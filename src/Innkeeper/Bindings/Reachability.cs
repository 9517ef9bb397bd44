namespace Innkeeper.Bindings;

/// <summary>What is known of whether there is a device behind a claim.</summary>
internal enum Reachability
{
    /// <summary>Nothing: it was not asked, or had no time to answer.</summary>
    None,

    /// <summary>It was asked by ARP for its address and did not answer.</summary>
    Silent,

    /// <summary>It answered, or has a lease of the address.</summary>
    Given,
}
