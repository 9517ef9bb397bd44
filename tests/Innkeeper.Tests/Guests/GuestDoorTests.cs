using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Guests;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Guests;

/// <summary>The portal's way in: codes, terms, and how guesses are told from mistakes.</summary>
public sealed class GuestDoorTests : IDisposable
{
    private readonly GuestFixture _guests = new();
    private readonly GuestDoor _door;

    public GuestDoorTests() => _door = new GuestDoor(_guests.Store, _guests.Admissions, new CodeGuard(_guests.Clock), _guests.Devices, _guests.Events, _guests.Clock);

    public void Dispose() => _guests.Dispose();

    /// <summary>As the portal finds the device.</summary>
    private PortalGuest Guest(int number, ushort vlan = 0) => new(GuestFixture.Mac(number), vlan, _guests.Record(number).Admission.State, _guests.Clock.Now, null, PortalWait.Told)
    {
        Ways = _guests.Policy.WaysFor(_guests.Record(number), vlan, _guests.Clock.Now),
    };

    private async Task AwaitAdmission(int number)
    {
        await Wait.ForAsync(() => _guests.Record(number).Admission.State == AdmissionState.Admitted);
        await Wait.ForAsync(() => !_door.IsEntering(GuestFixture.Mac(number)));
    }

    private static string OneCharacterWrong(string code) => $"{(code[0] == '7' ? '8' : '7')}{code[1..]}";

    [Fact]
    public async Task Code_ThatIsRight_LetsTheDeviceIn_AMomentLater()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h")));
        _guests.Arrive(1);

        Assert.Equal(PortalSaid.Welcome, await _door.GiveCodeAsync(Guest(1), code.ToLowerInvariant()));
        Assert.True(_door.IsEntering(GuestFixture.Mac(1)));
        Assert.Equal(AdmissionState.Held, _guests.Record(1).Admission.State);

