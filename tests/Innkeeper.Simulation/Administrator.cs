using Innkeeper.ControlPlane;
using Innkeeper.Policy;
using Innkeeper.Simulation.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation;

/// <summary>
/// The administrator's orders, given through the inbox as the control socket gives them. Each order names its device by the order's number,
/// so that after a restart it shows which of them survived: no fewer than were acknowledged as being on disk.
/// </summary>
internal sealed class Administrator(Gateway gateway, DeviceCrowd crowd, Random random, Action<string> log)
{
    private readonly Dictionary<MacAddress, List<Order>> _orders = [];
    private int _last;

    public int Given { get; private set; }

    /// <summary>Whether there ever was an order about a device.</summary>
    public bool IsOrderedAbout(MacAddress mac) => _orders.ContainsKey(mac);

    public void GiveOrder()
    {
        var mac = crowd.Any.Mac;
        var order = new Order(++_last, random.Next(8) == 0);
        var executed = false;
        if (!gateway.Run(core => core.Inbox.Post(() => executed = Execute(core, mac, order))) || !gateway.Run(core => core.Step(TimeSpan.Zero)) || !executed)
        {
            // It may have been executed out, and may be on disk, when the process died: nobody was told.
            Add(mac, order);
            return;
        }

        Given++;
        Add(mac, order);
        if (random.Next(2) == 0)
        {
            var isOnDisk = false;
            if (gateway.Run(_ => isOnDisk = gateway.Disk.Flush()) && isOnDisk)
            {
                order.IsAcknowledged = true;
                _orders[mac].RemoveAll(o => o.Number < order.Number);
            }
        }
    }

    /// <summary>What was acknowledged is in force, whatever happened since.</summary>
    /// <exception cref="InvariantViolatedException">It is not.</exception>
    public void Check(ControlCore core)
    {
        foreach (var (mac, orders) in _orders)
        {
            if (!orders[0].IsAcknowledged)
            {
                continue;
            }

            var name = core.Policy.Find(mac)?.Name ?? "";
            if (!orders.Exists(o => (o.IsForget ? "" : NameOf(o)) == name))
            {
                throw new InvariantViolatedException($"order {orders[0].Number} about {mac} was acknowledged, but it is called \"{name}\"");
            }
        }
    }

    /// <summary>The database was lost: names that were given since the snapshot are too.</summary>
    public void OnLoss() => _orders.Clear();

    private static string NameOf(Order order) => $"order-{order.Number}";

    private void Add(MacAddress mac, Order order)
    {
        if (!_orders.TryGetValue(mac, out var orders))
        {
            _orders[mac] = orders = [];
        }

        orders.Add(order);
    }

    private bool Execute(ControlCore core, MacAddress mac, Order order)
    {
        var config = gateway.Settings.Config;
        var now = gateway.Steady.GetUtcNow();
        var known = core.Policy.Find(mac);
        if (order.IsForget)
        {
            log($"order {order.Number}: forget {mac}");
            if (known is not null)
            {
                core.Admission.ForgetDevice(known);
            }

            return true;
        }

        var rules = new AdmissionPolicy(config.Profiles, config.Rules);
        var vlan = core.Registry.BindingsOf(mac) is [var first, ..] ? first.Claim.Station.Vlan : (ushort)0;
        var device = (known ?? new DeviceRecord(mac, now)) with { Name = NameOf(order) };
        device = (order.Number % 5) switch { 0 => device with { Tags = ["hall"] }, 1 => device with { Tags = ["hall", "bar"] }, 2 => device with { Tags = [] }, _ => device };
        var changed = random.Next(6) switch
        {
            0 => AdmissionPolicy.Refuse(device, AdmissionState.Blocked, "", "root", now),
            1 => AdmissionPolicy.Refuse(device, AdmissionState.Held, "", "root", now),
            2 => device with { PinnedProfile = random.Next(3) == 0 ? null : "guests" },
            3 => Pin(core, device),
            _ => rules.Approve(device, vlan, random.Next(3) == 0 ? TimeSpan.FromMinutes(5) : null, "", "root", now),
        };
        log($"order {order.Number}: {mac} is {changed.Admission.State}, profile {changed.PinnedProfile}, pinned to {changed.PinnedLegal}");
        core.Admission.Decide(rules.Evaluate(changed, vlan, now));
        return true;
    }

    private DeviceRecord Pin(ControlCore core, DeviceRecord device)
    {
        var pools = gateway.Settings.Config.Pool.Addresses.Concat(gateway.Settings.Config.Gateways.SelectMany(g => g.Pool)).ToList();
        if (pools.Count == 0 || random.Next(3) == 0)
        {
            return device with { PinnedLegal = null };
        }

        var addresses = pools[random.Next(pools.Count)].Addresses().ToList();
        var legal = addresses[random.Next(addresses.Count)];
        return core.Policy.Devices.Devices.Values.Any(d => d.PinnedLegal == legal && d.Mac != device.Mac) ? device : device with { PinnedLegal = legal };
    }

    private sealed record Order(int Number, bool IsForget)
    {
        public bool IsAcknowledged { get; set; }
    }
}
