using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>What tests do with the harness again and again, and what they ask it.</summary>
internal static class HarnessSteps
{
    /// <summary>Why a device got no address; null: it got one, or asked for none.</summary>
    public static ServiceRefusal? RefusalOf(this ControlHarness world, int device) => world.Core.Policy.Devices.RefusalOf(Frames.Mac(device), world.Steady.GetUtcNow());

    public static ulong Count(this ControlHarness world, Counter counter) => world.Counters.Snapshot()[Counters.ToSnakeCase(counter.ToString())];

    public static IReadOnlyList<T> EventsOf<T>(this ControlHarness world)
        where T : GatewayEvent => [.. world.Store.Events.Select(e => e.What).OfType<T>()];

    public static ClaimedAddress Claim(int device, string address, ushort vlan = 0) => new(new Station(vlan, Frames.Mac(device)), Frames.Ip(address));

    /// <summary>A device whose address has no binding sends a datagram by way of the gateway.</summary>
    public static void SendFirst(this ControlHarness world, int device, string from, ushort vlan = 0, string to = "8.8.8.8") =>
        world.Punt(PuntReason.NewSource, Frames.Udp(world.Network.Networks.AccessMac, Frames.Mac(device), from, to), vlan);

    /// <summary>As <see cref="SendFirst"/>.</summary>
    /// <returns>The binding that the address has now.</returns>
    public static Binding Bind(this ControlHarness world, int device, string address, ushort vlan = 0)
    {
        world.SendFirst(device, address, vlan);
        return world.BindingOf(device, address, vlan)!;
    }

    public static Binding? BindingOf(this ControlHarness world, int device, string address, ushort vlan = 0) =>
        world.Core.Registry.Find(Claim(device, address, vlan));

    /// <summary>The device of a binding is answered, and goes on: it exists.</summary>
    public static Binding Confirm(this ControlHarness world, Binding binding)
    {
        world.Map.CountIn(binding.Number, world.Now);
        world.Map.CountOut(binding.Number, world.Now + TimeSpan.FromMilliseconds(1));
        return binding;
    }

    /// <summary>The administrator decides about a device that is known.</summary>
    public static void Decide(this ControlHarness world, int device, Func<DeviceRecord, DeviceRecord> decide) =>
        world.Core.Admission.Decide(decide(world.Core.Policy.Find(Frames.Mac(device))!));

    public static void Decide(this ControlHarness world, int device, AdmissionState state) =>
        world.Decide(device, d => d with { Admission = new AdmissionStatus(state, "test", "administrator root", world.Clock.GetUtcNow(), null, DecisionSource.Administrator) });

    /// <summary>The administrator has a device forgotten.</summary>
    public static void Forget(this ControlHarness world, int device) => world.Core.Admission.ForgetDevice(world.Core.Policy.Find(Frames.Mac(device))!);

    /// <summary>A host of an uplink says by ARP.</summary>
    public static void HearOnUplink(this ControlHarness world, ArpMessage message, uint uplink = 0) =>
        world.Punt(PuntReason.ArpUplink, Frames.Arp(MacAddress.Broadcast, message.SenderMac, message), 0, uplink);

    /// <summary>The router answers the question whether it is there.</summary>
    public static void AnswerAsRouter(this ControlHarness world) =>
        world.HearOnUplink(ArpMessage.Reply(ControlHarness.RouterMac, ControlHarness.Router, ControlHarness.UplinkMac, ControlHarness.UplinkNetwork.Address));

    /// <summary>The ARP messages among frames.</summary>
    public static IReadOnlyList<ArpMessage> Arps(this IEnumerable<byte[]> frames) =>
        [.. frames.Where(f => EthernetPacket.TryParse(f, out var ethernet) && ArpMessage.TryParse(ethernet.Payload, out _)).Select(f => Frames.ReadArp(f, out _))];

    /// <summary>Time passes in steps, and the loop turns at each.</summary>
    public static void Advance(this ControlHarness world, TimeSpan time, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            world.Advance(step);
        }
    }

    /// <summary>A network with another main uplink.</summary>
    public static NetworkContext WithUplink(this NetworkContext network, UplinkLink uplink) =>
        network with { Ports = network.Ports.SetItem(0, uplink) };
}
