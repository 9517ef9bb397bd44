using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;

namespace Innkeeper.Guests;

/// <summary>Sets and ends rooms, for people and for property systems: each request can be repeated without harm.</summary>
internal sealed class RoomOperations(InnkeeperConfig config, GuestStore store, GuestAdmissions admissions, GuestReporter reports, GuestJournal journal, TimeProvider clock) : IRoomOperations
{
    private const int Schema = 1;
    private const int UsualDevices = 5;
    private const int MostVlan = 4094;

    public Result<RoomsReport> List(Actor actor) => Trouble(actor, Permission.Viewer) is { } wrong ? wrong : new RoomsReport(Schema, [.. store.State.Rooms.Values.Select(reports.Of)]);

    public Result<RoomReport> Find(Actor actor, string room) => Trouble(actor, Permission.Viewer) is { } wrong ? wrong
        : store.State.Rooms.TryGetValue(room, out var found) ? reports.Of(found)
        : Unknown(room);

    public async ValueTask<Result<RoomChange>> SetAsync(Actor actor, string room, RoomSetting setting, WriteOptions? options = null)
    {
        if ((Trouble(actor, Permission.Operator) ?? Check(actor, room, setting)) is { } wrong)
        {
            return wrong;
        }

        GuestValues.ReadDate("until", setting.Until, clock, out var until);
        GuestValues.ReadData(setting.Data, out var data);
        var given = GuestCode.Read(setting.Code);
        var made = GuestCode.New(GuestCode.Usual);
        if (store.HashOf(given ?? made) is not { } hash)
        {
            return new Unavailable(store.Failure ?? "the key of the codes cannot be read");
        }

        Result<RoomSet> Set(GuestEdit edit)
        {
            var known = edit.State.Rooms.GetValueOrDefault(room);
            if (known is null && edit.State.Rooms.Count >= GuestState.MostRooms)
            {
                return new Unavailable($"there are {GuestState.MostRooms} rooms, and more are not possible");
            }

            // An operator cannot end such a room, and cannot turn it into another either.
            if (known is not null && GuestValues.CheckRight(actor, known.Profile, config) is { } forbidden)
            {
                return forbidden;
            }

            // The code of a stay that goes on stays the same unless another is given.
            var isSameStay = known is { Ended: null } && known.Until > clock.GetUtcNow();
            var isNewCode = given is not null || !isSameStay;
            var next = new Room(
                known?.Name ?? room, isSameStay ? known!.Stay : (known?.Stay ?? 0) + 1, (ushort?)setting.Vlan, setting.Tag, setting.Profile ?? "", isNewCode ? hash : known!.Hash,
                isNewCode ? given is not null && !GuestCode.IsWhole(given) : known!.IsOwn, setting.Devices ?? UsualDevices, until!.Value, isSameStay ? known!.Since : clock.GetUtcNow(),
                isSameStay ? known!.By : actor.Name, Data: data, Octets: isSameStay ? known!.Octets : 0);
            if (known is not null && !isSameStay)
            {
                edit.ForgetUses(GrantKind.Room, known.Id);
            }

            if (next != known)
            {
                edit.Save(next);
            }

            return new RoomSet(known, next, isNewCode && given is null ? made : null);
        }

        var isDryRun = options?.IsDryRun == true;
        var set = isDryRun ? Set(new GuestEdit(store.State)) : await store.ChangeAsync(Set).ConfigureAwait(false);
        if (!set.IsOk)
        {
            return set.Failure;
        }

        var (before, after, code) = set.Value;
        var text = $"room {after.Name} is open until {reports.DateOf(after.Until)} for {(after.Devices == 1 ? "1 device" : $"{after.Devices} devices")} {(after.Vlan is { } vlan ? $"in VLAN {vlan}" : $"with the tag {after.Tag}")}";
        if (isDryRun)
        {
            return new RoomChange(after.Name, text, DryRun: true);
        }

        var devices = 0;
        if (before != after)
        {
            devices = await admissions.FollowAsync(grant => grant.Kind == GrantKind.Room && grant.Label == after.Name).ConfigureAwait(false);
            journal.OfRoom(actor, "room-set", after.Name, text, new Dictionary<string, string?>
            {
                ["until"] = reports.DateOf(after.Until),
                ["vlan"] = after.Vlan is { } number ? $"{number}" : null,
                ["tag"] = after.Tag,
                ["profile"] = after.Profile is "" ? null : after.Profile,
                ["devices"] = $"{after.Devices}",
                ["data"] = after.Data == 0 ? null : $"{after.Data}",
            });
        }

        return new RoomChange(after.Name, text, code is null ? null : GuestCode.Group(code), code is null ? null : reports.UrlOf(code), devices);
    }

