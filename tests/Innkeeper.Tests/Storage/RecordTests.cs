using System.Collections.Immutable;
using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Storage;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage;

/// <summary>Records of devices on disk: whole when they are read again, and passed over where a row makes no sense.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static DeviceRecord Plain(uint number) => new(new MacAddress(0x0200_0000_0000UL + number), Samples.Noon);

    private static DeviceRecord Full => new(MacAddress.Parse("ff:fe:fd:fc:fb:fa"), Samples.Noon.AddMilliseconds(7))
    {
        Admission = new AdmissionStatus(AdmissionState.Blocked, "weil \u201eZimmer 12\u201c '; DROP TABLE records", "administrator J\u00f6rg \u65c5\u9928", Samples.Noon, Samples.Noon.AddDays(9), DecisionSource.Administrator),
        Name = "\U0001f5a8 Drucker \u00fc",
        Tags = ["etage-2", "k\u00fcche", "\u65c5\u9928"],
        PinnedProfile = "guests",
        PinnedLegal = Ipv4Address.Broadcast,
        HostName = "H\u00f4te",
        Uses = DeviceUse.Static,
        Profile = "cameras",
    };

    private ImmutableArray<DeviceRecord> Reload(out int passedOver, out OpenOutcome outcome)
    {
        using var store = StateStore.Open(_directory.Path, out outcome);
        var records = store.LoadRecords();
        passedOver = store.PassedOver;
        return records;
    }

    private void Commit(params PendingWrite[] changes)
    {
        using var store = StateStore.Open(_directory.Path, out _);
        Assert.Equal(0, store.Commit(changes));
    }

    private void Execute(string text)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static void AssertSame(DeviceRecord expected, DeviceRecord actual)
    {
        Assert.Equal(expected.Tags, actual.Tags);
        Assert.Equal(expected with { Tags = actual.Tags }, actual);
    }

    [Fact]
    public void LoadRecords_EveryFieldSet_IsReadBack()
    {
        Commit(new SaveRecord(Full));

        AssertSame(Full, Assert.Single(Reload(out var passedOver, out _)));
        Assert.Equal(0, passedOver);
    }

    [Fact]
    public void LoadRecords_NothingSet_IsReadBackAsNothing()
    {
        Commit(new SaveRecord(Plain(1)));

        var record = Assert.Single(Reload(out _, out _));

        AssertSame(Plain(1), record);
        Assert.Equal((null, null, null, null), (record.Admission.Until, record.PinnedProfile, record.PinnedLegal, record.Uses));
        Assert.False(record.IsDecided);
    }

    [Fact]
    public void LoadRecords_EveryStateOriginAndUse_IsReadBack()
    {
        var records = (from state in Enum.GetValues<AdmissionState>()
                       from origin in Enum.GetValues<DecisionSource>()
                       from use in (DeviceUse?[])[null, DeviceUse.Dhcp, DeviceUse.Static]
                       select (state, origin, use)).Select((r, i) => Plain((uint)i) with { Admission = new AdmissionStatus(r.state, "", "", Samples.Noon, null, r.origin), Uses = r.use }).ToList();
        Commit([.. records.Select(r => new SaveRecord(r))]);

        var loaded = Reload(out _, out _);

        Assert.Equal(records.Select(r => (r.Mac, r.Admission, r.Uses)), loaded.Select(r => (r.Mac, r.Admission, r.Uses)));
    }

    [Fact]
    public void Commit_ARecordAgain_IsTheLatest_AndForgottenIsGone()
    {
        Commit(new SaveRecord(Full), new SaveRecord(Plain(1)));
        Commit(new SaveRecord(new DeviceRecord(Full.Mac, Samples.Noon)), new ForgetRecord(Plain(1).Mac));

        AssertSame(new DeviceRecord(Full.Mac, Samples.Noon), Assert.Single(Reload(out _, out _)));
    }

    [Theory]
    [InlineData("state = 4")]
    [InlineData("state = -1")]
    [InlineData("state = 4294967298")]
    [InlineData("origin = 3")]
    [InlineData("origin = -9223372036854775808")]
    [InlineData("uses = 3")]
    [InlineData("uses = -1")]
    public void LoadRecords_ANumberThatStandsForNothing_IsPassedOver_UntilTheDeviceIsSavedAgain(string misfortune)
    {
        Commit(new SaveRecord(Plain(1)), new SaveRecord(Full));
        Execute($"UPDATE records SET {misfortune} WHERE mac = {Full.Mac.Value}");

        AssertSame(Plain(1), Assert.Single(Reload(out var passedOver, out var outcome)));
        Assert.Equal((1, OpenResult.Opened), (passedOver, outcome.Result));

        Commit(new SaveRecord(Full));
        Assert.Equal(2, Reload(out passedOver, out _).Length);
        Assert.Equal(0, passedOver);
    }

    /// <summary>The table's own bounds forbid these; a file that somebody mended by hand has none.</summary>
    [Theory]
    [InlineData("mac = -1")]
    [InlineData("mac = 281474976710656")]
    [InlineData("mac = NULL")]
    [InlineData("mac = 1.5")]
    [InlineData("mac = x'020000000001'")]
    [InlineData("pinned_legal = -1")]
    [InlineData("pinned_legal = 4294967296")]
    [InlineData("pinned_legal = '192.0.2.1'")]
    [InlineData("state = 'held'")]
    [InlineData("uses = NULL")]
    [InlineData("first_seen = NULL")]
    [InlineData("since = 'yesterday'")]
    [InlineData("until = x'00'")]
    [InlineData("name = NULL")]
    [InlineData("tags = NULL")]
    [InlineData("pinned_profile = NULL")]
    [InlineData("profile = NULL")]
    public void LoadRecords_ValueOfAnotherKind_IsPassedOver_AndTheOthersAreRead(string misfortune)
    {
        Commit(new SaveRecord(Plain(1)), new SaveRecord(Full));
        Execute($"ALTER TABLE records RENAME TO bounded; CREATE TABLE records AS SELECT * FROM bounded; DROP TABLE bounded; UPDATE records SET {misfortune} WHERE mac = {Full.Mac.Value}");

        AssertSame(Plain(1), Assert.Single(Reload(out var passedOver, out var outcome)));
        Assert.Equal((1, OpenResult.Opened), (passedOver, outcome.Result));
    }

    /// <summary>SQLite finds what its own bounds forbid when the file is opened: then nothing in it is to be trusted.</summary>
    [Fact]
    public void Open_ARowThatItsTableForbids_IsSetAside()
    {
        Commit(new SaveRecord(Plain(1)));
        Execute("PRAGMA ignore_check_constraints = 1; UPDATE records SET mac = -1");

        Assert.Empty(Reload(out _, out var outcome));
        Assert.Equal(OpenResult.SetAside, outcome.Result);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void LoadRecords_TimeOutOfRange_IsTheNearestThereIs(long time)
    {
        Commit(new SaveRecord(Plain(1)));
        Execute($"UPDATE records SET first_seen = {time}, since = {time}, until = {time}");

        var record = Assert.Single(Reload(out var passedOver, out _));

        var nearest = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(time, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        Assert.Equal((nearest, nearest, nearest, 0), (record.FirstSeen, record.Admission.Since, record.Admission.Until, passedOver));
    }

    [Fact]
    public void LoadGatewayOutages_SavedAndForgotten_AreThoseThatLastNow()
    {
        GatewayOutage main = new("main", Ipv4Address.Any, Samples.Noon), line = new("guest-line", Ipv4Address.Broadcast, Samples.Noon.AddMilliseconds(1));
        using (var store = StateStore.Open(_directory.Path, out _))
        using (var writer = new StateWriter(store))
        {
            writer.SaveGatewayOutage(main);
            writer.SaveGatewayOutage(line with { Since = Samples.Noon });
            writer.SaveGatewayOutage(line);
            writer.ForgetGatewayOutage(main.Name);
            Assert.True(writer.Flush(TimeSpan.FromSeconds(30)));
        }

        using var again = StateStore.Open(_directory.Path, out _);
        Assert.Equal([line], again.LoadGatewayOutages());
    }
}
