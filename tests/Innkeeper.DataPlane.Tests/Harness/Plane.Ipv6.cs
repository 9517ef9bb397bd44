using System.Text;
using Innkeeper.Bindings;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>IPv6 outside, and bindings of it.</summary>
internal sealed partial class Plane
{
    private static readonly NeutralAddresses s_neutral = new(Encoding.ASCII.GetBytes("the secret of these tests"));

    public static readonly Ipv6Network Prefix6 = Ipv6Network.Parse("2001:db8:77:1::/64");
    public static readonly Ipv6Address Router6 = Ipv6Address.Parse("fe80::1:1");

    private Ipv6BindingTable? _table6;

    public Ipv6BindingTable Table6 => _table6 ??= new Ipv6BindingTable(_plane);

    public void SetOutside(Ipv6Outside? outside, int mtu = 1500) => Table6.WriteOutside(outside, mtu);

    /// <returns>The address outside.</returns>
    public Ipv6Address Bind6(uint number, string mac, Ipv6Address claimed, bool inbound = true, ushort vlan = 0, bool isHeld = false, uint profile = 0)
    {
        var claim = new Ipv6Claim(new Station(vlan, MacAddress.Parse(mac)), claimed);
        var outside = s_neutral.Of(Prefix6, claim, 0);
        Table6.Add(new Ipv6Binding(number, claim, outside, default) { Policy = new BindingPolicy(profile, Inbound: inbound, IsHeld: isHeld), Meter = number }, TimeSpan.FromSeconds(1));
        return outside;
    }

    private void EmptyIpv6(uint generation)
    {
        EmptyHash(_plane.Claims6);
        EmptyHash(_plane.Legals6);
        EmptyHash(_plane.Destinations6);
        EmptyHash(_plane.SpokenTo6);
        for (uint number = 0; number < _plane.Bindings6.Capacity; number++)
        {
            _plane.Bindings6.Set(number, new Binding6Slot { Generation = generation });
        }

        for (uint index = 0; index < UplinkSlot.Count; index++)
        {
            _plane.Ipv6Uplinks.Set(index, default);
        }
    }
}
