using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>
/// All that an administrator can ask and order, for every front end: the control socket today. Callable from any thread; every operation checks
/// the actor's permission itself. To add a verb: a method here, a route in Control/ControlRoutes.cs, a command in Cli.
/// </summary>
internal sealed record GatewayOperations(
    IStatusQueries Status, IDeviceQueries Devices, IDeviceCommands DeviceCommands, IProfileQueries Profiles, ILeaseQueries Leases, IEventOperations Events,
    IConfigurationOperations Configuration);

internal interface IStatusQueries
{
    /// <summary>How the gateway is.</summary>
    Result<StatusReport> Get(Actor actor);
}

internal interface IDeviceQueries
{
    /// <summary>The devices that are known.</summary>
    /// <param name="state">Only those whose admission is this; null: all.</param>
    Result<DevicesReport> List(Actor actor, string? state = null);

    /// <summary>One device; more than one report only where its MAC is in several VLANs.</summary>
    /// <param name="device">A MAC, a given name, an address (own or outside) or a host name.</param>
    Result<DevicesReport> Find(Actor actor, string device);
}

/// <summary>Commands about one device. A device is named by its MAC or its given name, never by what it says of itself.</summary>
internal interface IDeviceCommands
{
    /// <summary>Lets a device through.</summary>
    ValueTask<Result<DeviceChange>> ApproveAsync(Actor actor, string device, Approval approval);

    /// <summary>Neither answers a device nor lets it through.</summary>
    ValueTask<Result<DeviceChange>> BlockAsync(Actor actor, string device, Decision decision);

    /// <summary>Lets a device wait for a decision.</summary>
    ValueTask<Result<DeviceChange>> HoldAsync(Actor actor, string device, Decision decision);

    /// <summary>Drops a device and all that was decided about it; if it is still here, it is new.</summary>
    ValueTask<Result<DeviceChange>> ForgetAsync(Actor actor, string device);

    /// <summary>Gives a device a name; an empty value takes it away.</summary>
    ValueTask<Result<DeviceChange>> SetNameAsync(Actor actor, string device, Setting name);

    ValueTask<Result<DeviceChange>> AddTagAsync(Actor actor, string device, string tag);

    ValueTask<Result<DeviceChange>> RemoveTagAsync(Actor actor, string device, string tag);

    /// <summary>Pins a device to a profile, whatever the rules say; an empty value lets the rules decide again.</summary>
    ValueTask<Result<DeviceChange>> SetProfileAsync(Actor actor, string device, Setting profile);

    /// <summary>Keeps a legal address for a device; an empty value lets it have any.</summary>
    ValueTask<Result<DeviceChange>> SetAddressAsync(Actor actor, string device, Setting address);
}

internal interface IProfileQueries
{
    /// <summary>What devices may do, by profile, and the gateways they leave through.</summary>
    Result<ProfilesReport> List(Actor actor);
}

internal interface ILeaseQueries
{
    /// <summary>What is leased, offered, and was leased before.</summary>
    Result<LeasesReport> List(Actor actor);
}

internal interface IEventOperations
{
    /// <summary>The latest events, oldest first.</summary>
    /// <param name="most">From 0 to <see cref="EventStream.MostEvents"/>.</param>
    Result<EventsReport> List(Actor actor, int most);

    /// <summary>Events after a sequence number, and all that come until the subscription is disposed of.</summary>
    /// <param name="since">Null: the latest <paramref name="last"/> come first.</param>
    Result<EventSubscription> Subscribe(Actor actor, long? since, int last);
}

internal interface IConfigurationOperations
{
    /// <summary>Every setting in force, and where it comes from.</summary>
    Result<ConfigReport> Get(Actor actor);

    /// <summary>Checks the configuration's file as it is now. When it is right and differs, the gateway replaces itself soon.</summary>
    Result<ReloadReport> Reload(Actor actor);
}
