using System.Collections.Immutable;
using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Policy;

/// <summary>Where a device stands, by its profile, by time and by the administrator's word.</summary>
public sealed class AdmissionPolicyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeviceRecord s_new = new(MacAddress.Parse("02:00:00:00:00:01"), s_now);

    private static AdmissionPolicy Make(AdmissionMode mode, TimeSpan? lifetime = null, params RuleConfig[] rules) => new(
        ImmutableDictionary<string, ProfileConfig>.Empty
            .Add("default", new ProfileConfig { Name = "default", Admission = mode, Lifetime = lifetime })
            .Add("open", new ProfileConfig { Name = "open" })
            .Add("day", new ProfileConfig { Name = "day", Lifetime = TimeSpan.FromHours(24) })
            .Add("static", new ProfileConfig { Name = "static", Admission = AdmissionMode.Approve }),
        [.. rules]);

    [Theory]
    [InlineData(AdmissionMode.Auto, AdmissionState.Admitted)]
    [InlineData(AdmissionMode.Approve, AdmissionState.Held)]
    [InlineData(AdmissionMode.Closed, AdmissionState.Held)]
    internal void Evaluate_NewDevice_HasTheAdmissionOfItsProfile(AdmissionMode mode, AdmissionState expected)
    {
        var status = Make(mode).Evaluate(s_new, 0, s_now).Admission;

        Assert.Equal((expected, "profile default", s_now, DecisionSource.Policy), (status.State, status.By, status.Since, status.Origin));
    }

    [Fact]
    public void Evaluate_WhenWhatIsKnownChanges_ThePolicyChangesItsMind()
    {
        var policy = Make(AdmissionMode.Auto, null, new RuleConfig { Profile = "static", Uses = DeviceUse.Static });
        var leased = policy.Evaluate(s_new with { Uses = DeviceUse.Dhcp }, 0, s_now);
        var byHand = policy.Evaluate(leased with { Uses = DeviceUse.Static }, 0, s_now);
        var again = policy.Evaluate(byHand with { Uses = DeviceUse.Dhcp }, 0, s_now);

        Assert.Equal(
            [("default", AdmissionState.Admitted), ("static", AdmissionState.Held), ("default", AdmissionState.Admitted)],
            new[] { leased, byHand, again }.Select(d => (d.Profile, d.Admission.State)));
    }

    [Fact]
    public void Evaluate_ExpiredAdmission_IsHeldUntilTheAdministratorDecides()
    {
        var policy = Make(AdmissionMode.Auto, TimeSpan.FromHours(8));
        var admitted = policy.Evaluate(s_new, 0, s_now);
        Assert.Equal(s_now.AddHours(8), admitted.Admission.Until);
        Assert.Same(admitted.Admission, policy.Evaluate(admitted, 0, s_now.AddHours(7)).Admission);

        var over = policy.Evaluate(admitted, 0, s_now.AddHours(8));
        Assert.Equal((AdmissionState.Held, DecisionSource.Time), (over.Admission.State, over.Admission.Origin));
        Assert.Equal(over, policy.Evaluate(over, 0, s_now.AddDays(1)));

        var approved = policy.Approve(over, 0, TimeSpan.FromHours(1), "", "root", s_now.AddDays(1));
        Assert.Equal((AdmissionState.Admitted, s_now.AddDays(1).AddHours(1)), (approved.Admission.State, approved.Admission.Until));
    }

    [Theory]
    [InlineData(AdmissionState.Held)]
    [InlineData(AdmissionState.Blocked)]
    internal void Evaluate_TheAdministratorsWord_Stays(AdmissionState state)
    {
        var decided = AdmissionPolicy.Refuse(s_new, state, "why", "root", s_now);

        Assert.Equal(decided.Admission, Make(AdmissionMode.Auto).Evaluate(decided, 0, s_now.AddDays(9)).Admission);
        Assert.Equal("administrator root", decided.Admission.By);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(null)]
    public void Approve_ForNoTimeOfItsOwn_LastsAsLongAsTheProfileSays(int? hours)
    {
        TimeSpan? lifetime = hours is { } number ? TimeSpan.FromHours(number) : null;

        var approved = Make(AdmissionMode.Approve, lifetime).Approve(s_new, 0, null, "", "root", s_now);

        Assert.Equal((AdmissionState.Admitted, s_now + lifetime, "administrator root"), (approved.Admission.State, approved.Admission.Until, approved.Admission.By));
    }

    [Fact]
    public void Approve_OfAPinnedDevice_LastsAsLongAsThatProfileSays() =>
        Assert.Equal(s_now.AddHours(24), Make(AdmissionMode.Approve).Approve(s_new with { PinnedProfile = "day" }, 0, null, "", "root", s_now).Admission.Until);

    [Fact]
    public void Approve_AfterBlocked_LetsItIn()
    {
        var policy = Make(AdmissionMode.Closed);
        var blocked = AdmissionPolicy.Refuse(s_new, AdmissionState.Blocked, "why", "root", s_now);

        var approved = policy.Approve(blocked, 0, null, "sorry", "ann", s_now.AddMinutes(1));

        Assert.Equal(new AdmissionStatus(AdmissionState.Admitted, "sorry", "administrator ann", s_now.AddMinutes(1), null, DecisionSource.Administrator), approved.Admission);
        Assert.Equal(approved.Admission, policy.Evaluate(approved, 0, s_now.AddDays(300)).Admission);
    }

    [Fact]
    public void Evaluate_ExpiredAdmissionByTheAdministrator_IsHeld_EvenWhereNewDevicesAreAdmitted()
    {
        var policy = Make(AdmissionMode.Auto);
        var approved = policy.Approve(s_new, 0, TimeSpan.FromHours(1), "", "root", s_now);
        Assert.Same(approved.Admission, policy.Evaluate(approved, 0, s_now.AddHours(1).AddTicks(-1)).Admission);

        var over = policy.Evaluate(approved, 0, s_now.AddHours(1));

        Assert.Equal((AdmissionState.Held, DecisionSource.Time, "administrator root"), (over.Admission.State, over.Admission.Origin, over.Admission.By));
        Assert.Null(over.Admission.Until);
        Assert.Equal(over.Admission, policy.Evaluate(over, 0, s_now.AddDays(30)).Admission);
    }

    [Fact]
    public void Evaluate_AnotherProfile_LeavesAnAdmissionItsEnd()
    {
        var policy = Make(AdmissionMode.Auto, TimeSpan.FromHours(8));
        var admitted = policy.Evaluate(s_new, 0, s_now);

        var moved = policy.Evaluate(admitted with { PinnedProfile = "day" }, 0, s_now.AddHours(1));

        Assert.Equal(("day", s_now.AddHours(8), "profile day"), (moved.Profile, moved.Admission.Until, moved.Admission.By));
        Assert.Equal(AdmissionState.Held, policy.Evaluate(moved, 0, s_now.AddHours(8)).Admission.State);
    }

    [Fact]
    public void Evaluate_HeldByOneProfileAndAdmittedByAnother_ItsTimeBeginsThen()
    {
        var policy = Make(AdmissionMode.Approve);
        var held = policy.Evaluate(s_new, 0, s_now);
        Assert.Null(held.Admission.Until);

        var admitted = policy.Evaluate(held with { PinnedProfile = "day" }, 0, s_now.AddHours(5));

        Assert.Equal((AdmissionState.Admitted, s_now.AddHours(29)), (admitted.Admission.State, admitted.Admission.Until));
    }

    /// <summary>A rule's hours are the gateway's local time, so the moments are local ones here.</summary>
    [Fact]
    public void Evaluate_WhenARulesHoursBeginAndEnd_NewDevicesAreDecidedByIt_AtItsMinute()
    {
        var policy = Make(AdmissionMode.Auto, null, new RuleConfig { Profile = "static", Hours = (22 * 60, 6 * 60), Days = [DayOfWeek.Wednesday] });
        var device = s_new;
        AdmissionState At(DateTime local) => (device = policy.Evaluate(device, 0, new DateTimeOffset(local))).Admission.State;

        Assert.Equal(AdmissionState.Admitted, At(new DateTime(2026, 11, 25, 21, 59, 59)));
        Assert.Equal(AdmissionState.Held, At(new DateTime(2026, 11, 25, 22, 0, 0)));
        Assert.Equal(AdmissionState.Held, At(new DateTime(2026, 11, 26, 5, 59, 59)));
        Assert.Equal(AdmissionState.Admitted, At(new DateTime(2026, 11, 26, 6, 0, 0)));

        // Thursday's night is not Wednesday's.
        Assert.Equal(AdmissionState.Admitted, At(new DateTime(2026, 11, 26, 22, 0, 0)));
        Assert.True(policy.DependsOnTime);
    }

    [Fact]
    public void ProfileOf_APin_ComesBeforeTheRules_AndOneThatIsGoneCountsForNothing()
    {
        var policy = Make(AdmissionMode.Auto, null, new RuleConfig { Profile = "static", Vlan = 0 });

        Assert.Equal("open", policy.ProfileOf(s_new with { PinnedProfile = "open" }, 0, s_now, out _).Name);
        Assert.Equal("static", policy.ProfileOf(s_new with { PinnedProfile = "gone" }, 0, s_now, out var because).Name);
        Assert.Equal("rule 1", because);
        Assert.Equal("default", policy.ProfileOf(s_new, 7, s_now, out _).Name);
    }

    /// <summary>The administrator's pin is above the guest's grant, and that above the rules.</summary>
    [Fact]
    public void Profile_IsThePin_ThenTheGrant_ThenTheRules()
    {
        var policy = Make(AdmissionMode.Approve, null, new RuleConfig { Profile = "static", Uses = DeviceUse.Static });
        var grant = new Grant(GrantKind.Voucher, "3-17", "Conference", "day");
        var device = policy.Evaluate(AdmissionPolicy.Admit(s_new with { Uses = DeviceUse.Static }, grant, s_now.AddHours(2), s_now), 0, s_now);

        Assert.Equal(("day", AdmissionState.Admitted, DecisionSource.Guest, "voucher 3-17 (Conference)"), (device.Profile, device.Admission.State, device.Admission.Origin, device.Admission.By));
        Assert.Equal("open", policy.Evaluate(device with { PinnedProfile = "open" }, 0, s_now).Profile);
        Assert.Equal("static", policy.Evaluate(device with { Grant = grant with { Profile = "gone" } }, 0, s_now).Profile);
        Assert.Equal("static", policy.Evaluate(device with { Grant = grant with { Profile = "" } }, 0, s_now).Profile);

        var over = policy.Evaluate(device, 0, s_now.AddHours(2));
        Assert.Equal(("static", AdmissionState.Held, DecisionSource.Time, AdmissionPolicy.Expired, "voucher 3-17 (Conference)", GrantEnd.Time),
            (over.Profile, over.Admission.State, over.Admission.Origin, over.Admission.Reason, over.Admission.By, over.Grant!.End));
        Assert.Equal(over, policy.Evaluate(over, 0, s_now.AddDays(1)));
    }

    [Theory]
    [InlineData(AdmissionState.Held)]
    [InlineData(AdmissionState.Blocked)]
    internal void Refuse_EndsTheGrant(AdmissionState state)
    {
        var device = AdmissionPolicy.Admit(s_new, new Grant(GrantKind.Room, "214/1", "214", "day"), null, s_now);

        Assert.Null(AdmissionPolicy.Refuse(device, state, "", "root", s_now).Grant);
        Assert.Null(Make(AdmissionMode.Approve).Approve(device, 0, null, "", "root", s_now).Grant);
    }

    [Fact]
    public void Evaluate_ExpiredAdmission_IsRenewedOnlyWhereTheProfileSaysSo()
    {
        AdmissionPolicy With(bool readmits, AdmissionMode mode) => new(
            ImmutableDictionary<string, ProfileConfig>.Empty.Add("default", new ProfileConfig { Name = "default", Admission = mode, Lifetime = TimeSpan.FromHours(8), Readmit = readmits }), []);
        var admitted = With(true, AdmissionMode.Auto).Evaluate(s_new, 0, s_now);

        var again = With(true, AdmissionMode.Auto).Evaluate(admitted, 0, s_now.AddHours(9));
        Assert.Equal((AdmissionState.Admitted, s_now.AddHours(17), DecisionSource.Policy), (again.Admission.State, again.Admission.Until, again.Admission.Origin));
        Assert.Equal(AdmissionState.Held, With(false, AdmissionMode.Auto).Evaluate(admitted, 0, s_now.AddHours(9)).Admission.State);
        Assert.Equal(AdmissionState.Held, With(true, AdmissionMode.Approve).Evaluate(admitted, 0, s_now.AddHours(9)).Admission.State);

        // The administrator's word stays.
        Assert.Equal(AdmissionState.Held, With(true, AdmissionMode.Auto).Evaluate(AdmissionPolicy.Refuse(s_new, AdmissionState.Held, "", "root", s_now), 0, s_now.AddDays(9)).Admission.State);
    }

    /// <summary>Invented devices can accept terms without end: their records are displaced as those of any other.</summary>
    [Fact]
    public void IsDecided_ByAVoucher_NotByTerms()
    {
        Assert.True(AdmissionPolicy.Admit(s_new, new Grant(GrantKind.Voucher, "1-1", "", "day"), null, s_now).IsDecided);
        Assert.False(AdmissionPolicy.Admit(s_new, new Grant(GrantKind.Terms, "abc", "", ""), null, s_now).IsDecided);
        Assert.True((AdmissionPolicy.Admit(s_new, new Grant(GrantKind.Terms, "abc", "", ""), null, s_now) with { Name = "till" }).IsDecided);
    }
}
