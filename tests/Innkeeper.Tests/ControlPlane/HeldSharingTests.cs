using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>With a walled garden, held devices share an outside address for it, and nothing more.</summary>
public sealed class HeldSharingTests
{
    private const string Address = "47.31.128.195";
    private const string Approve = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nprofiles.default.admission = \"approve\"\n";
    private const string Garden = Approve + "portal.allow = [\"pay.example.org\"]\n";
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(5);

    [Fact]
    public void HeldDevice_SharesAnAddress_AndNobodyOutsideMayBegin()
    {
        var world = new ControlHarness(Garden).Ready();

        var held = world.Bind(1, Address);

        Assert.Equal((false, ControlHarness.UplinkNetwork.Address), (held.HasOwn, held.Shared));
        var slot = world.Map.Slots[held.Number];
        Assert.Equal((BindingFlags.Active | BindingFlags.Held, held.Share), (slot.Flags & (BindingFlags.Active | BindingFlags.Held | BindingFlags.Inbound), slot.Share));
        Assert.Equal(FairShare.CrowdKeeps, world.Shared.Keeps[held.Share]);
        Assert.Equal([held.Share], world.Shared.Shares.Keys);
    }

    [Fact]
    public void HeldDevice_WithoutAGarden_SharesNothing()
    {
        var world = new ControlHarness(Approve).Ready();
        Assert.Equal((false, 0u), (world.Bind(1, Address).HasOwn, world.Bind(1, Address).Share));
        Assert.Empty(world.Shared.Shares);
    }

    [Theory]
    [InlineData("own")]
    [InlineData("shared")]
    [InlineData("own-only")]
    public void HeldDevice_WhateverItsProfileSaysOfAdmittedOnes_Shares(string legal) =>
        Assert.NotEqual(0u, new ControlHarness(Garden + $"profiles.default.legal = \"{legal}\"\n").Ready().Bind(1, Address).Share);

    [Fact]
    public void HeldDevice_GetsNoAddressOfItsOwn_ThoughThereAreSome_UntilItIsApproved()
    {
        var world = new ControlHarness(Garden).Ready();
        world.Bind(1, Address);
        world.Advance(s_sweep);
        world.Advance(s_sweep);
        Assert.False(world.BindingOf(1, Address)!.HasOwn);
        Assert.Empty(world.Began);

        world.Decide(1, AdmissionState.Admitted);

        var admitted = world.Bind(1, Address);
        Assert.Equal((true, 0u), (admitted.HasOwn, admitted.Share));
        Assert.True(world.Map.Slots[admitted.Number].Flags.HasFlag(BindingFlags.Inbound));
    }

    [Fact]
    public void HeldDevices_AreNotCountedAsThoseThatNeedPorts_AndLeaveHalfOfThem()
    {
        var world = new ControlHarness(Garden + "[[rules]]\nmac = \"" + Mac(2) + "\"\nprofile = \"staff\"\n[profiles.staff]\nadmission = \"auto\"\nlegal = \"shared\"\n").Ready();
        var (held, staff) = (world.Bind(1, Address), world.Bind(2, Address));
        world.Advance(s_sweep);
        world.Advance(s_sweep);
        Assert.Equal((FairShare.CrowdKeeps, FairShare.NewcomerKeeps), (world.Shared.Keeps[held.Share], world.Shared.Keeps[staff.Share]));
        Assert.Equal(1, world.Core.Napt.Ports.Devices);

        world.Advance(FairShare.NewcomerTime);
        world.Advance(s_sweep);
        Assert.Equal((FairShare.CrowdKeeps, 0), (world.Shared.Keeps[held.Share], world.Shared.Keeps[staff.Share]));
    }

    [Fact]
    public void HeldDevices_BeyondHalfOfTheShares_AreServedWithoutOne()
    {
        var world = new ControlHarness(Garden, capacity: 16).Ready();
        var held = Enumerable.Range(1, 12).Select(device => world.Bind(device, Address)).ToList();
        Assert.Equal(7, held.Count(b => b.Share != 0));
    }

    [Fact]
    public void HeldDevice_WhoseSharedAddressChanges_GetsTheOther()
    {
        var world = new ControlHarness(Garden).Ready();
        var held = world.Bind(1, Address);
        var other = Ipv4Network.Parse("137.118.199.9/24");

        world.Change(world.Network.WithUplink(world.Network.Uplink with { Address = other.Address, Shared = other.Address }));

        Assert.Equal(other.Address, world.BindingOf(1, Address)!.Shared);
        Assert.NotEqual(held.Share, world.BindingOf(1, Address)!.Share);
    }

    [Fact]
    public void Restart_TakesOverTheShareOfAHeldDevice()
    {
        var world = new ControlHarness(Garden).Ready();
        var held = world.Bind(1, Address);

        Assert.Equal(1, world.Restart());

        Assert.Equal((held.Number, held.Share, held.Shared), (world.BindingOf(1, Address)!.Number, world.BindingOf(1, Address)!.Share, world.BindingOf(1, Address)!.Shared));
    }
}
