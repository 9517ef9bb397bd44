using Innkeeper.Bindings;
using Innkeeper.Guests;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Tests.Management;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Guests;

/// <summary>The data of vouchers and rooms, as their devices use it.</summary>
public sealed class DataMeterTests : IDisposable
{
    private readonly GuestFixture _guests = new();
    private readonly Dictionary<uint, (Binding Binding, ulong Octets)> _bindings = [];
    private DataMeter _meter;

    public DataMeterTests() => _meter = Make();

    public void Dispose()
    {
        _meter.Dispose();
        _guests.Dispose();
    }

    private DataMeter Make() => new(
        _guests.Store, _guests.Admissions, _guests.Devices, () => _bindings.Values.Select(b => b.Binding), number => _bindings[number].Octets, _guests.Clock);

    private void Bind(uint number, int device, ulong octets = 0) => _bindings[number] = (
        new Binding(number, new ClaimedAddress(new Station(0, GuestFixture.Mac(device)), Ipv4Address.Of(10, 0, 0, (byte)number)), default, default, false, _guests.Clock.Now), octets);

    private void Move(uint number, ulong octets) => _bindings[number] = (_bindings[number].Binding, _bindings[number].Octets + octets);

    private async Task Look(int seconds = 10)
    {
        _guests.Clock.Now += TimeSpan.FromSeconds(seconds);
        await _meter.LookAsync();
    }

    private long Used => _guests.Store.State.Vouchers["1-1"].Octets;

    private async Task<string> Enter(string data, params int[] devices)
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h", Devices: 5, Data: data)));
        foreach (var device in devices)
        {
            _guests.Arrive(device);
            await _guests.Redeem(device, code);
        }

