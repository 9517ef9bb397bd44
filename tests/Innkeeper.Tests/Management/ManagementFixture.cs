using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Management;

/// <summary>The operations on devices with collaborators in memory: records, bindings, what the control plane was told, and what was noted.</summary>
internal sealed class ManagementFixture : IControlInbox, IDeviceDecisions, IDurability, IBindingStatistics, INaptStatistics, IAuditTrail
{
    public static readonly DateTimeOffset Start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    public static readonly Actor Admin = new("root", ActorKind.LocalUser, Permission.Admin);
    public static readonly Actor Operator = new("olga", ActorKind.LocalUser, Permission.Operator);
    public static readonly Actor Viewer = new("vera", ActorKind.LocalUser, Permission.Viewer);
    public static readonly MacAddress Phone = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress Tablet = MacAddress.Parse("02:00:00:00:00:02");

    /// <summary>A machine of the file.</summary>
    public static readonly MacAddress Press = MacAddress.Parse("02:00:00:00:77:07");

    private ImmutableDictionary<uint, Binding> _bindings = ImmutableDictionary<uint, Binding>.Empty;

    public ManagementFixture()
    {
        Config = ConfigurationFile.Parse(
            """
            access.interface = "eth1"
            uplink.interface = "eth0"
            access.vlans = [70]
            pool.addresses = ["137.118.199.50-137.118.199.99"]
            dns.zone = "lan"
            [profiles.default]
            admission = "approve"
            [profiles.guests]
            admission = "approve"
            lifetime = "8h"
            [[machines]]
            name = "press-1"
            mac = "02:00:00:00:77:07"
            address = "192.168.0.10"
            outside = "137.118.199.77"
            [[machines]]
            name = "cell-7"
            vlan = 70
            outside = "137.118.199.78"
            """,
            "innkeeper.toml").Config!;
        Records = new DeviceStore(100, new MachineRoster(Config.Machines));
        Directory = new DeviceDirectory(Records, () => _bindings);
        Events = new EventLog(Clock);
        Queries = new DeviceQueries(Config, () => Ipv4Network.Parse("100.64.0.0/10"), Directory, this, new Vendors("/nonexistent"), Clock, Taken.Contains);
        Commands = new DeviceCommands(Config, Directory, Queries.Select, new AdmissionPolicy(Config.Profiles, Config.Rules), this, this, new CommandJournal(Events, this, this, Clock), () => Peer,
            new Erasure([new("events", Erased.Add), new("series", _ => throw new IOException("full"))], () => [new StayReport("the audit trail", Clock.GetUtcNow())]));
    }

    public ManualClock Clock { get; } = new(Start);

    public InnkeeperConfig Config { get; }

    public DeviceStore Records { get; }

    public DeviceDirectory Directory { get; }

    public EventLog Events { get; }

    public DeviceCommands Commands { get; }

    public DeviceQueries Queries { get; }

    /// <summary>What was put in force, in order; null: forgotten.</summary>
    public List<(MacAddress Mac, DeviceRecord? Record)> Decided { get; } = [];

    /// <summary>The audit trail, oldest first.</summary>
    public List<AuditEntry> Trail { get; } = [];

    /// <summary>Why the audit trail is not written; null: it is.</summary>
    public string? TrailFailure { get; set; }

    /// <summary>Bindings whose activity was read.</summary>
    public List<uint> Read { get; } = [];

    /// <summary>Bindings whose movement was read.</summary>
    public List<uint> Moved { get; } = [];

    /// <summary>By the bindings' numbers; others moved 9 octets 30 s ago.</summary>
    public Dictionary<uint, BindingMovement> Movements { get; } = [];

    /// <summary>Another gateway on the same LAN.</summary>
    public PeerReport? Peer { get; set; }

    /// <summary>Outside addresses that foreign hosts use.</summary>
    public HashSet<Ipv4Address> Taken { get; } = [];

    /// <summary>The time that each decision takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Turns of the control plane's thread that had something to do.</summary>
    public int Turns { get; private set; }

    /// <summary>Why the disk is not written; null: it is.</summary>
    public string? DiskFailure { get; set; }

    public Sweep Found { get; set; }

    public IReadOnlyList<SharedAddressSlot> Addresses { get; set; } = [];

    public PortUse Ports { get; set; } = PortUse.None;

    public uint Capacity => 1000;

    public IReadOnlyDictionary<uint, Binding> Bindings => _bindings;

    public static NetworkState Network() => new(
        new LinkInfo(2, "eth1", MacAddress.Parse("02:00:00:00:01:01"), 1500, true, true, [], null),
        new LinkInfo(3, "eth0", MacAddress.Parse("02:00:00:00:01:02"), 1500, true, true, [], null),
        Ipv4Network.Parse("137.118.199.2/24"), Ipv4Address.Parse("137.118.199.1"), MacAddress.Parse("02:00:00:00:01:02"), 1500, null);

    public DeviceRecord Know(MacAddress mac, string name = "", string hostName = "", AdmissionState state = AdmissionState.Held)
    {
        var record = new DeviceRecord(mac, Start) { Name = name, HostName = hostName, Admission = new AdmissionStatus(state, "it is new", "profile default", Start) };
        Records.Put(record, _ => false);
        return record;
    }

    public Binding Bind(uint number, MacAddress mac, string claimed, string legal, ushort vlan = 0, uint share = 0)
    {
        var binding = new Binding(
            number, new ClaimedAddress(new Station(vlan, mac), Ipv4Address.Parse(claimed)), share == 0 ? Ipv4Address.Parse(legal) : Ipv4Address.Any, Ipv4Address.Any, false, Start)
        {
            Share = share,
            Shared = share == 0 ? Ipv4Address.Any : Ipv4Address.Parse(legal),
        };
        _bindings = _bindings.SetItem(number, binding);
        return binding;
    }

    public void Unbind(uint number) => _bindings = _bindings.Remove(number);

    /// <summary>As the control plane's thread would run it.</summary>
    void IControlInbox.Post(Action action)
    {
        Turns++;
        action();
    }

    /// <summary>Devices that were erased.</summary>
    public List<ErasedDevice> Erased { get; } = [];

    void IDeviceDecisions.Decide(DeviceRecord device)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (watch.Elapsed < Delay)
        {
            // A decision takes its time.
        }

        Records.Put(device, _ => false);
        Decided.Add((device.Mac, device));
    }

    void IDeviceDecisions.ForgetDevice(DeviceRecord device)
    {
        Records.Forget(device.Mac);
        Decided.Add((device.Mac, null));
    }

    string? IDurability.AwaitDisk(TimeSpan patience) => DiskFailure;

    void IAuditTrail.Add(AuditEntry entry) => Trail.Add(entry);

    string? IAuditTrail.Flush() => TrailFailure;

    BindingActivity IBindingStatistics.Of(Binding binding)
    {
        Read.Add(binding.Number);
        return new BindingActivity(new Traffic { OutPackets = 10 * binding.Number, OutBytes = 7, InPackets = 3, InBytes = 2 }, TimeSpan.FromSeconds(30), [Ipv4Address.Parse("9.9.9.9")], [1, 2, 3, 4]);
    }

    BindingMovement IBindingStatistics.MovementOf(Binding binding)
    {
        Moved.Add(binding.Number);
        return Movements.GetValueOrDefault(binding.Number, new BindingMovement(9, TimeSpan.FromSeconds(30)));
    }

    uint[] INaptStatistics.PortsOf(uint share) => [1, 2, 3, 4];
}
