using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Cli;

namespace Innkeeper.Tests.Management;

/// <summary>The operations around the gateway's services, for tests of their clients.</summary>
internal sealed class FakeServices : INetworkQueries, IOutboxOperations, IDeviceOrders, IMachineOperations, IForwardOperations, IFindOperations
{
    /// <summary>The machines that were written; one that was removed has no MAC.</summary>
    public List<MachineEntry> Written { get; } = [];

    Result<MachinesReport> IMachineOperations.List(Actor actor) => new MachinesReport(
        1, [new("press-1", "02:00:00:00:00:01", 7, "192.168.0.10", "137.118.199.60", null, "hall [red]", 12, "02:00:00:00:00:01", "admitted", "137.118.199.60", "press-1.lan", SampleReports.FirstSeen, "local")]);

    /// <summary>The searches that were asked for.</summary>
    public List<FindRequest> Sought { get; } = [];

    /// <summary>The news of any search.</summary>
    public IReadOnlyList<FindReport> News { get; set; } = [new FindReport(1, [], 2046, 2046, 0, 0, 0, "the time is over (120 s)")];

    public Result<FindRun> Start(Actor actor, FindRequest request)
    {
        Sought.Add(request);
        return new FindRun(new MemoryStream(), _ => News.ToAsyncEnumerable());
    }

    public Result<ReloadReport> Put(Actor actor, MachineEntries entries, WriteOptions options)
    {
        Written.AddRange(entries.Machines ?? []);
        return new ReloadReport(["machines[1].name"]) { DryRun = options.IsDryRun };
    }

    public Result<ReloadReport> Remove(Actor actor, string name, WriteOptions options)
    {
        Written.Add(new MachineEntry(name));
        return new ReloadReport(["machines[1].name"]) { DryRun = options.IsDryRun };
    }

    /// <summary>The forwards that were written; one that was removed has no protocol.</summary>
    public List<ForwardEntry> WrittenForwards { get; } = [];

    Result<ForwardsReport> IForwardOperations.List(Actor actor) => new ForwardsReport(
        1,
        [
            new("tcp-8080", "tcp", "8080", "137.118.199.2", "press-1", 80, "page [red]", 20, "open", null, "02:00:00:00:00:01", "192.168.0.10"),
            new("udp-5000-5010", "udp", "5000-5010", "137.118.199.2", "press-2", 5000, null, 24, "waits", "no machine or device has this name", null, null),
        ]);

    public Result<ReloadReport> Put(Actor actor, ForwardEntry entry, WriteOptions options)
    {
        WrittenForwards.Add(entry);
        return new ReloadReport(["forwards[1].port"], Values: [new ValueChange("forwards[1].port", null, entry.Port)]) { DryRun = options.IsDryRun };
    }

    Result<ReloadReport> IForwardOperations.Remove(Actor actor, string id, WriteOptions options)
    {
        WrittenForwards.Add(new ForwardEntry(null, id, null));
        return new ReloadReport(["forwards[1].port"]) { DryRun = options.IsDryRun };
    }

    /// <summary>The outbox, as it is listed.</summary>
    public List<OutboxMessageReport> Messages { get; } = [new("mail-12", "mail", "arrival", "a new device [red]", "dead", SampleReports.FirstSeen, 3, null, "550 no such user")];

    /// <summary>The orders about messages.</summary>
    public List<string> Posted { get; } = [];

    Result<NetworkReport> INetworkQueries.Get(Actor actor) => new NetworkReport(
        1, "two-armed", [], "137.118.199.2/24", "247.64.0.0/10", [], new PoolReport(0, 0, 0, 0, 0), new NaptReport([], 0, 0, 0, 0), [], null, [], []);

    Result<OutboxMessagesReport> IOutboxOperations.List(Actor actor) => new OutboxMessagesReport(1, Messages);

    public Result<MessageChange> Retry(Actor actor, string id, WriteOptions options) => Post("retry", id, options);

    public Result<MessageChange> Delete(Actor actor, string id, WriteOptions options) => Post("delete", id, options);

    public ValueTask<Result<MailTestReport>> TestMailAsync(Actor actor, MailTestRequest request, CancellationToken stop) =>
        new(new MailTestReport(1, true, $"taken: for {request.To}", ["connected"]));

    /// <summary>The orders about many devices.</summary>
    public List<(DeviceFilter Filter, Order Order, bool IsDryRun)> Ordered { get; } = [];

    /// <summary>Devices that no order can be carried out for.</summary>
    public IReadOnlyList<RefusedDevice> Refused { get; set; } = [];

    public ValueTask<Result<OrderReport>> CarryOutAsync(Actor actor, DeviceFilter filter, Order order, WriteOptions options)
    {
        Ordered.Add((filter, order, options.IsDryRun));
        return new(new OrderReport(
            1, order.Verb!, options.IsDryRun, 2, [new OrderedDevice("02:00:00:00:00:01", "02:00:00:00:00:01 (phone [red]) is done", "phone [red]")], Refused.Count, Refused, 1));
    }

    private Result<MessageChange> Post(string verb, string id, WriteOptions options)
    {
        Posted.Add($"{verb} {id}{(options.IsDryRun ? " dry" : "")}");
        return Messages.Any(m => m.Id == id) ? new MessageChange(id, $"{id}: {verb}", options.IsDryRun) : new NotFound("message", id);
    }
}
