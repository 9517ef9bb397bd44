using System.Diagnostics;
using Innkeeper.Guests;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Guests;

/// <summary>Whether a code lets a device in: exactly as many devices as it allows, only where and while it is valid.</summary>
public sealed class RedemptionTests : IDisposable
{
    private readonly GuestFixture _guests = new();

    public void Dispose() => _guests.Dispose();

    private DateTimeOffset Now => _guests.Clock.Now;

    [Fact]
    public async Task Voucher_LetsItsDeviceIn_ForItsTime_ByItsProfile()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h", Label: "Conference")));
        _guests.Arrive(1);

        var redeemed = await _guests.Redeem(1, code);

        Assert.Equal(Now.AddHours(8), redeemed.Until);
        var record = _guests.Record(1);
        Assert.Equal(("fast", AdmissionState.Admitted, DecisionSource.Guest, Now.AddHours(8), "voucher 1-1 (Conference)"),
            (record.Profile, record.Admission.State, record.Admission.Origin, record.Admission.Until, record.Admission.By));
        Assert.Contains(_guests.Said, s => s.StartsWith("guest-admitted: 02:00:00:00:01:01 is admitted by voucher 1-1 (Conference) until", StringComparison.Ordinal));
    }

    /// <summary>The time begins with the first device, and runs for all.</summary>
    [Fact]
    public async Task Voucher_OfTwoDevices_EndsForBothAtOnce_AndKeepsTheThirdOut()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "guests", For: "8h", Devices: 2)));
        for (var device = 1; device <= 3; device++)
        {
            _guests.Arrive(device);
        }

        var first = await _guests.Redeem(1, code);
        _guests.Clock.Now += TimeSpan.FromHours(5);
        var second = await _guests.Redeem(2, code);
        var third = await _guests.Redeem(3, code);
        var again = await _guests.Redeem(1, code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal));

        Assert.Equal(first.Until, second.Until);
        Assert.Equal((null, CodeRefusal.Full), (third.Grant, third.Refusal));
        Assert.Equal(first.Grant, again.Grant);
        Assert.Equal(2, _guests.Store.State.UsesOf(GrantKind.Voucher, "1-1").Count);
    }

    /// <summary>Two hundred devices at once on a code for one, ten times.</summary>
    [Fact]
    public async Task Voucher_UsedAtOnce_HoldsItsLimitExactly()
    {
        var codes = await _guests.Make(new NewVouchers(Count: 10, Profile: "guests", For: "8h"));
        foreach (var code in codes)
        {
            var hash = _guests.Store.HashOf(GuestCode.Read(code)!)!;
            using var start = new Barrier(8);
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return Enumerable.Range(0, 25).Select(i => _guests.Store.ChangeAsync<Redeemed>(edit => Redemption.Redeem(edit, hash, new GuestDevice(GuestFixture.Mac((thread * 25) + i), 0, new HashSet<string>()), Now))).ToArray();
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            var redeemed = await Task.WhenAll(results.SelectMany(r => r));

            Assert.Single(redeemed, r => r.Value!.Grant is not null);
            Assert.Equal(199, redeemed.Count(r => r.Value!.Refusal == CodeRefusal.Full && r.Value.Grant is null));
        }
    }

    /// <summary>Five hundred guests at once wait for few writes of the disk.</summary>
    [Fact]
    public async Task FiveHundredVouchers_AtOnce_AreFewWrites()
    {
        var codes = await _guests.Make(new NewVouchers(Count: 500, Profile: "guests", For: "8h"));
        for (var device = 0; device < 500; device++)
        {
            _guests.Arrive(device);
        }

        var (writes, watch) = (_guests.Store.Writes, Stopwatch.StartNew());
        var redeemed = await Task.WhenAll(codes.Select((code, device) => Task.Run(() => _guests.Redeem(device, code), TestContext.Current.CancellationToken)));
        watch.Stop();

        Assert.All(redeemed, r => Assert.NotNull(r.Grant));
        Assert.Equal(500, _guests.Devices.Devices.Values.Count(d => d.Admission is { State: AdmissionState.Admitted, Origin: DecisionSource.Guest }));
        TestContext.Current.SendDiagnosticMessage($"500 vouchers: {_guests.Store.Writes - writes} writes, {watch.ElapsedMilliseconds} ms");
        Assert.InRange(_guests.Store.Writes - writes, 1, 250);
        _guests.Restart(reconciles: false);
        Assert.Equal(500, _guests.Store.State.Uses.Values.Sum(u => u.Count));
    }

    [Fact]
    public async Task Voucher_OutsideItsTime_IsRefusedWithTheReason()
    {
        var later = Assert.Single(await _guests.Make(new NewVouchers(Profile: "guests", From: "2026-11-25T14:00Z", Until: "2026-11-25T18:00Z")));
        _guests.Arrive(1);

        Assert.Equal(CodeRefusal.NotYet, (await _guests.Redeem(1, later)).Refusal);
        _guests.Clock.Now = new DateTimeOffset(2026, 11, 25, 15, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 18, 0, 0, TimeSpan.Zero), (await _guests.Redeem(1, later)).Until);
        _guests.Clock.Now = new DateTimeOffset(2026, 11, 25, 18, 0, 0, TimeSpan.Zero);
        Assert.Equal(CodeRefusal.Over, (await _guests.Redeem(1, later)).Refusal);
        Assert.Equal(CodeRefusal.Unknown, (await _guests.Redeem(1, GuestCode.New(8))).Refusal);
    }

    /// <summary>A voucher for eight hours that is first used two hours before its last date ends at that date.</summary>
    [Fact]
    public async Task Voucher_WithTimeAndDate_EndsAtTheEarlier()
    {
        var codes = await _guests.Make(new NewVouchers(Count: 2, Profile: "guests", For: "8h", Until: "2026-11-26T12:00Z"));
        _guests.Arrive(1);
        _guests.Arrive(2);

        Assert.Equal(Now.AddHours(8), (await _guests.Redeem(1, codes[0])).Until);
        _guests.Clock.Now = new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);
        Assert.Equal(Now.AddHours(2), (await _guests.Redeem(2, codes[1])).Until);
    }

    [Fact]
    public async Task RoomCode_WorksInItsRoomOnly()
    {
        var code = (await _guests.Rooms.SetAsync(ManagementFixture.Operator, "214", new RoomSetting(Vlan: 214, Until: "2026-11-27T11:00Z", Devices: 2))).Value!.Code!;
        _guests.Arrive(1, 214);
        _guests.Arrive(2, 215);

        var neighbour = await _guests.Redeem(2, code, 215);
        var guest = await _guests.Redeem(1, code, 214);

        Assert.Equal((null, CodeRefusal.Unknown), (neighbour.Grant, neighbour.Refusal));
        Assert.Equal((new Grant(GrantKind.Room, "214/1", "214", ""), new DateTimeOffset(2026, 11, 27, 11, 0, 0, TimeSpan.Zero)), (guest.Grant, guest.Until));
        Assert.Equal(AdmissionState.Held, _guests.Record(2).Admission.State);
        Assert.Equal("default", _guests.Record(1).Profile);
    }

    /// <summary>Two rooms may have the same code of the owner's: the device's VLAN says which.</summary>
    [Fact]
    public async Task RoomCodes_OfTheOwner_AreTheRooms()
    {
        await _guests.Rooms.SetAsync(ManagementFixture.Operator, "214", new RoomSetting(Vlan: 214, Until: "2026-11-27T11:00Z", Code: "welcome"));
        await _guests.Rooms.SetAsync(ManagementFixture.Operator, "bar", new RoomSetting(Tag: "staff", Until: "2026-11-28T11:00Z", Code: "Wel-Come"));
        _guests.Arrive(1, 214);
        _guests.Arrive(2, 0, "staff");
        _guests.Arrive(3, 0);

        Assert.Equal("214/1", (await _guests.Redeem(1, "WELCOME", 214)).Grant!.Id);
        Assert.Equal("bar/1", (await _guests.Redeem(2, "welcome", 0, "staff")).Grant!.Id);
        Assert.Null((await _guests.Redeem(3, "welcome")).Grant);
        Assert.True(_guests.Store.State.HasOwnCodeFor(new GuestDevice(GuestFixture.Mac(1), 214, new HashSet<string>()), Now));
        Assert.False(_guests.Store.State.HasOwnCodeFor(new GuestDevice(GuestFixture.Mac(3), 0, new HashSet<string>()), Now));
    }
}
