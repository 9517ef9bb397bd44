using System.Text.Json;
using Innkeeper.Accounts;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Exports;
using Innkeeper.Management;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Exports;

public sealed class ExportServiceTests : IDisposable
{
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:01");

    private readonly TemporaryDirectory _directory = new();
    private readonly EventLog _events = new(TimeProvider.System);

    public void Dispose() => _directory.Dispose();

    private string FileOf(string name) => Path.Combine(_directory.Path, name + ".jsonl");

    private ExportConfig To(string name, params ExportContent[] contents) => new() { Name = name, To = ExportTarget.Parse(FileOf(name)), Given = contents.Length == 0 ? null : [.. contents] };

    private ExportService Start(params ExportConfig[] exports)
    {
        var service = new ExportService(exports, 1 << 30, Path.Combine(_directory.Path, "exports"), new SyslogSender("h", 1), ExportTiming.Usual, _events.Add, TimeProvider.System, NullLogger.Instance);
        service.Begin();
        return service;
    }

    private JsonElement[] LinesOf(string name) => [.. File.ReadAllLines(FileOf(name)).Select(l => JsonElement.Parse(l))];

    private static string?[] TypesOf(IEnumerable<JsonElement> lines) => [.. lines.Select(l => l.GetProperty("type").GetString())];

    [Fact]
    public void EachExport_GetsWhatItWants()
    {
        var service = Start(To("all"), To("audit", ExportContent.Audit));
        foreach (var type in new[] { ExportRecord.Event, ExportRecord.Audit, ExportRecord.Mapping })
        {
            service.Add(new ExportRecord(DateTimeOffset.UnixEpoch, type));
        }

        service.Dispose();
        Assert.Equal(["event", "audit", "mapping"], TypesOf(LinesOf("all")));
        Assert.Equal([1, 2, 3], LinesOf("all").Select(l => l.GetProperty("number").GetInt64()));
        Assert.Equal(["audit"], TypesOf(LinesOf("audit")));
        Assert.Equal([3, 1], service.Exports.Select(e => e.Exported));
    }

    /// <summary>A reload, or a stop: what was not sent is sent by the next process, and the numbers go on.</summary>
    [Fact]
    public void AnotherProcess_SendsWhatWaits()
    {
        var config = To("all") with { To = ExportTarget.Parse(Path.Combine(_directory.Path, "later", "all.jsonl")) };
        var first = Start(config);
        first.Add(new ExportRecord(DateTimeOffset.UnixEpoch, ExportRecord.Event) { Kind = "a" });
        first.Dispose();
        Directory.CreateDirectory(Path.Combine(_directory.Path, "later"));
        var second = Start(config);
        second.Add(new ExportRecord(DateTimeOffset.UnixEpoch, ExportRecord.Event) { Kind = "b" });
        second.Dispose();

        Assert.Equal(["1a", "2b"], File.ReadAllLines(config.To!.Path).Select(l => JsonElement.Parse(l)).Select(l => $"{l.GetProperty("number")}{l.GetProperty("kind")}"));
    }

    [Fact]
    public void Dispose_Twice_DoesNothingMore()
    {
        var service = Start(To("all"));
        service.Dispose();
        service.Dispose();
    }

    [Fact]
    public void Event_HasItsKindSeverityTextAndSubject()
    {
        var service = Start(To("all"));
        var records = new ExportedRecords(service, TimeProvider.System);
        using (_events.Subscribe(records.Add, after: 0))
        {
            _events.Add(new PoolExhausted(s_mac, Ipv4Address.Parse("10.1.2.3")));
        }

        service.Dispose();
        var line = LinesOf("all").Single();
        Assert.Equal(("pool-exhausted", "error", "02:00:00:00:00:01", "10.1.2.3"), (Of("kind"), Of("severity"), Of("mac"), Of("address")));
        Assert.Contains("10.1.2.3", Of("text"), StringComparison.Ordinal);

        string? Of(string name) => line.GetProperty(name).GetString();
    }

