using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>More than the default profile, and a second uplink: 198.51.100.0/24, the guests' line.</summary>
internal sealed unsafe partial class Plane
{
    public const string GuestLineMac = "02:00:00:00:00:b2";
    public const string GuestLineAddress = "198.51.100.2";
    public const string GuestRouter = "198.51.100.1";
    public const string GuestLegal = "198.51.100.50";
    public const string GuestLegalLast = "198.51.100.99";

    /// <summary>The number of the guests' profile, and of their gateway and uplink.</summary>
    public const uint GuestLine = 1;

    /// <summary>Where the portal of these tests listens, for those who are held.</summary>
    public const ushort PortalPort = 40080;

    /// <summary>A service that any device reaches at the portal's address.</summary>
    public const ushort OwnPort = 8081;

    public const ushort OwnLocal = 40081;

    public const string PortalAddress = "192.88.99.99";

    /// <summary>BPF_PROG_TEST_RUN's frames come from the loopback interface.</summary>
    private const uint Loopback = 1;

    public static BindingPolicy GuestTerms => new(Profile: GuestLine, Gateway: (int)GuestLine);

    public static ProfileSlot GuestSlot => new() { Uplink = GuestLine, Gateway = GuestLine, NextHop = Ipv4Address.Parse(GuestRouter) };

    public void SetProfile(uint number, ProfileSlot slot) => _plane.Profiles.Set(number, slot);

    public void SetDestination(uint profile, string network, Destination verdict)
    {
        var parsed = Ipv4Network.Parse(network);
        _plane.Destinations.Set(new DestinationKey { Prefix = DestinationKey.ProfileBits + (uint)parsed.PrefixLength, Profile = profile, Network = parsed.NetworkId }, verdict);
    }

    /// <summary>The guests' line and their profile, and what comes in comes from it.</summary>
    public void AddGuestLine()
    {
        SetProfile(GuestLine, GuestSlot);
        Change((ref DataPlaneConfig config) =>
        {
            config.LegalLast = Ipv4Address.Parse(GuestLegalLast).Value;
            config.Napt = new NaptSetup().Settings;
            config.Uplinks[(int)GuestLine] = new UplinkSlot
            {
                Mtu = 1400,
                Address = Ipv4Address.Parse(GuestLineAddress),
                Network = Ipv4Address.Parse("198.51.100.0"),
                Mask = Ipv4Address.Parse("255.255.255.0"),
                Mac = MacAddress.Parse(GuestLineMac),
            };
        });
        ComeFrom((int)GuestLine);
    }

    /// <summary>Frames come in by this uplink from now on.</summary>
    public void ComeFrom(int uplink) => Change((ref DataPlaneConfig config) =>
    {
        for (var i = 0; i < UplinkSlot.Count; i++)
        {
            if (config.Uplinks[i].Mtu != 0)
            {
                config.Uplinks[i].Ifindex = i == uplink ? Loopback : 100 + (uint)i;
            }
        }
    });

    public void SetUplinkMtu(uint mtu) => Change((ref DataPlaneConfig config) => config.Uplinks[0].Mtu = mtu);

    public void SetAccessMtu(uint mtu) => Change((ref DataPlaneConfig config) => config.AccessMtu = mtu);

    /// <summary>The interface of an uplink is not there.</summary>
    public void TakeAway(int uplink) => Change((ref DataPlaneConfig config) => config.Uplinks[uplink].Ifindex = 0);

    public void AddPortal() => Change((ref DataPlaneConfig config) =>
    {
        config.Services[2] = new Service { Port = 80, Local = PortalPort, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Held };
        config.Services[3] = new Service { Port = OwnPort, Local = OwnLocal, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Own };
    });

    public void Block(string mac) => _plane.Blocked.Set(new StationKey { Mac = MacAddress.Parse(mac) }, 1);

    /// <summary>Whether the DNS service gives signs of life, and the resolver that is asked while it gives none.</summary>
    public void SetDns(bool isHere, string? fallback, ushort port = 53) => _plane.DnsWatch.Set(0, new DnsWatch
    {
        Until = isHere ? (ulong)long.MaxValue : 0,
        Fallback = fallback is null ? default : Ipv4Address.Parse(fallback),
        Port = fallback is null ? (ushort)0 : port,
    });

    private void Change(ChangeOf change)
    {
        Assert.True(_plane.Config.TryGet(0, out var config));
        change(ref config);
        _plane.Config.Set(0, config);
    }

    private delegate void ChangeOf(ref DataPlaneConfig config);
}
