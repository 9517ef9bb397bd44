using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using static Innkeeper.Tests.Accounts.AccountFixture;

namespace Innkeeper.Tests.Accounts;

/// <summary>The audit trail as administrators read it.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly AccountFixture _accounts = new();

    public AuditLogTests()
    {
        Add("anna", "device-block", "02:00:00:00:00:01", "floods", """{"state":"held"}""", """{"state":"blocked"}""");
        Add("ben", "device-name", "02:00:00:00:00:02", "is called Printer");
        Add("anna", "user-add", "ben", "ben is a user");
        Add("token nagios", "backup", "", "a backup was made");
    }

    public void Dispose() => _accounts.Dispose();

    private void Add(string actor, string what, string subject, string text, string? before = null, string? after = null) =>
        _accounts.Store.Add(new AuditEntry(new Actor(actor, ActorKind.Person, Permission.Admin, "192.0.2.7"), what, subject, text, before, after));

    private AuditReport List(AuditFilter filter) => _accounts.Audit.List(Root, filter).Value!;

    private string[] Whats(AuditFilter filter) => [.. List(filter).Entries.Select(e => e.What)];

    [Fact]
    public void Entries_AreNewestFirst_WithAllThatWasNoted()
    {
        Assert.Equal(["backup", "user-add", "device-name", "device-block"], Whats(new AuditFilter()));
        var entry = List(new AuditFilter()).Entries[^1];
        Assert.Equal((_accounts.Clock.Now, "anna", "person", "192.0.2.7", "floods"), (entry.Time, entry.Actor, entry.Kind, entry.From, entry.Text));
        Assert.Equal("blocked", entry.After!.Value.GetProperty("state").GetString());
    }

    [Fact]
    public void Filters_ChooseEntries()
    {
        Assert.Equal(["user-add", "device-block"], Whats(new AuditFilter(Actor: "ANNA")));
        Assert.Equal(["backup"], Whats(new AuditFilter(Actor: "nagios")));
        Assert.Equal(["device-block"], Whats(new AuditFilter(Device: "phone")));
        Assert.Equal(["user-add"], Whats(new AuditFilter(Device: "ben")));
        Assert.Equal(["device-name"], Whats(new AuditFilter(Text: "PRINTER")));
        Assert.Equal(["device-block"], Whats(new AuditFilter(Text: "blocked")));
        Assert.Empty(Whats(new AuditFilter(Text: "%' OR 1=1 --")));
        Assert.Empty(Whats(new AuditFilter(Actor: "anna", Device: "02:00:00:00:00:02")));
    }

    [Fact]
    public void Pages_FollowEachOther_WithoutAGap()
    {
        var first = List(new AuditFilter(Last: 3));
        var second = List(new AuditFilter(Last: 3, Before: first.Next));

        Assert.Equal(["backup", "user-add", "device-name"], first.Entries.Select(e => e.What));
        Assert.Equal(["device-block"], second.Entries.Select(e => e.What));
        Assert.Null(second.Next);
        Assert.Null(List(new AuditFilter(Last: 4)).Next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void Count_OutOfRange_IsInvalid(int last) => Assert.IsType<Invalid>(_accounts.Audit.List(Root, new AuditFilter(last)).Failure);

    [Fact]
    public void Fields_ThatAnotherProgramSpoilt_AreLeftOut()
    {
        Add("eve", "x", "", "spoilt", "{not json", "[1");

        Assert.Equal((null, null), List(new AuditFilter(Last: 1)).Entries[0] is var e ? (e.Before, e.After) : default);
    }

    [Fact]
    public void Retention_DeletesOlderEntries()
    {
        _accounts.Store.Flush();
        _accounts.Clock.Now += TimeSpan.FromDays(100);
        Add("ben", "device-hold", "02:00:00:00:00:02", "is held");
        _accounts.Store.DeleteAudit(_accounts.Clock.Now - TimeSpan.FromDays(50));

        Assert.Equal(["device-hold"], Whats(new AuditFilter()));
    }

    /// <summary>Who acted on the device, when and how stays; names and fields do not, in the entries of others neither.</summary>
    [Fact]
    public void Erasure_TakesNamesAndFieldsOut_AndLeavesWhoActed()
    {
        Add("ben", "devices-order", "", "approved Lobby-TV and others");
        _accounts.Store.EraseAudit(new Innkeeper.Policy.ErasedDevice(Innkeeper.Wire.MacAddress.Parse("02:00:00:00:00:01"), ["Lobby-TV"]));

        var entries = List(new AuditFilter()).Entries;
        Assert.Equal(["devices-order", "backup", "user-add", "device-name", "device-block"], entries.Select(e => e.What));
        Assert.Equal(["erased", "a backup was made", "ben is a user", "is called Printer", "erased"], entries.Select(e => e.Text));
        Assert.Equal(("anna", "02:00:00:00:00:01", "192.0.2.7"), (entries[^1].Actor, entries[^1].Subject, entries[^1].From));
        Assert.All(entries, e => Assert.True(e.Before is null && e.After is null));
        Assert.All(_accounts.Files, file => Assert.False(Contains(file, "\"held\"") || Contains(file, "Lobby-TV"), file));
    }

    private static bool Contains(string file, string text) => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
}
