using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>Outside addresses that DHCP leased to devices. Such a lease reserves an address as firmly as the administrator's pin.</summary>
internal interface ILeasedAddresses
{
    /// <summary>The device that holds an address by an active lease; null: no device does.</summary>
    MacAddress? HolderOf(Ipv4Address address);
}