    public async ValueTask<Result<RoomChange>> EndAsync(Actor actor, string room, WriteOptions? options = null)
    {
        if (Trouble(actor, Permission.Operator) is { } wrong)
        {
            return wrong;
        }

        Result<RoomSet> End(GuestEdit edit)
        {
            if (!edit.State.Rooms.TryGetValue(room, out var known))
            {
                return Unknown(room);
            }

            if (GuestValues.CheckRight(actor, known.Profile, config) is { } forbidden)
            {
                return forbidden;
            }

            if (known.Ended is not null)
            {
                return new RoomSet(known, known, null);
            }

            var next = known with { Ended = clock.GetUtcNow() };
            edit.Save(next);
            return new RoomSet(known, next, null);
        }

        var isDryRun = options?.IsDryRun == true;
        var ended = isDryRun ? End(new GuestEdit(store.State)) : await store.ChangeAsync(End).ConfigureAwait(false);
        if (!ended.IsOk)
        {
            return ended.Failure;
        }

        var (before, after, _) = ended.Value;
        var text = $"the stay in room {after.Name} has ended; its code is void";
        var devices = 0;
        if (!isDryRun && before != after)
        {
            devices = await admissions.FollowAsync(grant => grant.Kind == GrantKind.Room && grant.Label == after.Name).ConfigureAwait(false);
            journal.OfRoom(actor, "room-end", after.Name, text, new Dictionary<string, string?> { ["devices"] = $"{devices}" });
        }

        return new RoomChange(after.Name, text, Devices: devices, DryRun: isDryRun);
    }

    private static NotFound Unknown(string room) => new("room", room);

    private Failure? Trouble(Actor actor, Permission needed) => actor.Lacks(needed) ?? (store.IsKnown ? null : (Failure)new Unavailable(store.Failure ?? "vouchers and rooms cannot be read"));

    private Failure? Check(Actor actor, string room, RoomSetting setting)
    {
        Failure? wrong = GuestValues.CheckRoom(room) ?? GuestValues.CheckNumber("vlan", setting.Vlan, 0, MostVlan) ?? GuestValues.CheckNumber("devices", setting.Devices, 1, GuestState.MostDevices)
            ?? GuestValues.ReadData(setting.Data, out _)
            ?? (setting.Tag is null ? null : DeviceValues.CheckTag(setting.Tag))
            ?? (setting.Vlan is null == setting.Tag is null ? new Invalid("room", room, "one of vlan and tag: where its code works") : null)
            ?? (setting.Code is { } code && !GuestCode.IsChoosable(GuestCode.Read(code)) ? new Invalid("code", "it", $"{GuestCode.ShortestOwn} to {GuestCode.LongestOwn} letters and digits, or none: then one is made") : null)
            ?? (setting.Until is null ? new Invalid("until", null, "when the stay ends, such as \"2026-12-05T11:00\"") : GuestValues.ReadDate("until", setting.Until, clock, out _));
        if (wrong is not null)
        {
            return wrong;
        }

        GuestValues.ReadDate("until", setting.Until, clock, out var until);
        return until <= clock.GetUtcNow() ? new Invalid("until", setting.Until, "a time to come; to end a stay now, delete the room's code")
            : (setting.Profile is null ? null : GuestValues.CheckProfile(setting.Profile, config)) ?? GuestValues.CheckRight(actor, setting.Profile ?? "", config);
    }

    /// <param name="Code">A code that was made; null: none was.</param>
    private sealed record RoomSet(Room? Before, Room After, string? Code);
}
