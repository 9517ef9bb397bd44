using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Dns;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>
/// Carries commands about devices out on the control plane's thread, about one device or about many (<see cref="CarryOutAsync"/>). A command is done
/// when it is on disk; its event has the actor's name.
/// </summary>
/// <param name="select">The devices that a filter selects.</param>
/// <param name="erasure">Takes a device out of the other parts of the gateway.</param>
/// <param name="peer">Another gateway on the same LAN, on one arm; null: none.</param>
internal sealed partial class DeviceCommands(
    InnkeeperConfig config, DeviceDirectory directory, Func<DeviceFilter, Result<IReadOnlyList<KnownDevice>>> select, AdmissionPolicy policy, IControlInbox inbox, IDeviceDecisions decisions,
    CommandJournal journal, Func<PeerReport?> peer, Erasure erasure) : IDeviceCommands, IDeviceOrders
{
    public ValueTask<Result<DeviceChange>> ApproveAsync(Actor actor, string device, Approval approval, WriteOptions? options = null) => ChangeAsync(actor, device, Approve(actor, approval), options);

    public ValueTask<Result<DeviceChange>> BlockAsync(Actor actor, string device, Decision decision, WriteOptions? options = null) => ChangeAsync(actor, device, Block(actor, decision), options);

    public ValueTask<Result<DeviceChange>> HoldAsync(Actor actor, string device, Decision decision, WriteOptions? options = null) => ChangeAsync(actor, device, Hold(actor, decision), options);

    public ValueTask<Result<DeviceChange>> ForgetAsync(Actor actor, string device, WriteOptions? options = null) => ChangeAsync(actor, device, Forget(actor), options);

    public async ValueTask<Result<DeviceChange>> EraseAsync(Actor actor, string device, WriteOptions? options = null)
    {
        ErasedDevice? erased = null;
        var done = await ChangeAsync(
            actor, device, Erase(actor), options,
            outcome =>
            {
                erased = ErasedDevice.Of(outcome.Decision.Device.Mac, outcome.Before);
                journal.AddErasure(actor, erased.Mac);
            }).ConfigureAwait(false);
        return !done.IsOk ? done.Failure
            : done.Value.DryRun ? done.Value with { Text = $"{done.Value.Mac} would be erased; if it is still connected, it would appear as a new device" }
            : done.Value with { Text = $"{done.Value.Mac} is erased; if it is still connected, it appears as a new device", Erasure = await erasure.RunAsync(erased!).ConfigureAwait(false) };
    }

    public ValueTask<Result<DeviceChange>> SetNameAsync(Actor actor, string device, Setting name, WriteOptions? options = null) => ChangeAsync(
        actor, device, new Command
        {
            Needs = Permission.Operator,
            Wrong = DeviceValues.CheckName(name.Value),
            Refuse = (mac, known) => OfFile(known, "name") ?? LabelConflict(mac, name.Value!),
            Change = (known, _, _) => known with { Name = name.Value! },
            Decide = known => new DeviceNamed(SnapshotOf(known), actor.Name, ""),
        },
        options);

    public ValueTask<Result<DeviceChange>> AddTagAsync(Actor actor, string device, string tag, WriteOptions? options = null) => ChangeAsync(actor, device, Tag(actor, tag, isAdded: true), options);

    public ValueTask<Result<DeviceChange>> RemoveTagAsync(Actor actor, string device, string tag, WriteOptions? options = null) => ChangeAsync(actor, device, Tag(actor, tag, isAdded: false), options);

    public ValueTask<Result<DeviceChange>> SetProfileAsync(Actor actor, string device, Setting profile, WriteOptions? options = null) =>
        ChangeAsync(actor, device, Profile(actor, profile.Value), options);

    public ValueTask<Result<DeviceChange>> SetAddressAsync(Actor actor, string device, Setting address, WriteOptions? options = null)
    {
        Failure? wrong = DeviceValues.ReadAddress(address.Value, out var legal);
        if (legal is { } wanted && !config.Pool.Addresses.Concat(config.Gateways.SelectMany(g => g.Pool)).Any(r => r.Contains(wanted)))
        {
            wrong = new NotFound("pool address", wanted.ToString());
        }

        return ChangeAsync(
            actor, device, new Command
            {
                Wrong = wrong,
                Refuse = (mac, known) => OfFile(known, "outside address") ?? (legal is { } pinned ? TakenBy(mac, pinned) : null),
                Change = (known, _, _) => known with { PinnedLegal = legal },
                Decide = known => new DevicePinned(SnapshotOf(known), legal, actor.Name, ""),
            },
            options);
    }

    /// <summary>The refusal to change a value of a machine that comes from the file; null: the device is no machine.</summary>
    private static Conflict? OfFile(DeviceRecord? known, string what) => known?.Machine is not { } machine ? null
        : new Conflict(machine.Name, known.Mac.ToString(), machine.Name, $"its {what} comes from [[machines]] in the configuration file; change it there, or with `innkeeper machines`");

    /// <summary>An outside address leads to one device; null: no other has it.</summary>
    private Conflict? TakenBy(MacAddress mac, Ipv4Address outside) =>
        directory.HolderOf(outside) is { } other && other.Mac != mac ? new Conflict(outside.ToString(), other.Mac.ToString(), other.Name.Length > 0 ? other.Name : null)
        : directory.MachineAt(outside) is { } machine ? new Conflict(outside.ToString(), machine.Name, null, $"{outside} is the outside address of the machine {machine.Name} ([[machines]])")
        : null;

    /// <summary>Two names with one label in DNS would lead to one device; null: no other device has it.</summary>
    private Conflict? LabelConflict(MacAddress mac, string name) =>
        GivenNames.LabelOf(name) is { Length: > 0 } label && directory.Names.Find(label) is { } other && other != mac
            ? new Conflict(label, other.ToString(), null, $"{label} is the name of {other} in DNS already; give a name that differs in letters or digits")
            : null;

    private static DeviceSnapshot SnapshotOf(DeviceRecord device) => new(device.Mac, device.Name, DeviceQueries.NameOf(device.Admission.State));

    private Command Approve(Actor actor, Approval approval)
    {
        var wrong = DeviceValues.ReadTime(approval.For, out var time)
            ?? (approval.Profile is "" ? new Invalid("profile", "", "a profile's name") : null)
            ?? DeviceValues.CheckReason(approval.Reason)
            ?? (approval.Profile is null ? null : DeviceValues.CheckProfile(approval.Profile, config));

        // The front desk lets a device in for a time, and changes nothing that outlasts that.
        var isLimited = approval is { For: not null, Profile: null };
        return new Command
        {
            Needs = isLimited ? Permission.Operator : Permission.Admin,
            Note = "give a time, such as 8h, and no profile",
            Wrong = wrong,
            Change = (known, vlan, now) => policy.Approve(
                approval.Profile is null ? known : known with { PinnedProfile = approval.Profile }, vlan, time, approval.Reason ?? "", actor.Name, now),
            Decide = known => new DeviceApproved(SnapshotOf(known), journal.WallAt(known.Admission.Until), known.Profile, actor.Name, approval.Reason ?? ""),
        };
    }

    private static Command Block(Actor actor, Decision decision) => new()
    {
        Needs = Permission.Operator,
        Wrong = DeviceValues.CheckReason(decision.Reason),
        Change = (known, _, now) => AdmissionPolicy.Refuse(known, AdmissionState.Blocked, decision.Reason ?? "", actor.Name, now),
        Decide = known => new DeviceBlocked(SnapshotOf(known), actor.Name, decision.Reason ?? ""),
    };

    private static Command Hold(Actor actor, Decision decision) => new()
    {
        Wrong = DeviceValues.CheckReason(decision.Reason),
        Change = (known, _, now) => AdmissionPolicy.Refuse(known, AdmissionState.Held, decision.Reason ?? "", actor.Name, now),
        Decide = known => new DeviceHeld(SnapshotOf(known), actor.Name, decision.Reason ?? ""),
    };

    private static Command Forget(Actor actor) => new()
    {
        Refuse = (mac, known) => known is null ? new NotFound("device", mac.ToString()) : OfFile(known, "record"),
        Change = (_, _, _) => null,
        Decide = known => new DeviceForgotten(SnapshotOf(known), actor.Name),
    };

    /// <summary>Also of a device without a record: other parts may have kept something.</summary>
    private static Command Erase(Actor actor) => Forget(actor) with { Refuse = (_, _) => null };

    private static Command Tag(Actor actor, string? tag, bool isAdded) => new()
    {
        Wrong = DeviceValues.CheckTag(tag),
        Refuse = (_, known) => isAdded || known?.Tags.Contains(tag!) == true ? null
            : new NotFound("tag", tag!, Note: known is null or { Tags.IsEmpty: true } ? "the device has no tags" : $"the device has {string.Join(", ", known.Tags)}"),
        Change = (known, _, _) => known with { Tags = isAdded ? known.Tags.Add(tag!) : known.Tags.Remove(tag!) },
        Decide = known => new DeviceTagged(SnapshotOf(known), isAdded, [.. known.Tags], actor.Name, ""),
    };

    private Command Profile(Actor actor, string? profile) => new()
    {
        Wrong = profile is null ? new Invalid("profile", null, "a profile's name, or \"\" to let the rules decide again") : profile is "" ? null : DeviceValues.CheckProfile(profile, config),
        Change = (known, _, _) => known with { PinnedProfile = profile is "" ? null : profile },
        Decide = known => new DeviceProfiled(SnapshotOf(known), known.PinnedProfile ?? known.Profile, known.PinnedProfile is not null, actor.Name, ""),
    };

    /// <summary>Checks that need neither the control plane's thread nor a device. The permission comes first.</summary>
    private Failure? Refuse(Actor actor, Command command)
    {
        if (actor.Lacks(command.Needs) is { } lacking)
        {
            return actor.Permission < Permission.Operator ? lacking : lacking with { Note = command.Note };
        }

        // Gateways share no decisions: the order would be carried out where it has no effect.
        return command.Wrong ?? (peer() is { State: "passive" } active
            ? new Unavailable($"this gateway is passive: {active.Mac} with priority {active.Priority} serves this LAN, and does not hear of orders given here; give the order there")
            : null);
    }

    /// <param name="note">Notes what was done; null: the journal does.</param>
    private async ValueTask<Result<DeviceChange>> ChangeAsync(Actor actor, string device, Command command, WriteOptions? given, Action<Outcome>? note = null)
    {
        if (Refuse(actor, command) is { } refusal)
        {
            return refusal;
        }

        var options = given ?? WriteOptions.Now;
        var identified = directory.Identify(device);
        if (!identified.IsOk)
        {
            return identified.Failure;
        }

        var mac = identified.Value.Mac;
        var done = await inbox.RunAsync(() => CarryOut(mac, directory.VlanOf(mac), command, options, note ?? (outcome => journal.Add(actor, outcome.Decision, outcome.Before, outcome.After)))).ConfigureAwait(false);
        return !done.IsOk ? done.Failure
            : options.IsDryRun ? new DeviceChange(mac.ToString(), OrderText.ForecastOf(done.Value.Decision), DryRun: true)
            : new DeviceChange(mac.ToString(), EventText.OutcomeOf(done.Value.Decision), await journal.AwaitDiskAsync().ConfigureAwait(false));
    }

    /// <summary>One device's part of a command. Called on the control plane's thread.</summary>
    /// <param name="note">Notes what was done.</param>
    private Result<Outcome> CarryOut(MacAddress mac, ushort vlan, Command command, WriteOptions options, Action<Outcome> note)
    {
        var before = directory.RecordOf(mac);
        if (!options.Fits(DeviceVersion.Of(before)))
        {
            return new Changed("device", before is { Name.Length: > 0 } ? before.Name : mac.ToString());
        }

        if (command.Refuse(mac, before) is { } failure)
        {
            return failure;
        }

        // You can decide about a device before it arrives.
        var now = journal.Now;
        var known = directory.RecordOrNew(mac, now);
        var changed = command.Change(known, vlan, now) is { } next ? policy.Evaluate(next, vlan, now) : null;
        var outcome = new Outcome(command.Decide(changed ?? known), before, changed);
        if (options.IsDryRun)
        {
            return outcome;
        }

        if (changed is null)
        {
            decisions.ForgetDevice(known);
        }
        else
        {
            decisions.Decide(changed);
        }

        note(outcome);
        return outcome;
    }

    /// <summary>A command was carried out for one device, or would be.</summary>
    /// <param name="Before">Null: the device had no record.</param>
    /// <param name="After">Null: it has none any more.</param>
    private sealed record Outcome(DeviceDecision Decision, DeviceRecord? Before, DeviceRecord? After);

    /// <summary>The work of one verb. Its functions are called on the control plane's thread.</summary>
    private sealed record Command
    {
        public Permission Needs { get; init; } = Permission.Admin;

        /// <summary>The nearest order that an operator may give; null: there is none.</summary>
        public string? Note { get; init; }

        /// <summary>A fault of its values; null: none.</summary>
        public Failure? Wrong { get; init; }

        /// <summary>Why it cannot be done for a device with this record (null: it has none); null: it can.</summary>
        public Func<MacAddress, DeviceRecord?, Failure?> Refuse { get; init; } = (_, _) => null;

        /// <summary>The changed record; null: the device is forgotten.</summary>
        public required Func<DeviceRecord, ushort, DateTimeOffset, DeviceRecord?> Change { get; init; }

        /// <summary>The decision about the changed record, as an event.</summary>
        public required Func<DeviceRecord, DeviceDecision> Decide { get; init; }
    }
}
