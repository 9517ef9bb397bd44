namespace Innkeeper.Policy;

/// <summary>Why a device that may use the network gets no address.</summary>
internal enum ServiceRefusal
{
    /// <summary>It uses as many addresses as its profile allows.</summary>
    DeviceLimit,

    /// <summary>No outside address is left.</summary>
    PoolExhausted,

    /// <summary>The data plane has no slot left.</summary>
    TableFull,

    /// <summary>DHCP has no address left.</summary>
    LeasesExhausted,
}
