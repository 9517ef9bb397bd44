using Innkeeper.Bindings;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Devices that have their profile's rates together have one meter, through everything that can happen to them.</summary>
public sealed class GroupRatesTests
{
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n";
    private const string ByCode = Pool + "[profiles.default]\nrate_in = \"20M\"\nlimits_per = \"code\"\n";
    private const string ByTag = Pool + "[profiles.default]\nrate_in = \"20M\"\nlimits_per = \"tag\"\n";

    private static string AddressOf(int device) => $"10.0.0.{device}";

    private static Grant Voucher(string id) => new(GrantKind.Voucher, id, "", "");

    private static void Admit(ControlHarness world, int device, string voucher) =>
        world.Decide(device, d => AdmissionPolicy.Admit(d, Voucher(voucher), null, world.Clock.GetUtcNow()));

    private static uint MeterOf(ControlHarness world, int device)
    {
        var binding = world.BindingOf(device, AddressOf(device))!;
        Assert.Equal(binding.Meter, world.Map.Slots[binding.Number].Meter);
        return binding.Meter;
    }

    [Fact]
    public void Code_OfASecondDevice_MovesItToTheMeterOfTheFirst_ByOneWrite()
    {
        var world = new ControlHarness(ByCode).Ready();
        var (first, second) = (world.Bind(1, AddressOf(1)), world.Bind(2, AddressOf(2)));
        Assert.NotEqual(first.Meter, second.Meter);
        Admit(world, 1, "3-17");
        world.Map.Journal.Clear();

        Admit(world, 2, "3-17");

        Assert.Equal([$"write {second.Number}"], world.Map.Journal);
        Assert.Equal(MeterOf(world, 1), MeterOf(world, 2));
        Assert.Equal(second.Legal, world.BindingOf(2, AddressOf(2))!.Legal);
    }

    [Fact]
    public void Code_OfAnotherVoucher_MovesTheDeviceToThatOnesMeter()
    {
        var world = new ControlHarness(ByCode).Ready();
        foreach (var (device, voucher) in ((int, string)[])[(1, "3-17"), (2, "3-17"), (3, "3-18")])
        {
            world.Bind(device, AddressOf(device));
            Admit(world, device, voucher);
        }

        Admit(world, 2, "3-18");

        Assert.Equal(MeterOf(world, 3), MeterOf(world, 2));
        Assert.NotEqual(MeterOf(world, 1), MeterOf(world, 2));

        // The administrator's decision takes the voucher away, and with it the company.
        world.Decide(2, d => d with { Grant = null });
        Assert.DoesNotContain(MeterOf(world, 2), (uint[])[MeterOf(world, 1), MeterOf(world, 3)]);
    }

    [Fact]
    public void Tag_GivenAndTaken_MovesAllAddressesOfADevice()
    {
        var world = new ControlHarness(ByTag).Ready();
        world.Bind(1, AddressOf(1));
        world.Bind(2, AddressOf(2));
        world.Bind(2, "10.0.0.22");
        world.Decide(1, d => d with { Tags = ["hall"] });

        world.Decide(2, d => d with { Tags = ["hall"] });
        Assert.Equal([MeterOf(world, 1)], world.Core.Registry.BindingsOf(Mac(2)).Select(b => b.Meter).Distinct());

        world.Decide(2, d => d with { Tags = [] });
        Assert.NotEqual(MeterOf(world, 1), Assert.Single(world.Core.Registry.BindingsOf(Mac(2)).Select(b => b.Meter).Distinct()));
    }

    [Fact]
    public void Restart_FindsTheSameGroupsAndMeters()
    {
        var world = new ControlHarness(ByTag).Ready();
        foreach (var device in (int[])[1, 2, 3])
        {
            world.Bind(device, AddressOf(device));
            world.Decide(device, d => d with { Tags = device == 3 ? [] : ["hall"] });
        }

        var before = (MeterOf(world, 1), MeterOf(world, 2), MeterOf(world, 3));
        world.Restart();

        Assert.Equal(before, (MeterOf(world, 1), MeterOf(world, 2), MeterOf(world, 3)));
        Assert.Equal(before.Item1, before.Item2);
    }

    [Fact]
    public void Reload_ThatGroupsByAnotherThing_GivesEachItsOwn_AndTheOtherWay()
    {
        var world = new ControlHarness(ByTag).Ready();
        foreach (var device in (int[])[1, 2, 3])
        {
            world.Bind(device, AddressOf(device));
            world.Decide(device, d => d with { Tags = ["hall"] });
        }

        world.Restart(settings: Pool + "[profiles.default]\nrate_in = \"20M\"\n");
        Assert.Equal(3, ((uint[])[MeterOf(world, 1), MeterOf(world, 2), MeterOf(world, 3)]).Distinct().Count());

        world.Restart(settings: ByTag);
        Assert.Single(((uint[])[MeterOf(world, 1), MeterOf(world, 2), MeterOf(world, 3)]).Distinct());
    }

    [Fact]
    public void Vlan_IsAGroup_WithoutAnyCode()
    {
        var world = new ControlHarness("access.vlans = [7, 8]\n" + Pool + "[profiles.default]\nrate_out = \"20M\"\nlimits_per = \"vlan\"\n").Ready();
        var (first, second, other) = (world.Bind(1, AddressOf(1), 7), world.Bind(2, AddressOf(2), 7), world.Bind(3, AddressOf(3), 8));

        Assert.Equal(first.Meter, second.Meter);
        Assert.NotEqual(first.Meter, other.Meter);
        Assert.Equal("VLAN 7", world.Core.Inspector.Inspect(new Station(7, Mac(1)), null).LimitsWith);
    }
}
