namespace Innkeeper.Bindings;

/// <summary>Whether a device exists that claims an address.</summary>
internal enum Reachability
{
    /// <summary>Unknown: it was not asked, or had no time to answer.</summary>
    None,

    /// <summary>It was asked by ARP for its address and did not answer.</summary>
    Silent,

    /// <summary>It answered, or has a lease of the address.</summary>
    Given,

    /// <summary>Its records alone say that it exists. It takes no room that another device has, unless an outside address is pinned to it.</summary>
    Recorded,
}
