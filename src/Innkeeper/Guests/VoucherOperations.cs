using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;

namespace Innkeeper.Guests;

/// <summary>Makes, lists, extends and revokes vouchers.</summary>
/// <param name="reports">Makes reports of them.</param>
internal sealed class VoucherOperations(InnkeeperConfig config, GuestStore store, GuestAdmissions admissions, GuestReporter reports, GuestJournal journal, TimeProvider clock) : IVoucherOperations
{
    /// <summary>Vouchers of one batch.</summary>
    internal const int MostOfBatch = 1000;

    private const int Schema = 1;

    public Result<VouchersReport> List(Actor actor, VoucherFilter filter)
    {
        var wrong = Trouble(actor, Permission.Viewer) ?? GuestValues.CheckNumber("limit", filter.Limit, 1, VoucherFilter.MostLimit)
            ?? (filter.State is { } state && !VoucherFilter.States.Contains(state) ? new Invalid("state", state, string.Join(", ", VoucherFilter.States)) : null);
        if (wrong is not null)
        {
            return wrong;
        }

        var skip = 0;
        if (filter.Cursor is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip))
        {
            return new Invalid("cursor", cursor, "the \"next\" of the page before");
        }

        var found = reports.Select(filter).ToList();
        var page = found.Skip(skip).Take(filter.Limit).ToList();
        var next = skip + page.Count;
        return new VouchersReport(Schema, [.. page.Select(v => reports.Of(v.Batch, v.Voucher))], found.Count, next < found.Count ? next.ToString(CultureInfo.InvariantCulture) : null);
    }

    public Result<VoucherReport> Find(Actor actor, string voucher)
    {
        if (Trouble(actor, Permission.Viewer) is { } wrong)
        {
            return wrong;
        }

        var state = store.State;
        return state.Vouchers.TryGetValue(voucher, out var found) && state.Batches.TryGetValue(found.Batch, out var batch) ? reports.Of(batch, found) : Unknown(voucher);
    }

    public async ValueTask<Result<VouchersMade>> CreateAsync(Actor actor, NewVouchers vouchers, WriteOptions? options = null)
    {
        if ((Trouble(actor, Permission.Operator) ?? Check(actor, vouchers)) is { } wrong)
        {
            return wrong;
        }

        if (ReadValidity(vouchers, out var validity) is { } invalid)
        {
            return invalid;
        }

        var count = vouchers.Count ?? 1;
        var codes = Enumerable.Range(0, count).Select(_ => GuestCode.New(vouchers.Length ?? GuestCode.Usual)).ToList();
        var hashes = codes.ConvertAll(code => store.HashOf(code));
        if (hashes.Contains(null))
        {
            return new Unavailable(store.Failure ?? "the key of the codes cannot be read");
        }

        Result<Batch> Make(GuestEdit edit) => edit.State.Batches.Count >= GuestState.MostBatches || edit.State.Vouchers.Count + count > GuestState.MostVouchers
            ? new Unavailable($"there are {edit.State.Vouchers.Count} vouchers, and {GuestState.MostVouchers} in {GuestState.MostBatches} batches are possible; delete batches that are over")
            : hashes.Any(edit.State.Codes.ContainsKey!) || hashes.Distinct().Count() != count ? new Unavailable("a code came out twice; make them again, or with longer codes")
            : Saved(edit);

        Batch Saved(GuestEdit edit)
        {
            var batch = new Batch(
                edit.State.LastBatch + 1, vouchers.Label ?? "", vouchers.Network ?? "", vouchers.Profile!, count, clock.GetUtcNow(), actor.Name, validity.Lasts, validity.From, validity.Until,
                vouchers.Devices ?? 1, validity.Data);
            edit.Save(batch);
            for (var i = 0; i < count; i++)
            {
                edit.Save(new Voucher(batch.Number, i + 1, hashes[i]!));
            }

            return batch;
        }

        var made = options?.IsDryRun == true ? Make(new GuestEdit(store.State)) : await store.ChangeAsync(Make).ConfigureAwait(false);
        return made.IsOk ? AnswerOf(actor, made.Value, codes, vouchers.Sheet, options?.IsDryRun == true) : made.Failure;
    }

    public async ValueTask<Result<VoucherChange>> ExtendAsync(Actor actor, string voucher, VoucherExtension extension, WriteOptions? options = null)
    {
        var wrong = Trouble(actor, Permission.Operator) ?? GuestValues.ReadTime("for", extension.For, out _) ?? GuestValues.ReadDate("until", extension.Until, clock, out _)
            ?? (extension is { For: null, Until: null } or { For: not null, Until: not null } ? new Invalid("extension", extension.For, "one of for and until") : null);
        if (wrong is not null)
        {
            return wrong;
        }

        GuestValues.ReadTime("for", extension.For, out var time);
        GuestValues.ReadDate("until", extension.Until, clock, out var until);
        return await ChangeAsync(actor, voucher, "voucher-extend", options, (batch, known, now) => known.Revoked is not null ? null : Extended(batch, known, time, until, now), "extended").ConfigureAwait(false);
    }

    public ValueTask<Result<VoucherChange>> RevokeAsync(Actor actor, string voucher, WriteOptions? options = null) =>
        ChangeAsync(actor, voucher, "voucher-revoke", options, (_, known, now) => known.Revoked is null ? known with { Revoked = now } : null, "revoked");

    public async ValueTask<Result<VoucherChange>> DeleteAsync(Actor actor, string batch, WriteOptions? options = null)
    {
        if (Trouble(actor, Permission.Admin) is { } wrong)
        {
            return wrong;
        }

        Result<Batch> Delete(GuestEdit edit)
        {
            if (!long.TryParse(batch, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !edit.State.Batches.TryGetValue(number, out var found))
            {
                return new NotFound("batch of vouchers", batch);
            }

            var now = clock.GetUtcNow();
            if (found.Vouchers.Select(id => edit.State.Vouchers.GetValueOrDefault(id)).OfType<Voucher>().Any(v => v.Revoked is null && !(v.EndIn(found) <= now) && !(found.Until <= now)))
            {
                return new Conflict(batch, batch, Note: $"vouchers of batch {number} are still valid; revoke the batch first");
            }

            edit.Delete(found);
            return found;
        }

        var isDryRun = options?.IsDryRun == true;
        var deleted = isDryRun ? Delete(new GuestEdit(store.State)) : await store.ChangeAsync(Delete).ConfigureAwait(false);
        if (!deleted.IsOk)
        {
            return deleted.Failure;
        }

        var text = $"batch {deleted.Value.Number} with {CountOf(deleted.Value.Count)} is deleted";
        if (!isDryRun)
        {
            journal.OfVouchers(actor, "voucher-delete", batch, text, new Dictionary<string, string?>());
        }

        return new VoucherChange(batch, text, deleted.Value.Count, 0, isDryRun);
    }

    private static NotFound Unknown(string voucher) => new("voucher", voucher, Note: "name one such as 3-17, or a batch such as 3");

    private static string CountOf(int count) => count == 1 ? "1 voucher" : $"{count} vouchers";

    private static Voucher? Extended(Batch batch, Voucher known, TimeSpan? time, DateTimeOffset? until, DateTimeOffset now)
    {
        if (until is not null)
        {
            return known with { Until = until };
        }

        // One that is over is extended from now on: its guest wants to go on.
        return known.EndIn(batch) is { } end ? known with { Until = (end > now ? end : now) + time }
            : batch.Lasts is not null ? known with { Extra = known.Extra + time!.Value }
            : null;
    }

    private Failure? Trouble(Actor actor, Permission needed) => actor.Lacks(needed) ?? (store.IsKnown ? null : (Failure)new Unavailable(store.Failure ?? "vouchers and rooms cannot be read"));

    private Failure? Check(Actor actor, NewVouchers vouchers) =>
        GuestValues.CheckProfile(vouchers.Profile, config) ?? GuestValues.CheckRight(actor, vouchers.Profile!, config) ?? (Failure?)GuestValues.CheckNumber("count", vouchers.Count, 1, MostOfBatch)
        ?? GuestValues.CheckNumber("devices", vouchers.Devices, 1, GuestState.MostDevices) ?? GuestValues.CheckNumber("length", vouchers.Length, GuestCode.Shortest, GuestCode.Longest)
        ?? GuestValues.CheckText("label", vouchers.Label) ?? GuestValues.CheckText("network", vouchers.Network)
        ?? (vouchers.Sheet is null or "a4" or "58mm" ? null : new Invalid("sheet", vouchers.Sheet, "a4 or 58mm"));

    private Invalid? ReadValidity(NewVouchers vouchers, out (TimeSpan? Lasts, DateTimeOffset? From, DateTimeOffset? Until, long Data) validity)
    {
        validity = default;
        var wrong = GuestValues.ReadTime("for", vouchers.For, out var lasts) ?? GuestValues.ReadDate("from", vouchers.From, clock, out var from)
            ?? GuestValues.ReadDate("until", vouchers.Until, clock, out var until) ?? GuestValues.ReadData(vouchers.Data, out var data);
        if (wrong is not null)
        {
            return wrong;
        }

        GuestValues.ReadDate("from", vouchers.From, clock, out from);
        GuestValues.ReadDate("until", vouchers.Until, clock, out until);
        GuestValues.ReadData(vouchers.Data, out data);
        validity = (lasts, from, until, data);
        return lasts is null && until is null ? new Invalid("for", null, "how long they are valid, such as \"8h\", or until when")
            : until <= clock.GetUtcNow() ? new Invalid("until", vouchers.Until, "a time to come")
            : until <= from ? new Invalid("from", vouchers.From, "a time before until")
            : null;
    }

    private VouchersMade AnswerOf(Actor actor, Batch batch, List<string> codes, string? sheet, bool isDryRun)
    {
        var valid = string.Join(" and ", ((string?[])[batch.Lasts is null ? null : $"for {TomlText.Duration(batch.Lasts.Value).Trim('"')} from the first use", batch.Until is null ? null : $"until {reports.DateOf(batch.Until.Value)}"]).OfType<string>());
        var text = $"batch {batch.Number} has {CountOf(batch.Count)}{(batch.Label.Length > 0 ? $" ({batch.Label})" : "")} for the profile {batch.Profile}, valid {valid}";
        if (isDryRun)
        {
            return new VouchersMade(Schema, batch.Number, text, [], DryRun: true);
        }

        journal.OfVouchers(actor, "voucher-create", $"{batch.Number}", text, new Dictionary<string, string?>
        {
            ["count"] = $"{batch.Count}",
            ["profile"] = batch.Profile,
            ["devices"] = $"{batch.Devices}",
            ["label"] = batch.Label is "" ? null : batch.Label,
            ["data"] = batch.Data == 0 ? null : $"{batch.Data}",
        });
        var made = codes.Select((code, i) => new MadeVoucher($"{batch.Number}-{i + 1}", GuestCode.Group(code), reports.UrlOf(code))).ToList();
        return new VouchersMade(Schema, batch.Number, text, made, sheet is null ? null : VoucherSheet.Write(batch, made, isRoll: sheet == "58mm", reports.DateOf));
    }

    /// <param name="change">A voucher after it; null: it stays as it is.</param>
    private async ValueTask<Result<VoucherChange>> ChangeAsync(Actor actor, string voucher, string what, WriteOptions? options, Func<Batch, Voucher, DateTimeOffset, Voucher?> change, string done)
    {
        if (Trouble(actor, Permission.Operator) is { } wrong)
        {
            return wrong;
        }

        var now = clock.GetUtcNow();
        Result<List<string>> Change(GuestEdit edit)
        {
            var state = edit.State;
            var isBatch = long.TryParse(voucher, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && state.Batches.ContainsKey(number);
            List<Voucher> meant = isBatch ? [.. state.Batches[number].Vouchers.Select(id => state.Vouchers.GetValueOrDefault(id)).OfType<Voucher>()]
                : state.Vouchers.TryGetValue(voucher, out var one) ? [one] : [];
            if (meant.Count == 0 || !state.Batches.TryGetValue(meant[0].Batch, out var batch))
            {
                return Unknown(voucher);
            }

            if (GuestValues.CheckRight(actor, batch.Profile, config) is { } forbidden)
            {
                return forbidden;
            }

            var changed = meant.Select(v => change(batch, v, now)).OfType<Voucher>().ToList();
            if (changed.Count == 0)
            {
                return new Conflict(voucher, voucher, Note: done == "revoked" ? $"{voucher} is revoked already" : $"{voucher} cannot be extended: it is revoked, or has no end");
            }

            changed.ForEach(edit.Save);
            return changed.ConvertAll(v => v.Id);
        }

        var isDryRun = options?.IsDryRun == true;
        var result = isDryRun ? Change(new GuestEdit(store.State)) : await store.ChangeAsync(Change).ConfigureAwait(false);
        if (!result.IsOk)
        {
            return result.Failure;
        }

        var ids = result.Value.ToHashSet();
        var devices = isDryRun ? 0 : await admissions.FollowAsync(grant => grant.Kind == GrantKind.Voucher && ids.Contains(grant.Id)).ConfigureAwait(false);
        var text = ids.Count == 1 && ids.Contains(voucher) ? $"voucher {voucher} is {done}" : $"{CountOf(ids.Count)} of batch {voucher} {(ids.Count == 1 ? "is" : "are")} {done}";
        if (!isDryRun)
        {
            journal.OfVouchers(actor, what, voucher, text, new Dictionary<string, string?> { ["vouchers"] = $"{ids.Count}", ["devices"] = $"{devices}" });
        }

        return new VoucherChange(voucher, text, ids.Count, devices, isDryRun);
    }
}
