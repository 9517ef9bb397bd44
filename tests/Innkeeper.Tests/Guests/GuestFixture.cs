using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Guests;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Guests;

/// <summary>Vouchers and rooms with a file of their own, a clock that stands, and a control plane that is a list of records.</summary>
internal sealed class GuestFixture : IControlInbox, IDeviceDecisions, IDurability, IAuditTrail, IDisposable
{
    public const string Settings = """
        access.interface = "eth1"
        access.vlans = [7, 214, 215]
        uplink.interface = "eth0"
        pool.addresses = ["137.118.199.50-137.118.199.99"]
        portal.directory = "/etc/innkeeper/portal"
        [profiles.default]
        admission = "approve"
        ways_in = ["terms", "code", "ask"]
        lifetime = "12h"
        [profiles.guests]
        vouchers = true
        [profiles.fast]
        rate_in = "100M"
        [profiles.shut]
        admission = "closed"
        ways_in = ["ask"]
        [[rules]]
        vlan = 7
        profile = "shut"
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly Lock _thread = new();

    public GuestFixture()
    {
        var read = ConfigurationFile.Parse(Settings, "innkeeper.toml");
        Config = read.Config ?? throw new InvalidOperationException(string.Join("\n", read.Errors));
        Policy = new AdmissionPolicy(Config.Profiles, Config.Rules);
        Events = new EventLog(Clock);
        Open();
    }

    public ManualClock Clock { get; } = new(ManagementFixture.Start);

    public InnkeeperConfig Config { get; }

    public AdmissionPolicy Policy { get; }

    public EventLog Events { get; }

    public DeviceStore Devices { get; } = new(1000);

    public GuestStore Store { get; private set; } = null!;

    public GuestAdmissions Admissions { get; private set; } = null!;

    public VoucherOperations Vouchers { get; private set; } = null!;

    public RoomOperations Rooms { get; private set; } = null!;

    public List<AuditEntry> Trail { get; } = [];

    /// <summary>VLANs of devices; others are untagged.</summary>
    public Dictionary<MacAddress, ushort> Vlans { get; } = [];

    /// <summary>Why the control plane's disk is not written; null: it is.</summary>
    public string? DiskFailure { get; set; }

    public string Folder => _directory.Path;

    public string File => Path.Combine(Folder, GuestDatabase.FileName);

    public string[] Said => [.. Events.Latest().Select(e => $"{e.Kind}: {e.Text}")];

    public static MacAddress Mac(int number) => new(0x0200_0000_0100UL + (ulong)number);

    /// <summary>As after a restart: another process with the same file.</summary>
    public void Restart(bool reconciles = true)
    {
        Store.Dispose();
        Open();
        if (reconciles)
        {
            Admissions.Reconcile();
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        _directory.Dispose();
    }

    public DeviceRecord Record(int number) => Devices.Find(Mac(number))!;

    /// <summary>A device that is here, as its rules treat it.</summary>
    public DeviceRecord Arrive(int number, ushort vlan = 0, params string[] tags)
    {
        Vlans[Mac(number)] = vlan;
        var record = Policy.Evaluate(new DeviceRecord(Mac(number), Clock.Now) { Tags = [.. tags] }, vlan, Clock.Now);
        Devices.Put(record, _ => true);
        return record;
    }

    /// <summary>The sweep: admissions whose time is over end.</summary>
    public void Sweep()
    {
        foreach (var device in Devices.Devices.Values)
        {
            Devices.Put(Policy.Evaluate(device, Vlans.GetValueOrDefault(device.Mac), Clock.Now), _ => true);
        }
    }

    /// <summary>Makes vouchers.</summary>
    /// <returns>Their codes, as printed.</returns>
    public async Task<string[]> Make(NewVouchers vouchers) => (await Vouchers.CreateAsync(ManagementFixture.Admin, vouchers)) is { IsOk: true } made
        ? [.. made.Value.Vouchers.Select(v => v.Code)]
        : throw new InvalidOperationException("refused");

    /// <summary>A device gives a code, and is admitted if it is right.</summary>
    public async Task<Redeemed> Redeem(int number, string code, ushort vlan = 0, params string[] tags)
    {
        var device = new GuestDevice(Mac(number), vlan, tags.ToHashSet());
        var redeemed = (await Store.ChangeAsync<Redeemed>(edit => Redemption.Redeem(edit, Store.HashOf(GuestCode.Read(code)!)!, device, Clock.Now))).Value!;
        if (redeemed.Grant is { } grant)
        {
            Assert.NotNull(await Admissions.AdmitAsync(Mac(number), vlan, grant, redeemed.Until));
        }

        return redeemed;
    }

    void IControlInbox.Post(Action action)
    {
        lock (_thread)
        {
            action();
        }
    }

    void IDeviceDecisions.Decide(DeviceRecord device) => Devices.Put(device, _ => true);

    void IDeviceDecisions.ForgetDevice(DeviceRecord device) => Devices.Forget(device.Mac);

    string? IDurability.AwaitDisk(TimeSpan patience) => DiskFailure;

    void IAuditTrail.Add(AuditEntry entry) => Trail.Add(entry);

    string? IAuditTrail.Flush() => null;

    private void Open()
    {
        Store = new GuestStore(Folder, Events, Clock);
        Admissions = new GuestAdmissions(new GuestPlane(Devices, Policy, this, this, this, mac => Vlans.GetValueOrDefault(mac)), Store, Events, Clock);
        var (reports, journal) = (new GuestReporter(Config, Store, Devices, Clock), new GuestJournal(Events, this));
        Vouchers = new VoucherOperations(Config, Store, Admissions, reports, journal, Clock);
        Rooms = new RoomOperations(Config, Store, Admissions, reports, journal, Clock);
    }
}
