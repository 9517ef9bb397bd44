using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Profiles;

/// <summary>Where a profile lets its devices go: the longest network that it speaks of decides.</summary>
public sealed class DestinationTests : IDisposable
{
    private const string Office = "137.118.199.33";
    private const uint Profile = 5;

    private readonly Plane _plane = new();

    public DestinationTests() => _plane.Bind(4, OwnMac, OwnClaimed, "137.118.199.60", Gateway, terms: new BindingPolicy(Profile: Profile));

    public void Dispose() => _plane.Dispose();

    private void Has(ProfileFlags flags) => _plane.SetProfile(Profile, new ProfileSlot { Flags = flags, NextHop = Ipv4Address.Parse("137.118.199.1") });

    private void AssertReaches(bool reaches, string destination, string mac = OwnMac, string claimed = OwnClaimed)
    {
        _ = _plane.Punts();
        foreach (var packet in (Datagram[])[Datagram.Udp(claimed, 4000, destination, 123), Datagram.Tcp(claimed, 4000, destination, 80, Syn), Datagram.Ping(claimed, destination, 7)])
        {
            foreach (byte ttl in (byte[])[64, 1])
            {
                var frame = (packet with { Ttl = ttl }).Frame(AccessMac, mac);
                if (reaches)
                {
                    Assert.Equal(Act.Redirect, _plane.Run("from_access", frame).Act);
                    continue;
                }

                _plane.AssertDropped("from_access", frame, DropReason.Denied);
                var (reason, copy) = Assert.Single(_plane.Punts());
                Assert.Equal(PuntReason.Denied, reason);
                AssertFrame(frame, copy);
            }
        }
    }

    [Theory]
    [InlineData("137.118.199.33", false)]
    [InlineData("137.118.199.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("198.51.100.77", false)]
    [InlineData("137.118.198.33", true)]
    [InlineData(Server, true)]
    public void UplinksDenied_NeitherSubnetIsReached_AllElseIs(string destination, bool reaches)
    {
        _plane.AddGuestLine();
        _plane.ComeFrom(0);
        Has(ProfileFlags.DenyUplinks);
        AssertReaches(reaches, destination);
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.1.2.4", false)]
    [InlineData("10.1.3.3", true)]
    [InlineData("10.2.0.1", false)]
    [InlineData("11.0.0.1", true)]
    public void LongestNetwork_Decides(string destination, bool reaches)
    {
        Has(ProfileFlags.Destinations);
        _plane.SetDestination(Profile, "10.0.0.0/8", Destination.Denied);
        _plane.SetDestination(Profile, "10.1.0.0/16", Destination.Allowed);
        _plane.SetDestination(Profile, "10.1.2.0/24", Destination.Denied);
        _plane.SetDestination(Profile, "10.1.2.3/32", Destination.Allowed);
        AssertReaches(reaches, destination);
    }

    [Theory]
    [InlineData(Server, true)]
    [InlineData("203.0.113.11", false)]
    [InlineData(Office, false)]
    [InlineData("8.8.8.8", false)]
    public void EverythingDenied_WithExceptions_OnlyTheseAreReached(string destination, bool reaches)
    {
        Has(ProfileFlags.Destinations);
        _plane.SetDestination(Profile, "0.0.0.0/0", Destination.Denied);
        _plane.SetDestination(Profile, Server + "/32", Destination.Allowed);
        AssertReaches(reaches, destination);
    }

    [Fact]
    public void EverythingDenied_DnsAndTheInferredGatewaysEcho_Stay()
    {
        Has(ProfileFlags.Destinations);
        _plane.SetDestination(Profile, "0.0.0.0/0", Destination.Denied);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", Datagram.Udp(OwnClaimed, 4000, "8.8.8.8", 53).Frame(AccessMac, OwnMac)).Act);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", Datagram.Ping(OwnClaimed, Gateway, 7).Frame(AccessMac, OwnMac)).Act);
    }

    [Fact]
    public void OneProfilesNetworks_AreNotAnothers()
    {
        Has(ProfileFlags.Destinations);
        _plane.SetDestination(Profile + 1, "0.0.0.0/0", Destination.Denied);
        _plane.SetDestination(Profile, "10.0.0.0/8", Destination.Denied);
        AssertReaches(true, Server);
        AssertReaches(false, "10.0.0.77");
        AssertReaches(true, "10.0.0.77", DeviceMac, Claimed);
    }

    [Fact]
    public void Fragments_ToADeniedNetwork_AreDropped()
    {
        Has(ProfileFlags.DenyUplinks);
        foreach (ushort fragment in (ushort[])[0 | Packets.MoreFragments, 2, 100])
        {
            _plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, OwnMac, OwnClaimed, Office, IpProtocol.Udp, new byte[24], fragment: fragment), DropReason.Denied);
        }
    }
}
