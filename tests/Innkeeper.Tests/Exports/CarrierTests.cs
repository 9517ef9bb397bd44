using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Innkeeper.Exports;
using Innkeeper.Tests.Notifications;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Exports;

/// <summary>The ways to a collector, over the loopback's real TCP, TLS and UDP.</summary>
public sealed class CarrierTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public CarrierTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Dispose();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Tcp_WhatIsWrittenArrives_AndIsAcknowledged()
    {
        var carrier = new StreamCarrier("127.0.0.1", Port);
        carrier.Open(Stop);
        using var server = _listener.AcceptTcpClient();
        carrier.Write("5 hello"u8);

        Assert.True(carrier.Settle());
        Assert.Equal("5 hello", Read(server.GetStream(), 7));
        carrier.Close();
    }

    /// <summary>A write after the collector has gone would be lost: it fails instead.</summary>
    [Fact]
    public void Tcp_CollectorThatClosed_IsNoticedBeforeTheNextWrite()
    {
        var carrier = new StreamCarrier("127.0.0.1", Port);
        carrier.Open(Stop);
        _listener.AcceptTcpClient().Close();

        Wait.For(() => Fails(() => carrier.Write("x"u8)));
        carrier.Close();
        carrier.Open(Stop);
        carrier.Write("y"u8);
        Assert.True(carrier.Settle());
        carrier.Close();
    }

    [Fact]
    public void Tcp_NoListener_Fails()
    {
        var port = Port;
        _listener.Stop();
        Assert.True(ExportFault.IsExpected(Assert.ThrowsAny<Exception>(() => new StreamCarrier("127.0.0.1", port).Open(Stop))));
    }

    /// <summary>The peer takes nothing: its window fills, and what is written is not acknowledged.</summary>
    [Fact]
    public async Task Tcp_PeerThatReadsNothing_IsNotAcknowledged()
    {
        _listener.Server.ReceiveBufferSize = 4096;
        var carrier = new StreamCarrier("127.0.0.1", Port);
        carrier.Open(Stop);
        using var server = _listener.AcceptTcpClient();
        var some = new byte[512 * 1024];
        carrier.Write(some);

        Assert.False(carrier.Settle());
        var reading = Task.Run(() => Read(server.GetStream(), some.Length), Stop);
        Wait.For(carrier.Settle);
        Assert.Equal(some.Length, (await reading).Length);
        carrier.Close();
    }

    [Fact]
    public async Task Tls_OfATrustedAuthority_CarriesWhatIsWritten_AndNoticesTheEnd()
    {
        using var certificate = ScriptedSmtpServer.NewCertificate(out var authority);
        var carrier = new StreamCarrier("127.0.0.1", Port, isTls: true, FileOf(authority));
        var serving = Serve(certificate);
        carrier.Open(Stop);
        await using var server = await serving;
        carrier.Write("5 hello"u8);

        Assert.Equal("5 hello", Read(server, 7));
        Assert.True(carrier.Settle());
        await server.DisposeAsync();
        Wait.For(() => Fails(() => carrier.Write("x"u8)));
        carrier.Close();
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.0.2.1", false)]
    public async Task Tls_ForeignAuthority_OrAnotherName_SendsNothing(string address, bool isForeign)
    {
        using var certificate = ScriptedSmtpServer.NewCertificate(out var authority, address);
        using var foreign = ScriptedSmtpServer.NewCertificate(out var other);
        var carrier = new StreamCarrier("127.0.0.1", Port, isTls: true, FileOf(isForeign ? other : authority));
        var serving = Serve(certificate);

        Assert.Contains("TLS", ExportFault.Explain(Assert.Throws<AuthenticationException>(() => carrier.Open(Stop))), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotEqual(-1, (await serving).ReadByte()));
        carrier.Close();
    }

    [Fact]
    public void Udp_OneDatagramForEachWrite_AndARefusalIsNoticed()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var carrier = new DatagramCarrier("127.0.0.1", ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        carrier.Open(Stop);
        carrier.Write("one"u8);
        carrier.Write("two"u8);
        Assert.True(carrier.Settle());
        IPEndPoint? from = null;
        Assert.Equal(["one", "two"], new[] { Encoding.ASCII.GetString(server.Receive(ref from)), Encoding.ASCII.GetString(server.Receive(ref from)) });

        server.Close();
        carrier.Write("lost"u8);
        Assert.Throws<SocketException>(() => carrier.Settle());
        carrier.Close();
    }

    [Fact]
    public void File_IsAppendedTo_AlsoAfterAnotherProgramHasRotatedIt()
    {
        var path = Path.Combine(_directory.Path, "events.jsonl");
        var carrier = new FileCarrier(path, null, () => DateTimeOffset.Now);
        carrier.Open(Stop);
        carrier.Write("a\n"u8);
        File.Move(path, path + ".1");
        carrier.Write("b\n"u8);
        carrier.Write("c\n"u8);

        Assert.Equal(("a\n", "b\nc\n"), (File.ReadAllText(path + ".1"), File.ReadAllText(path)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void File_ThatTheGatewayRotates_HasAFileForEachDay_AndTheOldOnesGo()
    {
        var path = Path.Combine(_directory.Path, "events.jsonl");
        var now = DateTimeOffset.Now;
        File.WriteAllText(path + ".2001-02-03", "old\n");
        File.WriteAllText(path + ".gz", "another program's\n");
        var carrier = new FileCarrier(path, new DayFiles(path, TimeSpan.FromDays(2), 1 << 20), () => now);
        carrier.Open(Stop);
        carrier.Write("a\n"u8);
        var first = DateOnly.FromDateTime(now.DateTime);
        now = now.AddDays(1);
        carrier.Write("b\n"u8);

        Assert.Equal(("a\n", "b\n"), (File.ReadAllText($"{path}.{first:yyyy-MM-dd}"), File.ReadAllText(path)));
        Assert.False(File.Exists(path + ".2001-02-03"));
        Assert.True(File.Exists(path + ".gz"));
        now = now.AddDays(2);
        carrier.Write("c\n"u8);
        Assert.False(File.Exists($"{path}.{first:yyyy-MM-dd}"));
        Assert.Equal("c\n", File.ReadAllText(path));
    }

    [Fact]
    public void DayFiles_ThatAreTooLargeTogether_TheOldestGo()
    {
        var path = Path.Combine(_directory.Path, "mappings.log");
        var now = DateTimeOffset.Now;
        File.WriteAllText(path, "today");
        for (var day = 1; day <= 4; day++)
        {
            File.WriteAllText($"{path}.{now.AddDays(-day):yyyy-MM-dd}", new string('x', 400));
        }

        new DayFiles(path, TimeSpan.FromDays(30), 1000).Rotate(now);
        Assert.Equal([path, $"{path}.{now.AddDays(-2):yyyy-MM-dd}", $"{path}.{now.AddDays(-1):yyyy-MM-dd}"], Directory.GetFiles(_directory.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void File_InADirectoryThatIsMissing_Fails() =>
        Assert.True(ExportFault.IsExpected(Assert.ThrowsAny<Exception>(() => new FileCarrier(Path.Combine(_directory.Path, "x", "y"), null, () => DateTimeOffset.Now).Write("a"u8))));

    private static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (Exception e) when (ExportFault.IsExpected(e))
        {
            return true;
        }
    }

    private static string Read(Stream stream, int length)
    {
        var read = new byte[length];
        stream.ReadExactly(read);
        return Encoding.ASCII.GetString(read);
    }

    private Task<SslStream> Serve(X509Certificate2 certificate) => Task.Run(() =>
    {
        var secured = new SslStream(_listener.AcceptTcpClient().GetStream());
        secured.AuthenticateAsServer(certificate);
        return secured;
    });

    private string FileOf(string pem)
    {
        var path = Path.Combine(_directory.Path, "ca.pem");
        File.WriteAllText(path, pem);
        return path;
    }
}