        await AwaitAdmission(1);
        Assert.Equal("fast", _guests.Record(1).Profile);
    }

    /// <summary>A typing mistake is no guess: however many there are, the right code is looked at.</summary>
    [Fact]
    public async Task Code_ThatIsMistyped_CostsNothing()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h")));
        _guests.Arrive(1);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(PortalSaid.Mistyped, await _door.GiveCodeAsync(Guest(1), OneCharacterWrong(code)));
        }

        foreach (var nonsense in (string[])["", "<script>", new string('A', 100_000), "\0", "ÄÖÜ", "0O1I"])
        {
            Assert.Equal(PortalSaid.Mistyped, await _door.GiveCodeAsync(Guest(1), nonsense));
        }

        Assert.Equal(PortalSaid.Welcome, await _door.GiveCodeAsync(Guest(1), code));
        Assert.DoesNotContain(_guests.Said, s => s.StartsWith("code-guessing", StringComparison.Ordinal));
    }

    /// <summary>Fifty devices guess as fast as they can; a guest with the right code comes in meanwhile.</summary>
    [Fact]
    public async Task Guessing_From50Devices_IsLimitedAndReportedOnce_AndKeepsNoGuestOut()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h")));
        for (var device = 0; device <= 50; device++)
        {
            _guests.Arrive(device);
        }

        var looked = 0;
        for (var round = 0; round < 20; round++)
        {
            for (var device = 1; device <= 50; device++)
            {
                looked += await _door.GiveCodeAsync(Guest(device), GuestCode.New(8)) == PortalSaid.Unknown ? 1 : 0;
            }
        }

        Assert.InRange(looked, CodeGuard.Bucket, 50 * CodeGuard.Free);
        Assert.Equal(PortalSaid.Wait, await _door.GiveCodeAsync(Guest(7), code));
        Assert.Equal(PortalSaid.Welcome, await _door.GiveCodeAsync(Guest(0), code));
        var said = Assert.Single(_guests.Said, s => s.StartsWith("code-guessing", StringComparison.Ordinal));
        Assert.Contains("50 devices try out codes", said, StringComparison.Ordinal);
    }

    /// <summary>A neighbour's code looks like none at all, and counts as a guess.</summary>
    [Fact]
    public async Task Code_OfAnotherRoom_IsUnknown_AndAGuess()
    {
        var code = (await _guests.Rooms.SetAsync(ManagementFixture.Admin, "214", new RoomSetting(214, null, "2026-11-27T11:00Z"))).Value!.Code!;
        _guests.Arrive(1, 215);
        for (var i = 0; i < CodeGuard.Free; i++)
        {
            Assert.Equal(PortalSaid.Unknown, await _door.GiveCodeAsync(Guest(1, 215), code));
        }

        Assert.Equal(PortalSaid.Wait, await _door.GiveCodeAsync(Guest(1, 215), code));
    }

    /// <summary>Where the owner chose a code without a check character, any wrong one is a guess.</summary>
    [Fact]
    public async Task Code_OfTheOwners_IsTaken_AndWrongOnesAreGuesses()
    {
        await _guests.Rooms.SetAsync(ManagementFixture.Admin, "214", new RoomSetting(214, null, "2026-11-27T11:00Z", Code: "blue42train"));
        _guests.Arrive(1, 214);
        _guests.Arrive(2, 215);

        Assert.Equal(PortalSaid.Unknown, await _door.GiveCodeAsync(Guest(1, 214), "blue43train"));
        Assert.Equal(PortalSaid.Mistyped, await _door.GiveCodeAsync(Guest(2, 215), "blue43train"));
        Assert.Equal(PortalSaid.Welcome, await _door.GiveCodeAsync(Guest(1, 214), "Blue 42 Train"));
    }

    /// <summary>Two devices give a code for one at the same time.</summary>
    [Fact]
    public async Task Code_ForOneDevice_GivenByTwoAtOnce_LetsOneIn()
    {
        foreach (var code in await _guests.Make(new NewVouchers(20, Profile: "fast", For: "8h")))
        {
            _guests.Arrive(1);
            _guests.Arrive(2);
            var (one, two) = (Guest(1), Guest(2));
            var said = await Task.WhenAll(
                Task.Run(() => _door.GiveCodeAsync(one, code).AsTask(), TestContext.Current.CancellationToken), Task.Run(() => _door.GiveCodeAsync(two, code).AsTask(), TestContext.Current.CancellationToken));

            Assert.Equal([PortalSaid.Welcome, PortalSaid.Full], said.Order());
        }
    }

    [Fact]
    public async Task Terms_AreKept_WithLanguageAndVersion()
    {
        _guests.Arrive(1);

        Assert.Equal(PortalSaid.Welcome, await _door.AcceptAsync(Guest(1), "de", PortalTerms.Of("de", "Seien Sie nett.").Hash));

        await AwaitAdmission(1);
        Assert.Equal(("default", _guests.Clock.Now.AddHours(12), "the terms of use"), (_guests.Record(1).Profile, _guests.Record(1).Admission.Until, _guests.Record(1).Admission.By));
        Assert.Equal(
            [new Acceptance(_guests.Clock.Now, GuestFixture.Mac(1), 0, "de", PortalTerms.Of("de", "Seien Sie nett.").Hash)], _guests.Store.ReadAcceptances(GuestFixture.Mac(1), 10).Value!);
        Assert.Empty(_guests.Store.ReadAcceptances(GuestFixture.Mac(2), 10).Value!);
        var terms = new TermsQueries(_guests.Store, device => device == "phone" ? GuestFixture.Mac(1) : null, _guests.Clock);
        Assert.Equal("de", Assert.Single(terms.List(ManagementFixture.Operator, "phone", 10).Value!.Acceptances).Language);
        Assert.Single(terms.List(ManagementFixture.Operator, GuestFixture.Mac(1).ToString(), 10).Value!.Acceptances);
        Assert.IsType<Innkeeper.Management.NotFound>(terms.List(ManagementFixture.Operator, "tablet", 10).Failure);
        Assert.IsType<Innkeeper.Management.Invalid>(terms.List(ManagementFixture.Operator, null, 0).Failure);
    }

    /// <summary>A guest who wants to be forgotten: the file has the MAC nowhere, and others' uses stay.</summary>
    [Fact]
    public async Task Erase_TakesADeviceOutOfUsesAndAcceptances()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h", Devices: 2)));
        _guests.Arrive(1);
        _guests.Arrive(2);
        await _door.AcceptAsync(Guest(1), "en", "x");
        await _guests.Redeem(1, code);
        await _guests.Redeem(2, code);
        await Wait.ForAsync(() => _guests.Store.State.Uses.Values.SelectMany(u => u).All(u => u.IsApplied));

        _guests.Store.Erase(GuestFixture.Mac(1));

        Assert.Equal([GuestFixture.Mac(2)], _guests.Store.State.UsesOf(GrantKind.Voucher, "1-1").Select(u => u.Mac));
        _guests.Restart(reconciles: false);
        Assert.Equal([GuestFixture.Mac(2)], _guests.Store.State.UsesOf(GrantKind.Voucher, "1-1").Select(u => u.Mac));
        Assert.Empty(_guests.Store.ReadAcceptances(GuestFixture.Mac(1), 10).Value!);
    }

    [Fact]
    public async Task HeldOrClosedDevice_CannotLetItselfIn()
    {
        var code = Assert.Single(await _guests.Make(new NewVouchers(Profile: "fast", For: "8h")));
        _guests.Arrive(1);
        _guests.Arrive(2, 7);
        _guests.Devices.Put(AdmissionPolicy.Refuse(_guests.Record(1), AdmissionState.Held, "", "root", _guests.Clock.Now), _ => true);

        Assert.Equal(PortalSaid.Refused, await _door.GiveCodeAsync(Guest(1), code));
        Assert.Equal(PortalSaid.Refused, await _door.AcceptAsync(Guest(1), "en", "x"));
        Assert.Equal(PortalSaid.Refused, await _door.GiveCodeAsync(Guest(2, 7), code));
        Assert.Empty(_guests.Store.State.Uses);
    }

    /// <summary>A device that is in by a voucher can be let in for longer by another.</summary>
    [Fact]
    public async Task SecondVoucher_ProlongsTheAdmission()
    {
        var codes = await _guests.Make(new NewVouchers(2, Profile: "guests", For: "8h"));
        _guests.Arrive(1);
        await _door.GiveCodeAsync(Guest(1), codes[0]);
        await AwaitAdmission(1);
        _guests.Clock.Now += TimeSpan.FromHours(7);
        Assert.Equal([WayIn.Code], Guest(1).Ways);

        await _door.GiveCodeAsync(Guest(1), codes[1]);
        await Wait.ForAsync(() => _guests.Record(1).Admission.Until == _guests.Clock.Now.AddHours(8));
        Assert.Equal("1-2", _guests.Record(1).Grant!.Id);
    }

    [Theory]
    [InlineData(DecisionSource.Policy, AdmissionState.New, true)]
    [InlineData(DecisionSource.Policy, AdmissionState.Held, true)]
    [InlineData(DecisionSource.Time, AdmissionState.Held, true)]
    [InlineData(DecisionSource.Administrator, AdmissionState.Held, false)]
    [InlineData(DecisionSource.Administrator, AdmissionState.Blocked, false)]
    [InlineData(DecisionSource.Administrator, AdmissionState.Admitted, false)]
    internal void Ways_AreOpen_WhereTheAdministratorDidNotDecide(DecisionSource source, AdmissionState state, bool isOpen)
    {
        var device = _guests.Arrive(1) with { Admission = new AdmissionStatus(state, "", "", _guests.Clock.Now, null, source) };

        Assert.Equal(isOpen ? [WayIn.Terms, WayIn.Code, WayIn.Ask] : ImmutableArray<WayIn>.Empty, _guests.Policy.WaysFor(device, 0, _guests.Clock.Now));
        Assert.Empty(_guests.Policy.WaysFor(device, 7, _guests.Clock.Now));
    }
}
