using System.Diagnostics;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <content>One order about many devices.</content>
internal sealed partial class DeviceCommands
{
    /// <summary>Devices of one order.</summary>
    public const int MostOrdered = 10_000;

    /// <summary>Devices that each list of a report names.</summary>
    public const int MostListed = 200;

    private const int Schema = 1;

    /// <summary>The control plane's thread does so much of an order at once; packets that need it come first again.</summary>
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(0.5);

    /// <summary>The audit trail keeps a bounded number of entries in memory until they are on disk.</summary>
    private const int EntriesAtOnce = 1000;

    private int _isOrdering;

    /// <inheritdoc/>
    public async ValueTask<Result<OrderReport>> CarryOutAsync(Actor actor, DeviceFilter filter, Order order, WriteOptions options)
    {
        if (actor.Lacks(Permission.Operator) is { } lacking)
        {
            return lacking;
        }

        var read = Read(actor, order);
        if (!read.IsOk)
        {
            return read.Failure;
        }

        if (Refuse(actor, read.Value) is { } refusal)
        {
            return refusal;
        }

        var work = new OrderWork(order, read.Value, options.IsDryRun);
        if (Select(filter, order, work) is { } wrong)
        {
            return wrong;
        }

        if (Interlocked.Exchange(ref _isOrdering, 1) == 1)
        {
            return new Unavailable("another order about many devices is being carried out; wait for its end");
        }

        try
        {
            return await RunAsync(actor, work).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isOrdering, 0);
        }
    }

    private async Task<OrderReport> RunAsync(Actor actor, OrderWork work)
    {
        string? notDurable = null;
        for (var noted = 0; !work.IsDone;)
        {
            await inbox.RunAsync(() => CarryOutSlice(actor, work)).ConfigureAwait(false);
            if (!work.Options.IsDryRun && work.TouchedCount - noted >= EntriesAtOnce)
            {
                noted = work.TouchedCount;
                notDurable = await journal.AwaitDiskAsync().ConfigureAwait(false);
            }
        }

        if (!work.Options.IsDryRun && work.TouchedCount > 0)
        {
            journal.Add(new DevicesOrdered(
                work.Order.Verb!, work.TouchedCount, [.. work.Touched.Take(OrderText.MostNamed).Select(t => t.Name ?? t.Mac)], work.RefusedCount, work.Order.Value ?? "", work.Order.For ?? "",
                actor.Name, work.Order.Reason ?? ""));
            notDurable = await journal.AwaitDiskAsync().ConfigureAwait(false);
        }

        return new OrderReport(
            Schema, work.Order.Verb!, work.Options.IsDryRun, work.TouchedCount, work.Touched, work.RefusedCount, work.Refused,
            work.TouchedCount - work.Touched.Count + work.RefusedCount - work.Refused.Count, notDurable);
    }

    /// <summary>Called on the control plane's thread.</summary>
    private bool CarryOutSlice(Actor actor, OrderWork work)
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            var (mac, vlan) = work.Next();
            work.Add(mac, CarryOut(mac, vlan, work.Command, work.Options, outcome => journal.AddToTrail(actor, outcome.Decision, outcome.Before, outcome.After)));
        }
        while (!work.IsDone && Stopwatch.GetElapsedTime(began) < s_slice);
        return work.IsDone;
    }

    /// <summary>The order as the command that each device gets. A value that has no effect is refused: the client would believe that it had one.</summary>
    private Result<Command> Read(Actor actor, Order order)
    {
        string[] takes = order.Verb switch
        {
            "approve" => ["for", "reason"],
            "block" or "hold" => ["reason"],
            "tag" or "untag" or "profile" => ["value"],
            _ => [],
        };
        var given = new[] { ("value", order.Value), ("for", order.For), ("reason", order.Reason) }.Where(v => v.Item2 is not null);
        if (given.FirstOrDefault(v => !takes.Contains(v.Item1)) is { Item1: { } stray } && order.Verb is not null)
        {
            return new Invalid(stray, "it", takes.Length == 0 ? $"none with the order {SafeText.Shorten(order.Verb)}" : $"only {string.Join(" and ", takes)} with the order {SafeText.Shorten(order.Verb)}");
        }

        return order.Verb switch
        {
            "approve" => Approve(actor, new Approval(null, order.For, order.Reason)),
            "block" => Block(actor, new Decision(order.Reason)),
            "hold" => Hold(actor, new Decision(order.Reason)),
            "forget" => Forget(actor),
            "tag" => Tag(actor, order.Value, isAdded: true),
            "untag" => Tag(actor, order.Value, isAdded: false),
            "profile" => Profile(actor, order.Value),
            _ => new Invalid("order", order.Verb, "approve, block, hold, forget, tag, untag or profile"),
        };
    }

    /// <summary>The devices of a list or of a filter: one of both, so that an empty filter is not all devices by mistake.</summary>
    private Failure? Select(DeviceFilter filter, Order order, OrderWork work)
    {
        if (order.Devices is { } devices)
        {
            if (filter != new DeviceFilter() || devices.Count is 0 or > MostOrdered)
            {
                return new Invalid("devices", $"a list of {devices.Count}", $"1 to {MostOrdered} devices, and no filter");
            }

            foreach (var device in devices)
            {
                if (directory.Identify(device ?? "") is { IsOk: true } identified)
                {
                    work.Add(identified.Value.Mac, 0);
                }
                else
                {
                    work.Refuse(device ?? "", directory.Identify(device ?? "").Failure!);
                }
            }

            return null;
        }

        if (filter == new DeviceFilter())
        {
            return new Invalid("devices", null, "a list of devices, or a filter such as state=held in the query");
        }

        var selected = select(filter);
        if (!selected.IsOk)
        {
            return selected.Failure;
        }

        foreach (var device in selected.Value)
        {
            work.Add(device.Station.Mac, device.Station.Vlan);
        }

        return work.Count > MostOrdered ? new Invalid("filter", $"one of {work.Count} devices", $"one that selects at most {MostOrdered} devices") : null;
    }

    /// <summary>An order on its way. One thread at a time.</summary>
    private sealed class OrderWork(Order order, Command command, bool isDryRun)
    {
        private readonly List<(MacAddress Mac, ushort Vlan)> _devices = [];
        private readonly HashSet<MacAddress> _macs = [];
        private int _next;

        public Order Order => order;

        public Command Command => command;

        /// <summary>Devices of one order have versions of their own.</summary>
        public WriteOptions Options { get; } = new(isDryRun);

        public List<OrderedDevice> Touched { get; } = [];

        public List<RefusedDevice> Refused { get; } = [];

        public int TouchedCount { get; private set; }

        public int RefusedCount { get; private set; }

        public int Count => _devices.Count;

        public bool IsDone => _next == _devices.Count;

        /// <summary>A device may be in several VLANs, or named twice.</summary>
        public void Add(MacAddress mac, ushort vlan)
        {
            if (_macs.Add(mac))
            {
                _devices.Add((mac, vlan));
            }
        }

        public (MacAddress Mac, ushort Vlan) Next() => _devices[_next++];

        public void Add(MacAddress mac, Result<Outcome> result)
        {
            if (!result.IsOk)
            {
                Refuse(mac.ToString(), result.Failure);
            }
            else if (++TouchedCount <= MostListed)
            {
                var decision = result.Value.Decision;
                var name = decision.Device.Name;
                Touched.Add(new OrderedDevice(mac.ToString(), isDryRun ? OrderText.ForecastOf(decision) : EventText.OutcomeOf(decision), name.Length > 0 ? name : null));
            }
        }

        public void Refuse(string device, Failure failure)
        {
            if (++RefusedCount <= MostListed)
            {
                Refused.Add(new RefusedDevice(SafeText.Shorten(device), failure.Code, failure.Message));
            }
        }
    }
}