        return code;
    }

    [Fact]
    public async Task Devices_ShareTheData_AndAreHeldWhenItIsUsedUp()
    {
        var code = await Enter("10M", 1, 2);
        Bind(1, 1);
        Bind(2, 2);
        Move(1, 4_000_000);
        Move(2, 5_999_999);
        await Look(60);
        Assert.Equal(9_999_999, Used);
        Assert.Equal(AdmissionState.Admitted, _guests.Record(1).Admission.State);

        Move(2, 1);
        await Look();

        Assert.Equal(10_000_000, Used);
        Assert.All((int[])[1, 2], device => Assert.Equal(
            (AdmissionState.Held, GrantEnd.Data, "the data of its voucher is used up"),
            (_guests.Record(device).Admission.State, _guests.Record(device).Grant!.End, _guests.Record(device).Admission.Reason)));
        Assert.Equal(CodeRefusal.UsedUp, (await _guests.Redeem(1, code)).Refusal);
        Assert.Equal(("used_up", 10_000_000L), _guests.Vouchers.Find(ManagementFixture.Admin, "1-1").Value is { } report ? (report.State, report.DataUsed) : default);
    }

    /// <summary>Numbers of bindings are used again: another device's counter is not this one's.</summary>
    [Fact]
    public async Task Binding_ThatIsMadeAgain_CountsFromItsBeginning()
    {
        await Enter("10M", 1);
        Bind(1, 1);
        Move(1, 3_000_000);
        await Look(60);
        _guests.Clock.Now += TimeSpan.FromSeconds(1);
        Bind(1, 1);
        Move(1, 2_000_000);
        await Look(60);

        Assert.Equal(5_000_000, Used);
    }

    /// <summary>The process that begins finds bindings with counters of the earlier one: what was counted stays, and nothing counts twice.</summary>
    [Fact]
    public async Task Restart_KeepsWhatWasUsed_AndCountsNothingTwice()
    {
        await Enter("10M", 1);
        Bind(1, 1);
        Move(1, 3_000_000);
        await Look(60);
        _guests.Clock.Now += TimeSpan.FromSeconds(5);
        _meter.Dispose();
        _guests.Restart();
        _meter = Make();
        await Look(60);
        Assert.Equal(3_000_000, Used);

        Move(1, 1_000_000);
        await Look(60);
        Assert.Equal(4_000_000, Used);
    }

    [Fact]
    public async Task Amounts_ThatReachNoLimit_AreWrittenOnceAMinute()
    {
        await Enter("10M", 1);
        Bind(1, 1);
        var writes = _guests.Store.Writes;
        for (var i = 0; i < 12; i++)
        {
            Move(1, 1000);
            await Look();
        }

        Assert.InRange(_guests.Store.Writes - writes, 1, 3);
        Assert.InRange(Used, 6_000, 12_000);
    }

    [Fact]
    public async Task Voucher_WithoutALimit_IsNotCounted()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h")));
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        Bind(1, 1);
        Move(1, 3_000_000);
        await Look(60);

        Assert.Equal(0, Used);
    }

    /// <summary>The device was here before: what it moved by other rights is not the voucher's, and its later bindings count in full.</summary>
    [Fact]
    public async Task Device_ThatComesAgain_OrWasOnlineBefore_CountsNeitherMoreNorLess()
    {
        var code = await Enter("10M", 2);
        Bind(1, 1);
        Bind(2, 2);
        Move(1, 7_000_000);
        Move(2, 1_000_000);
        await Look(60);
        _guests.Arrive(1);
        await _guests.Redeem(1, code);
        Move(1, 500_000);
        await Look(60);
        Assert.Equal(1_500_000, Used);

        // It keeps the time at which its address was first seen, and gets the same number.
        _bindings[2] = (_bindings[2].Binding, 0);
        Move(2, 300_000);
        await Look(60);
        var back = _bindings[2].Binding;
        _bindings.Remove(2);
        await Look(60);
        _bindings[2] = (back, 200_000);
        await Look(60);
        Assert.Equal(2_000_000, Used);
    }

    [Fact]
    public async Task Room_ThatIsUsedUp_HoldsItsDevices_UntilItHasMore()
    {
        var setting = new RoomSetting(214, null, "2026-11-27T11:00Z", Data: "10M");
        var code = (await _guests.Rooms.SetAsync(ManagementFixture.Admin, "214", setting)).Value!.Code!;
        foreach (var device in (int[])[1, 2])
        {
            _guests.Arrive(device, 214);
            await _guests.Redeem(device, code, 214);
            Bind((uint)device, device);
        }

        Move(1, 4_000_000);
        await Look(60);
        Assert.Equal((10_000_000L, 4_000_000L), Report());
        Move(2, 6_000_000);
        await Look();

        Assert.Equal((10_000_000L, 10_000_000L), Report());
        Assert.All((int[])[1, 2], device => Assert.Equal(
            (AdmissionState.Held, GrantEnd.Data, "the data of its room is used up"),
            (_guests.Record(device).Admission.State, _guests.Record(device).Grant!.End, _guests.Record(device).Admission.Reason)));
        _guests.Arrive(3, 214);
        Assert.Equal(CodeRefusal.UsedUp, (await _guests.Redeem(3, code, 214)).Refusal);

        // The desk gives more: what was used stays used, also over a restart.
        await _guests.Rooms.SetAsync(ManagementFixture.Admin, "214", setting with { Data = "15M" });
        Assert.All((int[])[1, 2], device => Assert.Equal(AdmissionState.Admitted, _guests.Record(device).Admission.State));
        _guests.Restart();
        Assert.Equal((15_000_000L, 10_000_000L), Report());

        (long?, long) Report() => _guests.Rooms.Find(ManagementFixture.Admin, "214").Value is { } report ? (report.Data, report.DataUsed) : default;
    }

    [Fact]
    public async Task Room_WithANewStay_BeginsWithAllItsData()
    {
        var setting = new RoomSetting(214, null, "2026-11-27T11:00Z", Data: "10M");
        var code = (await _guests.Rooms.SetAsync(ManagementFixture.Admin, "214", setting)).Value!.Code!;
        _guests.Arrive(1, 214);
        await _guests.Redeem(1, code, 214);
        Bind(1, 1);
        Move(1, 9_000_000);
        await Look(60);
        await _guests.Rooms.EndAsync(ManagementFixture.Admin, "214");
        await _guests.Rooms.SetAsync(ManagementFixture.Admin, "214", setting);

        // What the earlier guest's device still moves is not the next guest's.
        Move(1, 5_000_000);
        await Look(60);

        Assert.Equal(0, _guests.Store.State.Rooms["214"].Octets);
    }
}
