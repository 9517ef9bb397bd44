using Innkeeper.Events;
using Innkeeper.Inspection;
using Innkeeper.Management.Contracts;
using Innkeeper.Management;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Cli;

namespace Innkeeper.Tests.Management;

/// <summary>A command as it reached the operations.</summary>
internal sealed record Commanded(Actor Actor, string Verb, string Device, string? Value = null, string? For = null, string? Reason = null)
{
    public WriteOptions Options { get; init; } = WriteOptions.Now;
}

/// <summary>The operations for tests of their clients: answers with what a test says, and keeps what it was asked. Only events are real.</summary>
internal sealed class FakeGateway :
    IStatusQueries,
    IDeviceQueries,
    IDeviceCommands,
    IProfileQueries,
    ILeaseQueries,
    IBackupOperations,
    IDeviceInspection,
    IDeviceWaking,
    IDiagnosisQueries,
    IAuditQueries,
    ISeriesQueries,
    IUserOperations,
    ITokenOperations
{
    private readonly EventLog _log;
    private int _kind;

    public FakeGateway()
    {
        _log = new EventLog(Clock);
        Events = new EventStream(_log, most => Failure is null ? Trail.TakeLast(most).Reverse() : throw Failure);
    }

    public ManualClock Clock { get; } = new(SampleReports.FirstSeen);

    public EventStream Events { get; }

    /// <summary>The audit trail, oldest first.</summary>
    public List<StoredEvent> Trail { get; } = [];

    /// <summary>Thrown by every query when set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The diagnosis of any device.</summary>
    public DiagnosisReport Diagnosis { get; set; } = SampleReports.Diagnosis();

    /// <summary>The devices and destinations that were asked about.</summary>
    public List<(string Device, string? To)> Diagnosed { get; } = [];

    public DevicesReport Known { get; set; } = SampleReports.Devices();

    public SettingsReport Settings { get; set; } = new(1, null);

    public IReadOnlyList<Problem> Problems { get; set; } = [];

    public List<Commanded> Commands { get; } = [];

    public Func<Commanded, Result<DeviceChange>> OnCommand { get; set; } = command => new DeviceChange(command.Device, $"{command.Device} is {command.Verb}");

    public FakeConfiguration Configuration { get; } = new();

    public Func<Result<ReloadReport>> OnReload { get => Configuration.OnReload; set => Configuration.OnReload = value; }

    /// <summary>Answers every query of status with a failure when set.</summary>
    public Func<Actor, Failure?> Refusal { get; set; } = _ => null;

    public GatewayOperations Operations => new(
        Status: this,
        Devices: this,
        DeviceCommands: this,
        Profiles: this,
        Leases: this,
        Events: Events,
        Configuration: Configuration.With(() => Failure),
        Backups: this,
        Inspection: this,
        Waking: this,
        Diagnosis: this,
        Audit: this,
        Series: this,
        Network: Services,
        Outbox: Services,
        Users: this,
        Tokens: this,
        Sessions: Sessions,
        Orders: Services,
        Vouchers: Guests,
        Rooms: Guests,
        Terms: Guests,
        Machines: Services,
        Find: Services,
        Forwards: Services);

    public FakeGuests Guests { get; } = new();

    public FakeServices Services { get; } = new();

    Result<SeriesReport> ISeriesQueries.Get(Actor actor, string? names, string? range) =>
        Refusal(actor) is { } refusal ? refusal : new SeriesReport(1, Clock.Now, 10, [new SeriesValues(names ?? "octets_in", $"range {range ?? "none"}", [1.5, null])]);

    Result<SeriesReport> ISeriesQueries.Of(Actor actor, string device, string? names, string? range) =>
        Refusal(actor) is { } refusal ? refusal : new SeriesReport(1, Clock.Now, 600, [new SeriesValues(names ?? "octets_in", $"{device}, range {range ?? "none"}", [2])]);

    public bool IsFollowed => Events.SubscriberCount > 0;

    /// <summary>An event of the gateway. Each is of a kind of its own, unless the test says which: the log lets few of a kind pass.</summary>
    public void Happen(string text, string? kind = null) => _log.Add(kind ?? $"test-{Interlocked.Increment(ref _kind)}", text);

    public Result<StatusReport> Get(Actor actor) => Refusal(actor) is { } refusal ? refusal : Failure is null ? SampleReports.Status() with
    {
        Settings = Settings,
        Problems = [.. Problems.Select(p => p.Text)],
        Health = Problem.HealthOf(Problems),
        Faults = [.. Problems.Select(p => p.Report)],
    } : throw Failure;

    public DeviceFilter? Filter { get; private set; }

    public Result<DevicesReport> List(Actor actor, DeviceFilter? filter = null)
    {
        Filter = filter;
        return Failure is not null ? throw Failure
            : filter?.Check(["default", "guests"]) is { } wrong ? wrong
            : Known with { Devices = [.. Known.Devices.Where(d => filter?.State is null || d.State == filter.State)] };
    }

    public Result<DevicesReport> Find(Actor actor, string device) => Known.Devices.Where(d => d.Mac == device || d.GivenName == device).ToList() is { Count: > 0 } found
        ? Known with { Devices = found }
        : new NotFound("device", device);

    public ValueTask<Result<DiagnosisReport>> DiagnoseAsync(Actor actor, string device, string? to)
    {
        Diagnosed.Add((device, to));
        return new(Failure is null ? Diagnosis with { Device = device } : throw Failure);
    }

    public ValueTask<Result<DeviceChange>> ApproveAsync(Actor actor, string device, Approval approval, WriteOptions? options = null) => Do(new(actor, "approve", device, approval.Profile, approval.For, approval.Reason), options);

    public ValueTask<Result<DeviceChange>> BlockAsync(Actor actor, string device, Decision decision, WriteOptions? options = null) => Do(new(actor, "block", device, Reason: decision.Reason), options);

    public ValueTask<Result<DeviceChange>> HoldAsync(Actor actor, string device, Decision decision, WriteOptions? options = null) => Do(new(actor, "hold", device, Reason: decision.Reason), options);

    public ValueTask<Result<DeviceChange>> ForgetAsync(Actor actor, string device, WriteOptions? options = null) => Do(new(actor, "forget", device), options);

    /// <summary>Parts that an erasure fails in.</summary>
    public IReadOnlyList<string> NotErased { get; set; } = [];

    public async ValueTask<Result<DeviceChange>> EraseAsync(Actor actor, string device, WriteOptions? options = null) =>
        await Do(new(actor, "erase", device), options) is { IsOk: true, Value: var change }
            ? change with { Erasure = new ErasureReport(["events", "series"], NotErased, [new StayReport("the audit trail", SampleReports.FirstSeen), new StayReport("backups", null)]) }
            : new NotFound("device", device);

    public ValueTask<Result<DeviceChange>> SetNameAsync(Actor actor, string device, Setting name, WriteOptions? options = null) => Do(new(actor, "name", device, name.Value), options);

    public ValueTask<Result<DeviceChange>> AddTagAsync(Actor actor, string device, string tag, WriteOptions? options = null) => Do(new(actor, "tag", device, tag), options);

    public ValueTask<Result<DeviceChange>> RemoveTagAsync(Actor actor, string device, string tag, WriteOptions? options = null) => Do(new(actor, "untag", device, tag), options);

    public ValueTask<Result<DeviceChange>> SetProfileAsync(Actor actor, string device, Setting profile, WriteOptions? options = null) => Do(new(actor, "profile", device, profile.Value), options);

    public ValueTask<Result<DeviceChange>> SetAddressAsync(Actor actor, string device, Setting address, WriteOptions? options = null) => Do(new(actor, "pin", device, address.Value), options);

    Result<ProfilesReport> IProfileQueries.List(Actor actor) => Failure is null ? SampleReports.Profiles() : throw Failure;

    Result<LeasesReport> ILeaseQueries.List(Actor actor, string? device) => Failure is null ? SampleReports.Leases() : throw Failure;

    public Func<Actor, Result<FileStream>> OnBackup { get; set; } = _ => new Unavailable("this gateway has nothing to back up");

    public ValueTask<Result<FileStream>> CreateAsync(Actor actor) => new(OnBackup(actor));

    /// <summary>The answers to pings, one after the other; the last one stays.</summary>
    public Queue<Result<PingReport>> Pings { get; } = new([new PingReport(1, "02:00:00:00:00:01", [new PingAnswerReport(0, "47.31.128.195", "47.31.128.1", 0.4, 0.6)])]);

    public Func<string, Result<WakeReport>> OnWake { get; set; } = _ => new WakeReport(1, "02:00:00:00:00:01", [0, 12]);

    public Result<WakeReport> Wake(Actor actor, string device) => OnWake(device);

    public Func<string, CaptureLimits, Result<PacketCapture>> OnCapture { get; set; } = (_, _) => new Unavailable("root captures 02:00:00:00:00:01; only one device is captured at a time");

    public ValueTask<Result<PingReport>> PingAsync(Actor actor, string device, CancellationToken stop) => new(Pings.Count > 1 ? Pings.Dequeue() : Pings.Peek());

    public Result<PacketCapture> Capture(Actor actor, string device, CaptureLimits limits) => OnCapture(device, limits);

    /// <summary>The audit trail.</summary>
    public AuditReport Audit { get; set; } = new(1, [], null);

    /// <summary>What was asked of the audit trail last.</summary>
    public AuditFilter? AuditFilter { get; private set; }

    Result<AuditReport> IAuditQueries.List(Actor actor, AuditFilter filter)
    {
        AuditFilter = filter;
        return Audit;
    }

    /// <summary>No one signs in on the control socket: only tests of the web listener need one.</summary>
    public ISessionOperations Sessions { get; set; } = new NoSessions();

    public UsersReport Users { get; set; } = new(1, [new UserReport("anna", "admin", SampleReports.FirstSeen, SampleReports.FirstSeen.AddDays(1)), new UserReport("ben", "viewer", SampleReports.FirstSeen, null, true)]);

    public TokensReport Tokens { get; set; } = new(1, [new TokenReport("nagios", "viewer", SampleReports.FirstSeen, "anna", SampleReports.FirstSeen.AddDays(365), SampleReports.FirstSeen.AddHours(1), "192.0.2.7"), new TokenReport("old", "admin", SampleReports.FirstSeen, "root")]);

    /// <summary>Changes of users and tokens: the operation, its subject, and its values.</summary>
    public List<(string What, string Name, object? Value)> Changes { get; } = [];

    public Func<string, Result<AccountChange>> OnChange { get; set; } = name => new AccountChange(name, $"{name} is changed", name == "new" ? "ik_secret" : null);

    public Result<SetupLink> Link { get; set; } = new SetupLink(1, "abc", "/#/setup?code=abc", ["http://127.0.0.1:7080/#/setup?code=abc"], SampleReports.FirstSeen.AddDays(1));

    Result<UsersReport> IUserOperations.List(Actor actor) => Users;

    public ValueTask<Result<AccountChange>> AddAsync(Actor actor, NewUser user, WriteOptions? options = null) => Do("user-add", user.Name!, user);

    public ValueTask<Result<AccountChange>> SetRoleAsync(Actor actor, string name, Setting role, WriteOptions? options = null) => Do("user-role", name, role.Value);

    public ValueTask<Result<AccountChange>> SetPasswordAsync(Actor actor, string name, NewPassword password, WriteOptions? options = null) => Do("user-password", name, password);

    public ValueTask<Result<AccountChange>> SetDisabledAsync(Actor actor, string name, Setting isDisabled, WriteOptions? options = null) => Do("user-disable", name, isDisabled.Value);

    ValueTask<Result<AccountChange>> IUserOperations.DeleteAsync(Actor actor, string name, WriteOptions? options) => Do("user-delete", name, null);

    public ValueTask<Result<SetupLink>> MakeLinkAsync(Actor actor) => new(Link);

    Result<TokensReport> ITokenOperations.List(Actor actor) => Tokens;

    public ValueTask<Result<AccountChange>> CreateAsync(Actor actor, NewToken token, WriteOptions? options = null) => Do("token-create", token.Name!, token);

    ValueTask<Result<AccountChange>> ITokenOperations.DeleteAsync(Actor actor, string name, WriteOptions? options) => Do("token-delete", name, null);

    private ValueTask<Result<AccountChange>> Do(string what, string name, object? value)
    {
        Changes.Add((what, name, value));
        return new(OnChange(name));
    }

    private ValueTask<Result<DeviceChange>> Do(Commanded command, WriteOptions? options)
    {
        command = command with { Options = options ?? WriteOptions.Now };
        lock (Commands)
        {
            Commands.Add(command);
        }

        return new(OnCommand(command));
    }
}
