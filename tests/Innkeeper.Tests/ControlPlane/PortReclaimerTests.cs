using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Ports of devices that have gone, while others find none.</summary>
public sealed class PortReclaimerTests
{
    private const string Address = "47.31.128.195";
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(5);

    private readonly ControlHarness _world = new ControlHarness("").Ready();

    /// <summary>Two devices with TCP sessions, silent for long enough; ports are low or not.</summary>
    private void GoSilent(bool isLow)
    {
        foreach (var device in (int[])[1, 2])
        {
            _world.Shared.SetUsed(_world.Confirm(_world.Bind(device, Address)).Share, 5, 0, 0, 0);
        }

        _world.Shared.Room = new PortRoom(1, 1000, isLow ? 100 : 900);
        _world.Advance(PortReclaimer.SilentFor);
        _world.Access.Take();
    }

    [Fact]
    public void LowPorts_DeviceThatAnswersNoQuestion_LosesItsBinding_AndOneThatAnswersKeepsIt()
    {
        GoSilent(isLow: true);
        for (var i = 0; i <= PortReclaimer.Questions; i++)
        {
            _world.Advance(s_sweep);
            Assert.All(_world.Access.Take().Arps(), a => Assert.Equal(Ip(Address), a.TargetIp));
            _world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(2), ArpMessage.Reply(Mac(2), Ip(Address), ControlHarness.AccessMac, Ip("100.64.0.1"))));
        }

        Assert.Null(_world.BindingOf(1, Address));
        Assert.NotNull(_world.BindingOf(2, Address));
    }

    [Fact]
    public void EnoughPorts_NobodyIsAsked()
    {
        GoSilent(isLow: false);
        _world.Advance(TimeSpan.FromMinutes(1), s_sweep);
        Assert.Empty(_world.Access.Take().Arps());
        Assert.NotNull(_world.BindingOf(1, Address));
    }
}
