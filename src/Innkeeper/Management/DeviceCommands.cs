using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Carries commands about devices out on the control plane's thread. A command is done when it is on disk; its event has the actor's name.</summary>
/// <param name="peer">Another gateway on the same LAN, on one arm; null: none.</param>
internal sealed class DeviceCommands(
    InnkeeperConfig config, DeviceDirectory directory, AdmissionPolicy policy, IControlInbox inbox, IDeviceDecisions decisions, CommandJournal journal,
    Func<PeerReport?> peer) : IDeviceCommands
{
    public ValueTask<Result<DeviceChange>> ApproveAsync(Actor actor, string device, Approval approval)
    {
        var wrong = DeviceValues.ReadTime(approval.For, out var time)
            ?? (approval.Profile is "" ? new Invalid("profile", "", "a profile's name") : null)
            ?? DeviceValues.CheckReason(approval.Reason)
            ?? (approval.Profile is null ? null : DeviceValues.CheckProfile(approval.Profile, config));

        // The front desk lets a device in for a time, and changes nothing that outlasts that.
        var isLimited = approval is { For: not null, Profile: null };
        return ChangeAsync(actor, device, wrong, new Command
        {
            Needs = isLimited ? Permission.Operator : Permission.Admin,
            Note = "give a time, such as 8h, and no profile",
            Change = (known, vlan, now) => policy.Approve(
                approval.Profile is null ? known : known with { PinnedProfile = approval.Profile }, vlan, time, approval.Reason ?? "", actor.Name, now),
            Decide = known => new DeviceApproved(SnapshotOf(known), journal.WallAt(known.Admission.Until), known.Profile, actor.Name, approval.Reason ?? ""),
        });
    }

    public ValueTask<Result<DeviceChange>> BlockAsync(Actor actor, string device, Decision decision) =>
        RefuseAsync(actor, device, decision, AdmissionState.Blocked, Permission.Operator, known => new DeviceBlocked(SnapshotOf(known), actor.Name, decision.Reason ?? ""));

    public ValueTask<Result<DeviceChange>> HoldAsync(Actor actor, string device, Decision decision) =>
        RefuseAsync(actor, device, decision, AdmissionState.Held, Permission.Admin, known => new DeviceHeld(SnapshotOf(known), actor.Name, decision.Reason ?? ""));

    public async ValueTask<Result<DeviceChange>> ForgetAsync(Actor actor, string device)
    {
        if (Refuse(actor, Permission.Admin, null, device, null, out var mac) is { } refusal)
        {
            return refusal;
        }

        var text = await inbox.RunAsync(() =>
        {
            if (directory.RecordOf(mac) is not { } known)
            {
                return null;
            }

            decisions.ForgetDevice(known);
            return journal.Add(actor, new DeviceForgotten(SnapshotOf(known), actor.Name), known, null);
        }).ConfigureAwait(false);
        return text is null ? new NotFound("device", device) : await DoneAsync(mac, text).ConfigureAwait(false);
    }

    public ValueTask<Result<DeviceChange>> SetNameAsync(Actor actor, string device, Setting name) =>
        ChangeAsync(actor, device, DeviceValues.CheckName(name.Value), new Command
        {
            Needs = Permission.Operator,
            Change = (known, _, _) => known with { Name = name.Value! },
            Decide = known => new DeviceNamed(SnapshotOf(known), actor.Name, ""),
        });

    public ValueTask<Result<DeviceChange>> AddTagAsync(Actor actor, string device, string tag) =>
        ChangeTagsAsync(actor, device, isAdded: true, tag, known => known with { Tags = known.Tags.Add(tag) });

    public ValueTask<Result<DeviceChange>> RemoveTagAsync(Actor actor, string device, string tag) =>
        ChangeTagsAsync(actor, device, isAdded: false, tag, known => known with { Tags = known.Tags.Remove(tag) });

    public ValueTask<Result<DeviceChange>> SetProfileAsync(Actor actor, string device, Setting profile)
    {
        var wrong = profile.Value is null ? new Invalid("profile", null, "a profile's name, or \"\" to let the rules decide again")
            : profile.Value is "" ? null
            : DeviceValues.CheckProfile(profile.Value, config);
        return ChangeAsync(actor, device, wrong, new Command
        {
            Change = (known, _, _) => known with { PinnedProfile = profile.Value is "" ? null : profile.Value },
            Decide = known => new DeviceProfiled(SnapshotOf(known), known.PinnedProfile ?? known.Profile, known.PinnedProfile is not null, actor.Name, ""),
        });
    }

    public ValueTask<Result<DeviceChange>> SetAddressAsync(Actor actor, string device, Setting address)
    {
        Failure? wrong = DeviceValues.ReadAddress(address.Value, out var legal);
        if (legal is { } wanted && !config.Pool.Addresses.Concat(config.Gateways.SelectMany(g => g.Pool)).Any(r => r.Contains(wanted)))
        {
            wrong = new NotFound("pool address", wanted.ToString());
        }

        return ChangeAsync(actor, device, wrong, new Command
        {
            Refuse = mac => legal is { } address && directory.HolderOf(address) is { } other && other.Mac != mac
                ? new Conflict(address.ToString(), other.Mac.ToString(), other.Name.Length > 0 ? other.Name : null)
                : null,
            Change = (known, _, _) => known with { PinnedLegal = legal },
            Decide = known => new DevicePinned(SnapshotOf(known), legal, actor.Name, ""),
        });
    }

    private static DeviceSnapshot SnapshotOf(DeviceRecord device) => new(device.Mac, device.Name, device.Admission.State.ToString().ToLowerInvariant());

    private ValueTask<Result<DeviceChange>> RefuseAsync(
        Actor actor, string device, Decision decision, AdmissionState state, Permission needs, Func<DeviceRecord, DeviceDecision> decide) =>
        ChangeAsync(actor, device, DeviceValues.CheckReason(decision.Reason), new Command
        {
            Needs = needs,
            Change = (known, _, now) => AdmissionPolicy.Refuse(known, state, decision.Reason ?? "", actor.Name, now),
            Decide = decide,
        });

    private ValueTask<Result<DeviceChange>> ChangeTagsAsync(Actor actor, string device, bool isAdded, string tag, Func<DeviceRecord, DeviceRecord> change) =>
        ChangeAsync(actor, device, DeviceValues.CheckTag(tag), new Command
        {
            Refuse = mac => isAdded ? null : MissingTag(mac, tag),
            Change = (known, _, _) => change(known),
            Decide = known => new DeviceTagged(SnapshotOf(known), isAdded, [.. known.Tags], actor.Name, ""),
        });

    private NotFound? MissingTag(MacAddress mac, string tag)
    {
        var tags = directory.RecordOf(mac)?.Tags ?? [];
        return tags.Contains(tag) ? null : new NotFound("tag", tag, Note: tags.IsEmpty ? "the device has no tags" : $"the device has {string.Join(", ", tags)}");
    }

    /// <summary>Checks that need no work on the control plane's thread.</summary>
    private Failure? Refuse(Actor actor, Permission needs, string? note, string device, Failure? wrong, out MacAddress mac)
    {
        mac = default;
        if (actor.Lacks(needs) is { } lacking)
        {
            return actor.Permission < Permission.Operator ? lacking : lacking with { Note = note };
        }

        if (wrong is not null)
        {
            return wrong;
        }

        // Gateways share no decisions: the order would be carried out where it has no effect.
        if (peer() is { State: "passive" } active)
        {
            return new Unavailable($"this gateway is passive: {active.Mac} with priority {active.Priority} serves this LAN, and does not hear of orders given here; give the order there");
        }

        var identified = directory.Identify(device);
        mac = identified.Value?.Mac ?? default;
        return identified.Failure;
    }

    private async ValueTask<Result<DeviceChange>> ChangeAsync(Actor actor, string device, Failure? wrong, Command command)
    {
        if (Refuse(actor, command.Needs, command.Note, device, wrong, out var mac) is { } refusal)
        {
            return refusal;
        }

        var (failure, text) = await inbox.RunAsync(() => Change(actor, mac, command)).ConfigureAwait(false);
        return failure is not null ? failure : await DoneAsync(mac, text).ConfigureAwait(false);
    }

    private (Failure? Failure, string Text) Change(Actor actor, MacAddress mac, Command command)
    {
        if (command.Refuse(mac) is { } failure)
        {
            return (failure, "");
        }

        // You can decide about a device before it arrives.
        var now = journal.Now;
        var vlan = directory.VlanOf(mac);
        var known = directory.RecordOf(mac);
        var changed = policy.Evaluate(command.Change(known ?? new DeviceRecord(mac, now), vlan, now), vlan, now);
        decisions.Decide(changed);
        return (null, journal.Add(actor, command.Decide(changed), known, changed));
    }

    private async ValueTask<DeviceChange> DoneAsync(MacAddress mac, string text) => new(mac.ToString(), text, await journal.AwaitDiskAsync().ConfigureAwait(false));

    /// <summary>The work of one verb. Called on the control plane's thread.</summary>
    private sealed record Command
    {
        public Permission Needs { get; init; } = Permission.Admin;

        /// <summary>The nearest order that an operator may give; null: there is none.</summary>
        public string? Note { get; init; }

        /// <summary>Why it cannot be done for a device; null: it can.</summary>
        public Func<MacAddress, Failure?> Refuse { get; init; } = _ => null;

        public required Func<DeviceRecord, ushort, DateTimeOffset, DeviceRecord> Change { get; init; }

        /// <summary>The decision about the changed record, as an event.</summary>
        public required Func<DeviceRecord, DeviceDecision> Decide { get; init; }
    }
}
