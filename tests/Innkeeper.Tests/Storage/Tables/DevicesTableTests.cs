using System.Collections.Immutable;
using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage.Tables;

/// <summary>Devices on disk: complete when they are read again, and skipped where a row is invalid.</summary>
public sealed class DevicesTableTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static DeviceRecord Plain(uint number) => new(new MacAddress(0x0200_0000_0000UL + number), Samples.Noon);

    private static DeviceRecord Full => new(MacAddress.Parse("ff:fe:fd:fc:fb:fa"), Samples.Noon.AddMilliseconds(7))
    {
        Admission = new AdmissionStatus(AdmissionState.Blocked, "weil \u201eZimmer 12\u201c '; DROP TABLE devices", "administrator J\u00f6rg \u65c5\u9928", Samples.Noon, Samples.Noon.AddDays(9), DecisionSource.Administrator),
        Name = "\U0001f5a8 Drucker \u00fc",
        Tags = ["etage-2", "k\u00fcche", "\u65c5\u9928"],
        PinnedProfile = "guests",
        PinnedLegal = Ipv4Address.Broadcast,
        HostName = "H\u00f4te",
        Uses = DeviceUse.Static,
        Profile = "cameras",
        Grant = new Grant(GrantKind.Room, "214/3", "Zimmer \u201e214\u201c", "guests", GrantEnd.CheckOut),
    };

    private ImmutableArray<DeviceRecord> Reload(out int skipped, out OpenOutcome outcome)
    {
        using var store = StateStore.Open(_directory.Path, out outcome);
        var records = store.LoadDevices();
        skipped = store.SkippedRows;
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
    public void LoadDevices_EveryFieldSet_IsReadBack()
    {
        Commit(new SaveDevice(Full));

        AssertSame(Full, Assert.Single(Reload(out var skipped, out _)));
        Assert.Equal(0, skipped);
    }

    [Fact]
    public void LoadDevices_NothingSet_IsReadBackAsNothing()
    {
        Commit(new SaveDevice(Plain(1)));

        var record = Assert.Single(Reload(out _, out _));

        AssertSame(Plain(1), record);
        Assert.Equal((null, null, null, null), (record.Admission.Until, record.PinnedProfile, record.PinnedLegal, record.Uses));
        Assert.False(record.IsDecided);
    }

    [Fact]
    public void LoadDevices_EveryStateOriginAndUse_IsReadBack()
    {
        var records = (from state in Enum.GetValues<AdmissionState>()
                       from origin in Enum.GetValues<DecisionSource>()
                       from use in (DeviceUse?[])[null, DeviceUse.Dhcp, DeviceUse.Static]
                       select (state, origin, use)).Select((r, i) => Plain((uint)i) with { Admission = new AdmissionStatus(r.state, "", "", Samples.Noon, null, r.origin), Uses = r.use }).ToList();
        Commit([.. records.Select(r => new SaveDevice(r))]);

        var loaded = Reload(out _, out _);

        Assert.Equal(records.Select(r => (r.Mac, r.Admission, r.Uses)), loaded.Select(r => (r.Mac, r.Admission, r.Uses)));
    }

    [Fact]
    public void Commit_ARecordAgain_IsTheLatest_AndForgottenIsGone()
    {
        Commit(new SaveDevice(Full), new SaveDevice(Plain(1)));
        Commit(new SaveDevice(new DeviceRecord(Full.Mac, Samples.Noon)), new ForgetDevice(Plain(1).Mac));

        AssertSame(new DeviceRecord(Full.Mac, Samples.Noon), Assert.Single(Reload(out _, out _)));
    }

    [Theory]
    [InlineData("state = 4")]
    [InlineData("state = -1")]
    [InlineData("state = 4294967298")]
    [InlineData("origin = 4")]
    [InlineData("origin = -9223372036854775808")]
    [InlineData("uses = 3")]
    [InlineData("uses = -1")]
    public void LoadDevices_ANumberThatStandsForNothing_IsSkipped_UntilTheDeviceIsSavedAgain(string misfortune)
    {
        Commit(new SaveDevice(Plain(1)), new SaveDevice(Full));
        Execute($"UPDATE devices SET {misfortune} WHERE mac = {Full.Mac.Value}");

        AssertSame(Plain(1), Assert.Single(Reload(out var skipped, out var outcome)));
        Assert.Equal((1, OpenResult.Opened), (skipped, outcome.Result));

        Commit(new SaveDevice(Full));
        Assert.Equal(2, Reload(out skipped, out _).Length);
        Assert.Equal(0, skipped);
    }

    /// <summary>The table's own bounds forbid these; a file that somebody mended by hand has none.</summary>
    [Theory]
    [InlineData("mac = -1")]
    [InlineData("mac = 281474976710656")]
    [InlineData("mac = NULL")]
    [InlineData("mac = 1.5")]
    [InlineData("mac = x'020000000001'")]
    [InlineData("pinned_legal = 3221225985")]
    [InlineData("pinned_legal = x'c0000201ff'")]
    [InlineData("pinned_legal = x''")]
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
    public void LoadDevices_ValueOfAnotherKind_IsSkipped_AndTheOthersAreRead(string misfortune)
    {
        Commit(new SaveDevice(Plain(1)), new SaveDevice(Full));
        Execute($"ALTER TABLE devices RENAME TO bounded; CREATE TABLE devices AS SELECT * FROM bounded; DROP TABLE bounded; UPDATE devices SET {misfortune} WHERE mac = {Full.Mac.Value}");

        AssertSame(Plain(1), Assert.Single(Reload(out var skipped, out var outcome)));
        Assert.Equal((1, OpenResult.Opened), (skipped, outcome.Result));
    }

    /// <summary>SQLite finds what its own bounds forbid when the file is opened: then nothing in it is to be trusted.</summary>
    [Fact]
    public void Open_ARowThatItsTableForbids_IsSetAside()
    {
        Commit(new SaveDevice(Plain(1)));
        Execute("PRAGMA ignore_check_constraints = 1; UPDATE devices SET mac = -1");

        Assert.Empty(Reload(out _, out var outcome));
        Assert.Equal(OpenResult.SetAside, outcome.Result);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void LoadDevices_TimeOutOfRange_IsTheNearestThereIs(long time)
    {
        Commit(new SaveDevice(Plain(1)));
        Execute($"UPDATE devices SET first_seen = {time}, since = {time}, until = {time}");

        var record = Assert.Single(Reload(out var skipped, out _));

        var nearest = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(time, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        Assert.Equal((nearest, nearest, nearest, 0), (record.FirstSeen, record.Admission.Since, record.Admission.Until, skipped));
    }
}
