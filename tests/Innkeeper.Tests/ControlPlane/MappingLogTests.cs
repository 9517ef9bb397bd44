using System.Net.Sockets;
using System.Text;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

public sealed class MappingLogTests : IDisposable
{
    private static readonly Station s_device = new(12, MacAddress.Parse("06:1a:5e:00:00:02"));
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 5, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly EventLog _events = new(TimeProvider.System);

    public void Dispose() => _directory.Dispose();

    private string FileName => Path.Combine(_directory.Path, "mappings.log");

    private static PortsRecord Record(ushort first, ushort last, bool ended = false, byte protocol = 0) =>
        new() { Address = Ipv4Address.Parse("192.0.2.2"), First = first, Last = last, Ended = ended ? (byte)1 : (byte)0, Protocol = protocol };

    private MappingLog Log(string target, string syslog = "/nonexistent/log") => new(target, _events, new StoppedClock(), syslog);

    [Theory]
    [InlineData(10240, 10303, false, 0, "2026-11-24T12:00:00.000Z begin device=06:1a:5e:00:00:02 vlan=12 address=192.0.2.2 ports=10240-10303 protocol=any")]
    [InlineData(10240, 10303, true, 0, "2026-11-24T12:00:00.000Z end device=06:1a:5e:00:00:02 vlan=12 address=192.0.2.2 ports=10240-10303 protocol=any")]
    [InlineData(600, 600, false, 17, "2026-11-24T12:00:00.000Z begin device=06:1a:5e:00:00:02 vlan=12 address=192.0.2.2 port=600 protocol=udp")]
    [InlineData(600, 600, true, 6, "2026-11-24T12:00:00.000Z end device=06:1a:5e:00:00:02 vlan=12 address=192.0.2.2 port=600 protocol=tcp")]
    public void Line_SaysWhoHadWhichPortsWhen(ushort first, ushort last, bool ended, byte protocol, string expected) =>
        Assert.Equal(expected, MappingLog.Line(Record(first, last, ended, protocol), s_device, s_now - TimeSpan.FromSeconds(5)));

    [Fact]
    public void Line_OfNobodyKnown_SaysSo() => Assert.Contains("device=unknown vlan=0 ", MappingLog.Line(Record(1, 2), null, s_now), StringComparison.Ordinal);

    [Fact]
    public void Flush_ToAFileThatIsRotated_GoesOnInANewOne()
    {
        var log = Log(FileName);
        log.Add(Record(10240, 10303), s_device, TimeSpan.FromSeconds(5));
        log.Flush();
        File.Move(FileName, FileName + ".1");
        log.Add(Record(10304, 10367), s_device, TimeSpan.Zero);
        log.Flush();

        Assert.Contains("12:00:00.000Z begin", Assert.Single(File.ReadAllLines(FileName + ".1")), StringComparison.Ordinal);
        Assert.Contains("ports=10304-10367", Assert.Single(File.ReadAllLines(FileName)), StringComparison.Ordinal);
    }

    [Fact]
    public void Flush_ThatFails_KeepsTheLinesAndSaysSoOnce()
    {
        var log = Log(Path.Combine(_directory.Path, "missing", "mappings.log"));
        log.Add(Record(10240, 10303), s_device, TimeSpan.Zero);
        log.Flush();
        log.Flush();
        Assert.Equal("mapping-log", Assert.Single(_events.Latest()).Kind);

        Directory.CreateDirectory(Path.Combine(_directory.Path, "missing"));
        log.Flush();
        Assert.Single(File.ReadAllLines(Path.Combine(_directory.Path, "missing", "mappings.log")));
    }

    [Fact]
    public void Flush_ToSyslog_SendsALineEach()
    {
        var path = Path.Combine(_directory.Path, "log");
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(path));
        var log = Log(MappingLog.Syslog, path);
        log.Add(Record(10240, 10303), s_device, TimeSpan.Zero);
        log.Add(Record(10240, 10303, ended: true), s_device, TimeSpan.Zero);
        log.Flush();

        var buffer = new byte[1000];
        var first = Encoding.ASCII.GetString(buffer, 0, syslog.Receive(buffer));
        Assert.StartsWith("<86>innkeeper[", first, StringComparison.Ordinal);
        Assert.Contains("]: 2026-11-24T12:00:05.000Z begin device=", first, StringComparison.Ordinal);
        Assert.Contains(" end device=", Encoding.ASCII.GetString(buffer, 0, syslog.Receive(buffer)), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_WithoutATarget_KeepsNothing()
    {
        var log = Log("");
        log.Add(Record(1, 2), s_device, TimeSpan.Zero);
        log.Flush();

        Assert.Empty(_events.Latest());
        Assert.Equal(0, log.Lost);
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now;
    }
}
