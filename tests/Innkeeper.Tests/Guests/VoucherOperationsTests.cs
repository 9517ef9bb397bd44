using System.Xml.Linq;
using Innkeeper.Guests;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Guests;

/// <summary>Vouchers and rooms by their owner: made, listed, extended, revoked, and what that does to devices.</summary>
public sealed class VoucherOperationsTests : IDisposable
{
    private static readonly Actor s_admin = ManagementFixture.Admin, s_desk = ManagementFixture.Operator;

    private readonly GuestFixture _guests = new();

    public void Dispose() => _guests.Dispose();

    private DateTimeOffset Now => _guests.Clock.Now;

    private VoucherReport Voucher(string id) => _guests.Vouchers.Find(s_admin, id).Value!;

    [Fact]
    public async Task Create_AnswersWithCodes_ThatTheFileDoesNotHold()
    {
        var made = (await _guests.Vouchers.CreateAsync(s_admin, new NewVouchers(3, "guests", "8h", Label: "Conference", Length: 10))).Value!;

        Assert.Equal(["1-1", "1-2", "1-3"], made.Vouchers.Select(v => v.Voucher));
        Assert.Equal("batch 1 has 3 vouchers (Conference) for the profile guests, valid for 8h from the first use", made.Text);
        Assert.All(made.Vouchers, v => Assert.Equal(11, GuestCode.Read(v.Code)!.Length));
        Assert.All(made.Vouchers, v => Assert.Equal($"http://192.88.99.99/?code={GuestCode.Read(v.Code)}", v.Url));
        _guests.Store.Dispose();
        foreach (var file in Directory.GetFiles(_guests.Folder))
        {
            var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.All(made.Vouchers, v => Assert.DoesNotContain(GuestCode.Read(v.Code)!, text, StringComparison.Ordinal));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.DoesNotContain(_guests.Said.Concat(_guests.Trail.Select(t => t.Text + t.After)), s => made.Vouchers.Any(v => s.Contains(v.Code, StringComparison.Ordinal)));
        Assert.Equal(("voucher-create", "1"), (_guests.Trail[0].What, _guests.Trail[0].Subject));
    }

    [Fact]
    public async Task Create_ByTheFrontDesk_OnlyForProfilesThatAnAdminAllowed()
    {
        Assert.True((await _guests.Vouchers.CreateAsync(s_desk, new NewVouchers(1, "guests", "8h"))).IsOk);

        var refused = Assert.IsType<Forbidden>((await _guests.Vouchers.CreateAsync(s_desk, new NewVouchers(1, "fast", "8h"))).Failure);

        Assert.Equal("olga lacks the permission admin; give one of the profiles guests", refused.Message);
        Assert.True((await _guests.Vouchers.CreateAsync(s_admin, new NewVouchers(1, "fast", "8h"))).IsOk);
        Assert.IsType<Forbidden>((await _guests.Vouchers.RevokeAsync(s_desk, "2")).Failure);
        Assert.IsType<Forbidden>((await _guests.Rooms.SetAsync(s_desk, "9", new RoomSetting(214, null, "2027-01-01", "fast"))).Failure);

        // A room of a profile that the front desk may not give is not turned into another either.
        Assert.True((await _guests.Rooms.SetAsync(s_admin, "9", new RoomSetting(214, null, "2027-01-01", "fast"))).IsOk);
        Assert.IsType<Forbidden>((await _guests.Rooms.SetAsync(s_desk, "9", new RoomSetting(215, null, "2027-01-01", "guests"))).Failure);
        Assert.IsType<Forbidden>((await _guests.Rooms.EndAsync(s_desk, "9")).Failure);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "count", "0", "0 is not a valid count; give a number from 1 to 1000" },
        { "count", "1001", "1001 is not a valid count; give a number from 1 to 1000" },
        { "profile", "", "profile is missing; give a profile's name" },
        { "profile", "guest", "there is no profile guest; did you mean guests?" },
        { "for", "", "for is missing; give how long they are valid, such as \"8h\", or until when" },
        { "for", "8", "8 is not a valid for; give a time from \"1s\" to \"366d\", such as \"8h\"" },
        { "until", "yesterday", "yesterday is not a valid until; give a date and time such as \"2026-12-05T11:00\" (the gateway's local time) or \"2026-12-05T10:00Z\"" },
        { "until", "2026-11-25T11:00Z", "2026-11-25T11:00Z is not a valid until; give a time to come" },
        { "devices", "51", "51 is not a valid devices; give a number from 1 to 50" },
        { "data", "2", "2 is not a valid data; give an amount of data from \"1k\" to \"1000T\", such as \"500M\" or \"2G\"" },
        { "length", "5", "5 is not a valid length; give a number from 6 to 16" },
        { "label", "a\nb", "a b is not a valid label; give one line of up to 64 characters without spaces around it" },
        { "sheet", "a3", "a3 is not a valid sheet; give a4 or 58mm" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Create_WrongValues_AreNamed(string field, string value, string message)
    {
        var right = new NewVouchers(1, "guests", "8h");
        var wrong = field switch
        {
            "count" => right with { Count = int.Parse(value) },
            "profile" => right with { Profile = value.Length == 0 ? null : value },
            "for" => right with { For = value.Length == 0 ? null : value },
            "until" => right with { Until = value },
            "devices" => right with { Devices = int.Parse(value) },
            "data" => right with { Data = value },
            "length" => right with { Length = int.Parse(value) },
            "label" => right with { Label = value },
            _ => right with { Sheet = value },
        };

        var failure = (await _guests.Vouchers.CreateAsync(s_admin, wrong)).Failure!;

        Assert.Equal(message, failure.Message);
        Assert.Empty(_guests.Store.State.Batches);
    }

    [Fact]
    public async Task Revoke_EndsTheDevices_AndSaysWhy()
    {
        var codes = await _guests.Make(new NewVouchers(2, "fast", "8h"));
        _guests.Arrive(1);
        _guests.Arrive(2);
        await _guests.Redeem(1, codes[0]);
        await _guests.Redeem(2, codes[1]);

        var change = (await _guests.Vouchers.RevokeAsync(s_admin, "1-1")).Value!;

        Assert.Equal(("voucher 1-1 is revoked", 1, 1), (change.Text, change.Vouchers, change.Devices));
        var record = _guests.Record(1);
        Assert.Equal((AdmissionState.Held, DecisionSource.Time, "its voucher was revoked", "voucher 1-1", GrantEnd.Revoked, "default"),
            (record.Admission.State, record.Admission.Origin, record.Admission.Reason, record.Admission.By, record.Grant!.End, record.Profile));
        Assert.Equal(AdmissionState.Admitted, _guests.Record(2).Admission.State);
        Assert.Equal(CodeRefusal.Revoked, (await _guests.Redeem(1, codes[0])).Refusal);
        Assert.Equal("1-1 is revoked already", (await _guests.Vouchers.RevokeAsync(s_admin, "1-1")).Failure!.Message);
        Assert.Equal(1, (await _guests.Vouchers.RevokeAsync(s_admin, "1")).Value!.Vouchers);
        Assert.Equal(AdmissionState.Held, _guests.Record(2).Admission.State);
    }

    [Fact]
    public async Task Extend_MovesTheEndsOfItsDevices_AlsoOfThoseWhoseTimeIsOver()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "fast", "8h", Devices: 3)));
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        var began = Now;

        Assert.Equal(1, (await _guests.Vouchers.ExtendAsync(s_admin, "1-1", new VoucherExtension("2h"))).Value!.Devices);
        Assert.Equal(began.AddHours(10), _guests.Record(1).Admission.Until);

        _guests.Clock.Now += TimeSpan.FromHours(11);
        _guests.Sweep();
        Assert.Equal((AdmissionState.Held, GrantEnd.Time, "default"), (_guests.Record(1).Admission.State, _guests.Record(1).Grant!.End, _guests.Record(1).Profile));
        Assert.Equal("over", Voucher("1-1").State);

        await _guests.Vouchers.ExtendAsync(s_admin, "1-1", new VoucherExtension("1h"));
        Assert.Equal((AdmissionState.Admitted, Now.AddHours(1), "fast"), (_guests.Record(1).Admission.State, _guests.Record(1).Admission.Until, _guests.Record(1).Profile));
    }

    [Fact]
    public async Task Extend_BeforeTheFirstUse_AddsToItsTime()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "guests", "8h")));
        await _guests.Vouchers.ExtendAsync(s_admin, "1", new VoucherExtension("2h"));
        _guests.Arrive(1);

        Assert.Equal(Now.AddHours(10), (await _guests.Redeem(1, code)).Until);
    }

    /// <summary>The administrator's word is above the voucher's: what follows for the voucher does not change it.</summary>
    [Fact]
    public async Task Administrator_Wins()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "fast", "8h")));
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        _guests.Devices.Put(_guests.Policy.Evaluate(AdmissionPolicy.Refuse(_guests.Record(1), AdmissionState.Blocked, "loud", "root", Now), 0, Now), _ => true);

        await _guests.Vouchers.ExtendAsync(s_admin, "1-1", new VoucherExtension("2h"));
        var grant = (await _guests.Store.ChangeAsync<Redeemed>(edit => Redemption.Redeem(edit, _guests.Store.HashOf(GuestCode.Read(code)!)!, new GuestDevice(GuestFixture.Mac(1), 0, new HashSet<string>()), Now))).Value!.Grant!;

        Assert.Null(await _guests.Admissions.AdmitAsync(GuestFixture.Mac(1), 0, grant, Now.AddHours(1)));
        Assert.Equal((AdmissionState.Blocked, null), (_guests.Record(1).Admission.State, _guests.Record(1).Grant));
        _guests.Restart();
        Assert.Equal(AdmissionState.Blocked, _guests.Record(1).Admission.State);
    }

    /// <summary>The process died after the file of the guests was written, and before the device's record was.</summary>
    [Fact]
    public async Task Restart_AfterACrashInBetween_AdmitsWhoUsedACode()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "fast", "8h")));
        _guests.Arrive(1);
        _guests.DiskFailure = "the disk is slow";
        await _guests.Redeem(1, code);
        _guests.Arrive(1);
        Assert.Equal(AdmissionState.Held, _guests.Record(1).Admission.State);

        _guests.Restart();

        Assert.Equal((AdmissionState.Admitted, Now.AddHours(8), "fast"), (_guests.Record(1).Admission.State, _guests.Record(1).Admission.Until, _guests.Record(1).Profile));
    }

    [Fact]
    public async Task Restart_AfterACrashInARevocation_EndsTheDevice()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "fast", "8h")));
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        await _guests.Store.ChangeAsync<Voucher>(edit =>
        {
            var revoked = edit.State.Vouchers["1-1"] with { Revoked = Now };
            edit.Save(revoked);
            return revoked;
        });

        _guests.Restart();

        Assert.Equal((AdmissionState.Held, GrantEnd.Revoked), (_guests.Record(1).Admission.State, _guests.Record(1).Grant!.End));
    }

    /// <summary>Nothing is known of its voucher: it stays in up to its end.</summary>
    [Fact]
    public async Task Restart_WithoutTheFile_EndsNoAdmission()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "fast", "8h")));
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        _guests.Store.Dispose();
        File.WriteAllText(_guests.File, "no database");

        _guests.Restart();

        Assert.Equal(AdmissionState.Admitted, _guests.Record(1).Admission.State);
        Assert.Contains(_guests.Said, s => s.StartsWith("guests: the file of vouchers and rooms was unusable", StringComparison.Ordinal));
        Assert.Empty(_guests.Store.State.Batches);
    }

    [Fact]
    public async Task Restart_KeepsEverything()
    {
        var codes = await _guests.Make(new NewVouchers(2, "fast", "8h", "2026-11-25T10:00Z", "2026-12-25T10:00Z", 3, "2G", "Label \U0001f5a8", "Net"));
        await _guests.Rooms.SetAsync(s_admin, "214", new RoomSetting(214, null, "2026-11-27T11:00Z", "fast", "blue42train", 4));
        _guests.Arrive(1);
        await _guests.Redeem(1, codes[0]);
        await _guests.Vouchers.RevokeAsync(s_admin, "1-2");
        await Settled();
        var (vouchers, rooms) = (_guests.Vouchers.List(s_admin, new VoucherFilter()).Value!, _guests.Rooms.List(s_admin).Value!);

        _guests.Restart();

        var (later, laterRooms) = (_guests.Vouchers.List(s_admin, new VoucherFilter()).Value!, _guests.Rooms.List(s_admin).Value!);
        Assert.Equivalent(vouchers, later, strict: true);
        Assert.Equivalent(rooms, laterRooms, strict: true);
        Assert.Equal(("used", "revoked", 1), (later.Vouchers[0].State, later.Vouchers[1].State, later.Vouchers[0].Uses.Count));
    }

    private Task Settled() => Wait.ForAsync(() => _guests.Store.State.Uses.Values.SelectMany(u => u).All(u => u.IsApplied));

    [Fact]
    public async Task List_HasPages_AndFilters()
    {
        await _guests.Make(new NewVouchers(30, "guests", "8h", Label: "Wedding"));
        var codes = await _guests.Make(new NewVouchers(5, "fast", "8h"));
        _guests.Arrive(1);
        await _guests.Redeem(1, codes[2]);

        var first = _guests.Vouchers.List(s_desk, new VoucherFilter(Limit: 20)).Value!;
        var second = _guests.Vouchers.List(s_desk, new VoucherFilter(Limit: 20, Cursor: first.Next)).Value!;

        Assert.Equal((35, 20, 15, null), (first.Total, first.Vouchers.Count, second.Vouchers.Count, second.Next));
        Assert.Equal(["2-1", "1-16"], [first.Vouchers[0].Voucher, second.Vouchers[0].Voucher]);
        Assert.Equal(["2-3"], _guests.Vouchers.List(s_desk, new VoucherFilter(State: "used")).Value!.Vouchers.Select(v => v.Voucher));
        Assert.Equal(30, _guests.Vouchers.List(s_desk, new VoucherFilter(Text: "wedd")).Value!.Total);
        Assert.Equal(5, _guests.Vouchers.List(s_desk, new VoucherFilter(Batch: 2)).Value!.Total);
        Assert.Equal("cursor", Assert.IsType<Invalid>(_guests.Vouchers.List(s_desk, new VoucherFilter(Cursor: "x")).Failure).Field);
    }

    [Fact]
    public async Task Delete_TakesABatchThatIsOver_WithItsUses()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "guests", "8h")));
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        await Settled();
        Assert.Equal("vouchers of batch 1 are still valid; revoke the batch first", (await _guests.Vouchers.DeleteAsync(s_admin, "1")).Failure!.Message);
        await _guests.Vouchers.RevokeAsync(s_admin, "1");

        Assert.True((await _guests.Vouchers.DeleteAsync(s_admin, "1")).IsOk);

        _guests.Restart();
        Assert.Equal((0, 0, 0, 0), (_guests.Store.State.Batches.Count, _guests.Store.State.Vouchers.Count, _guests.Store.State.Codes.Count, _guests.Store.State.Uses.Count));
    }

    [Fact]
    public async Task DryRun_ChangesNothing()
    {
        var dry = new WriteOptions(IsDryRun: true);
        Assert.Equal((true, 0), (await _guests.Vouchers.CreateAsync(s_admin, new NewVouchers(3, "guests", "8h"), dry)) is { Value: { } made } ? (made.DryRun, made.Vouchers.Count) : default);
        Assert.True((await _guests.Rooms.SetAsync(s_admin, "214", new RoomSetting(214, null, "2027-01-01"), dry)).Value!.DryRun);

        Assert.Empty(_guests.Store.State.Batches);
        Assert.Empty(_guests.Store.State.Rooms);
        Assert.Empty(_guests.Trail);
    }

    /// <summary>As a property system drives it: each request may come twice.</summary>
    [Fact]
    public async Task Room_SetTwice_IsOneStay_AndEnded_EndsItsDevices()
    {
        var setting = new RoomSetting(214, null, "2026-11-27T11:00Z");
        var code = (await _guests.Rooms.SetAsync(s_desk, "214", setting)).Value!.Code!;
        var repeated = (await _guests.Rooms.SetAsync(s_desk, "214", setting)).Value!;
        _guests.Arrive(1, 214);
        await _guests.Redeem(1, code, 214);
        Assert.Null(repeated.Code);
        Assert.Single(_guests.Trail, t => t.What == "room-set");

        var later = (await _guests.Rooms.SetAsync(s_desk, "214", setting with { Until = "2026-11-28T11:00Z" })).Value!;
        Assert.Equal((1, new DateTimeOffset(2026, 11, 28, 11, 0, 0, TimeSpan.Zero)), (later.Devices, _guests.Record(1).Admission.Until));

        var ended = (await _guests.Rooms.EndAsync(s_desk, "214")).Value!;
        var again = (await _guests.Rooms.EndAsync(s_desk, "214")).Value!;
        Assert.Equal((1, 0, "the stay in room 214 has ended; its code is void"), (ended.Devices, again.Devices, ended.Text));
        Assert.Equal((AdmissionState.Held, GrantEnd.CheckOut, "the stay in its room has ended"), (_guests.Record(1).Admission.State, _guests.Record(1).Grant!.End, _guests.Record(1).Admission.Reason));
        Assert.Null((await _guests.Redeem(1, code, 214)).Grant);

        var next = (await _guests.Rooms.SetAsync(s_desk, "214", setting)).Value!;
        Assert.NotEqual(code, next.Code);
        Assert.Empty(_guests.Rooms.Find(s_desk, "214").Value!.Uses);
        Assert.Equal("214/2", (await _guests.Redeem(1, next.Code!, 214)).Grant!.Id);
    }

    [Theory]
    [InlineData("214", null, null, "2027-01-01", null, "one of vlan and tag")]
    [InlineData("214", 214, "staff", "2027-01-01", null, "one of vlan and tag")]
    [InlineData("214", 4095, null, "2027-01-01", null, "a number from 0 to 4094")]
    [InlineData("a/b", 214, null, "2027-01-01", null, "letters, digits")]
    [InlineData("214", 214, null, null, null, "when the stay ends")]
    [InlineData("214", 214, null, "2020-01-01", null, "a time to come")]
    [InlineData("214", 214, null, "2027-01-01", "1234", "6 to 32 letters and digits")]
    public async Task Room_WrongValues_AreNamed(string room, int? vlan, string? tag, string? until, string? code, string expected) =>
        Assert.Contains(expected, (await _guests.Rooms.SetAsync(s_admin, room, new RoomSetting(vlan, tag, until, Code: code))).Failure!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a4")]
    [InlineData("58mm")]
    public async Task Sheet_IsWellFormed_WithoutScript_AndEscapesTheOwnersWords(string paper)
    {
        var made = (await _guests.Vouchers.CreateAsync(s_admin, new NewVouchers(7, "guests", "8h", Label: "<script>alert(1)</script> & \"more\"", Network: "H<o>tel", Devices: 2, Sheet: paper))).Value!;

        var page = XDocument.Parse(made.Sheet!);
        Assert.DoesNotContain("<script", made.Sheet, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(7, page.Descendants("article").Count());
        Assert.Equal(7, page.Descendants("path").Count());
        Assert.Equal(made.Vouchers.Select(v => v.Code), page.Descendants("p").Where(p => (string?)p.Attribute("class") == "code").Select(p => p.Value));
        Assert.Contains("<script>alert(1)</script> & \"more\"", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains(paper == "a4" ? "size: A4" : "size: 58mm", made.Sheet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LockedFile_ChangesNothing_AndIsSaidOnce()
    {
        await _guests.Make(new NewVouchers(1, "guests", "8h"));
        using (var other = new DatabaseLock(_guests.File))
        {
            Assert.IsType<Unavailable>((await _guests.Vouchers.CreateAsync(s_admin, new NewVouchers(1, "guests", "8h"))).Failure);
            Assert.IsType<Unavailable>((await _guests.Vouchers.CreateAsync(s_admin, new NewVouchers(1, "guests", "8h"))).Failure);
            other.Release();
        }

        Assert.Single(_guests.Store.State.Batches);
        Assert.Equal("guests: vouchers and rooms cannot be written: another program has it locked. Devices are served as before; fix the cause, as no code lets a guest in until then", Assert.Single(_guests.Said, t => t.StartsWith("guests:", StringComparison.Ordinal)));

        await _guests.Make(new NewVouchers(1, "guests", "8h"));
        Assert.Contains("guests: vouchers and rooms are read and written again", _guests.Said);
        Assert.Equal([1L, 2L], _guests.Store.State.Batches.Keys);
    }

    /// <summary>A thief of the file has no codes; and the owner who restores it without the key is told.</summary>
    [Fact]
    public async Task KeyThatIsMissing_MakesCodesVoid_AndIsSaid()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(1, "guests", "8h")));
        _guests.Store.Dispose();
        File.Delete(Path.Combine(_guests.Folder, GuestKey.FileName));
        _guests.Arrive(1);

        _guests.Restart();

        Assert.Equal(CodeRefusal.Unknown, (await _guests.Redeem(1, code)).Refusal);
        Assert.Contains(_guests.Said, t => t.StartsWith("guests: the key of the codes, guests.key, was missing", StringComparison.Ordinal));
    }
}