    [Fact]
    public void AuditEntry_IsExportedWhenItIsOnDisk_Once()
    {
        var service = Start(To("all"));
        var records = new ExportedRecords(service, TimeProvider.System);
        using (var accounts = new AccountStore(_directory.Path, _events, TimeProvider.System, records.Add))
        {
            var who = new Actor("anna", ActorKind.Person, Permission.Admin, "192.0.2.9");
            accounts.Add(new AuditEntry(who, "device-name", s_mac.ToString(), "is named Lobby", null, """{"name":"Lobby"}"""));
            Assert.Null(accounts.Flush());
            Assert.Null(accounts.Flush());
        }

        service.Dispose();
        var line = LinesOf("all").Single();
        Assert.Equal(("audit", "device-name", "anna", "192.0.2.9", "Lobby"), (Of("type"), Of("kind"), Of("actor"), Of("from"), line.GetProperty("after").GetProperty("name").GetString()));
        Assert.Equal(s_mac.ToString(), Of("mac"));

        string? Of(string name) => line.GetProperty(name).GetString();
    }

    [Fact]
    public void Ports_HaveTheDevicesOwnAddress_AlsoWhenItIsGone()
    {
        var service = Start(To("all"));
        var records = new ExportedRecords(service, TimeProvider.System);
        var block = new PortsRecord { Address = Ipv4Address.Parse("192.0.2.2"), Share = 5, First = 10240, Last = 10303 };
        records.OnPorts(block, new Station(12, s_mac), Ipv4Address.Parse("10.1.2.3"), TimeSpan.FromSeconds(5));
        block.Ended = 1;
        records.OnPorts(block, new Station(12, s_mac), null, TimeSpan.Zero);
        service.Dispose();

        var lines = LinesOf("all");
        Assert.Equal(["begin", "end"], lines.Select(l => l.GetProperty("kind").GetString()));
        Assert.All(lines, l => Assert.Equal(("10.1.2.3", "192.0.2.2", 12, 10240, 10303), (
            l.GetProperty("address").GetString(), l.GetProperty("outside").GetString(), l.GetProperty("vlan").GetInt32(), l.GetProperty("first_port").GetInt32(), l.GetProperty("last_port").GetInt32())));
        Assert.All(lines, l => Assert.False(l.TryGetProperty("protocol", out _)));
        Assert.InRange((lines[1].GetProperty("time").GetDateTimeOffset() - lines[0].GetProperty("time").GetDateTimeOffset()).TotalSeconds, 4.9, 60);
    }

    [Fact]
    public void Queue_ThatIsFull_CountsWhatIsLost_AndNothingWaits()
    {
        var queue = new ExportQueue();
        for (var i = 0; i < ExportQueue.Most + 7; i++)
        {
            queue.Add(new ExportRecord(DateTimeOffset.UnixEpoch, ExportRecord.Mapping));
        }

        Assert.Equal(ExportQueue.Most, queue.Take(TimeSpan.Zero, out var lost).Count);
        Assert.Equal([0, 0, 7], lost);
        Assert.Empty(queue.Take(TimeSpan.Zero, out lost));
        Assert.Equal([0, 0, 0], lost);
    }

    [Fact]
    public void Record_IsReadAsItWasWritten()
    {
        var record = new ExportRecord(new DateTimeOffset(2026, 11, 30, 17, 0, 0, TimeSpan.Zero), ExportRecord.Mapping)
        {
            Number = 9,
            Kind = "end",
            Text = "a\n\"]\u2028",
            Mac = "m",
            Vlan = 3,
            Address = "a",
            Outside = "o",
            FirstPort = 1,
            LastPort = 2,
            Protocol = 6,
            Gateway = "g",
            Actor = "x",
            From = "f",
            Subject = "s",
            Severity = "info",
        };
        var line = record.ToLine();

        Assert.DoesNotContain((byte)'\n', line);
        Assert.Equal(record, ExportRecord.Read(line));
        Assert.Null(ExportRecord.Read("{\"number\":1"u8));
        Assert.Null(ExportRecord.Read(""u8));
        Assert.Null(ExportRecord.Read(new byte[40]));
    }
}
