using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The addresses as which hosts outside appear to a machine are free, and are given up to their owners.</summary>
public sealed class AppearanceServiceTests
{
    private const string Own = "192.168.0.10";
    private const string Near = "192.168.0.9";

    private static readonly string s_settings =
        $"pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n[[machines]]\nname = \"scale-1\"\nmac = \"{Mac(1)}\"\naddress = \"{Own}\"\nappear = \"local\"\n";

    private static readonly string[] s_eight = [.. new[] { 9, 11, 12, 13, 14, 2, 3, 4 }.Select(n => $"192.168.0.{n}")];

    [Fact]
    public void Machine_ThatAppearsLocal_GetsEightAddresses_EachAskedForThreeTimes()
    {
        var world = Started(s_settings);

        Assert.Equal(s_eight, AddressesOf(world));
        Assert.True(world.Map.Slots[NumberOf(world)].Flags.HasFlag(BindingFlags.Appear));
        Assert.All(s_eight, a => Assert.Equal(3, Questions(world, a)));
    }

    [Fact]
    public void Profile_WithAppearLocal_DoesItForItsDevices_AndTheMachinesOwnWordOutranksIt()
    {
        var world = Started(s_settings.Replace("appear = \"local\"", "appear = \"own\"", StringComparison.Ordinal) + "[profiles.default]\nappear = \"local\"\n");
        Assert.Null(world.Map.AppearancesOf(NumberOf(world)));

        var other = world.Bind(2, "10.3.4.5");
        Pass(world);
        Assert.NotNull(world.Map.AppearancesOf(other.Number));
    }

    [Fact]
    public void AddressThatAnswers_IsNotUsed_AndAnotherIs()
    {
        var world = new ControlHarness(s_settings).Ready();
        world.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
        Says(world, 5, Near);
        Pass(world);

        Assert.Equal([.. s_eight.Where(a => a != Near), "192.168.0.5"], AddressesOf(world));
        Assert.Empty(world.EventsOf<AppearanceGivenUp>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OwnerThatComesLater_GetsItsAddress_CallersOfTheOthersStay(bool probes)
    {
        var world = Started(s_settings);
        var number = NumberOf(world);
        var places = world.Map.AppearancesOf(number)!.Value;
        places.Place[3].Remote = Ip("203.0.113.9");
        world.Map.WriteAppearances(number, places);

        if (probes)
        {
            world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(5), ArpMessage.Request(Mac(5), Ipv4Address.Any, Ip(Near))));
        }
        else
        {
            Says(world, 5, Near);
        }

        Assert.DoesNotContain(Near, AddressesOf(world));
        Assert.Equal(new AppearanceGivenUp(Ip(Near), 0, Mac(5)), Assert.Single(world.EventsOf<AppearanceGivenUp>()));
        Pass(world);
        Assert.Equal([.. s_eight.Where(a => a != Near), "192.168.0.5"], AddressesOf(world));
        var after = world.Map.AppearancesOf(number)!.Value;
        Assert.Contains(after.Place[..].ToArray(), p => (Ipv4Address)p.Address == Ip("192.168.0.13") && (Ipv4Address)p.Remote == Ip("203.0.113.9"));
    }

    [Fact]
    public void DeviceThatIsKnownByAPacketAlone_KeepsItsAddress()
    {
        var world = Started(s_settings);
        world.Confirm(world.Bind(7, Near));
        Pass(world);

        Assert.DoesNotContain(Near, AddressesOf(world));
    }

    [Fact]
    public void OtherVlan_WithTheSameAddress_ChangesNothing()
    {
        var world = Started("access.vlans = [7]\n" + s_settings);
        world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(5), ArpMessage.Request(Mac(5), Ip(Near), Ip(Near))), 7);

        Assert.Contains(Near, AddressesOf(world));
    }

    [Fact]
    public void Restart_KeepsAddressesAndCallers_AndAsksNobody()
    {
        var world = Started(s_settings);
        var number = NumberOf(world);
        var places = world.Map.AppearancesOf(number)!.Value;
        places.Place[0].Remote = Ip("203.0.113.9");
        world.Map.WriteAppearances(number, places);
        world.Access.Take();

        world.Restart();
        Pass(world);

        Assert.Equal(Ip("203.0.113.9"), (Ipv4Address)world.Map.AppearancesOf(number)!.Value.Place[0].Remote);
        Assert.Equal(s_eight, AddressesOf(world));
        Assert.Equal(0, Questions(world, Near));
    }

    /// <summary>A guest of a profile that appears local invents one address after the other.</summary>
    [Fact]
    public void DevicesThatAreGone_LeaveNoAddressesBehind()
    {
        var world = Started("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n[profiles.default]\nappear = \"local\"\n");
        var most = 0;
        for (var subnet = 0; subnet < 50; subnet++)
        {
            world.Bind(3, $"10.3.{subnet}.20");
            world.Advance(TimeSpan.FromSeconds(1));
            most = Math.Max(most, world.Core.Appearances.Remembered);
            world.Forget(3);
        }

        world.Advance(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        Assert.InRange(most, 8, 16);
        Assert.Equal(0, world.Core.Appearances.Remembered);
        Assert.Empty(world.Map.ReadAppearances());
    }

    [Fact]
    public void EntryWithoutAppear_AfterARestart_LeavesNothingBehind()
    {
        var world = Started(s_settings);
        var number = NumberOf(world);

        world.Restart(settings: s_settings.Replace("appear = \"local\"\n", "", StringComparison.Ordinal));
        Pass(world);

        Assert.Empty(world.Map.ReadAppearances());
        Assert.False(world.Map.Slots[number].Flags.HasFlag(BindingFlags.Appear));
    }

    [Fact]
    public void SubnetWithoutAFreeAddress_IsTold_Once()
    {
        var world = new ControlHarness(s_settings).Ready();
        for (var second = 0; second < 120; second++)
        {
            foreach (var message in world.Access.Take().Arps().Where(m => m.Operation == ArpOperation.Request && m.TargetIp != Ip(Own)).DistinctBy(m => m.TargetIp).ToList())
            {
                Says(world, 5, message.TargetIp.ToString());
            }

            world.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500));
        }

        Assert.Empty(AddressesOf(world));
        Assert.Equal(new AppearancesMissing(Mac(1), Ip(Own), 0), Assert.Single(world.EventsOf<AppearancesMissing>()));
    }

    private static ControlHarness Started(string settings)
    {
        var world = new ControlHarness(settings).Ready();
        Pass(world);
        return world;
    }

    private static void Pass(ControlHarness world) => world.Advance(TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(250));

    private static uint NumberOf(ControlHarness world) => world.BindingOf(1, Own)!.Number;

    private static string[] AddressesOf(ControlHarness world)
    {
        var places = world.Map.AppearancesOf(NumberOf(world)) ?? default;
        return [.. places.Place[..].ToArray().Select(p => (Ipv4Address)p.Address).Where(a => a != Ipv4Address.Any).Select(a => a.ToString())];
    }

    private static int Questions(ControlHarness world, string address) => world.Access.Frames.Arps().Count(m => m.Operation == ArpOperation.Request && m.TargetIp == Ip(address));

    private static void Says(ControlHarness world, int device, string address) =>
        world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(device), ArpMessage.Request(Mac(device), Ip(address), Ip(address))));
}
