using System.Net.Sockets;
using System.Text;
using Innkeeper.Control;

namespace Innkeeper.Tests.Control;

/// <summary>Clients that misbehave, and many at once.</summary>
public sealed class ControlServerClientsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "below", "control.sock");

    private static FakeSource Source() => new() { Known = new DevicesReport(2, []) };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    private static string ReadAll(Socket socket)
    {
        var buffer = new byte[4096];
        var length = 0;
        for (int read; (read = socket.Receive(buffer.AsSpan(length))) > 0;)
        {
            length += read;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    [Fact]
    public void Ask_WithoutALineEnd_IsAnsweredOnceTheClientIsDone()
    {
        using var server = new ControlServer(SocketPath, Source());
        using var client = Connect();
        client.Send("devices"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("{\"schema\":2,\"devices\":[]}\n", ReadAll(client));
    }

    [Fact]
    public void Ask_OctetByOctet_IsAnswered()
    {
        using var server = new ControlServer(SocketPath, Source());
        using var client = Connect();
        foreach (var octet in "devices\r\n"u8)
        {
            client.Send([octet]);
        }

        Assert.Equal("{\"schema\":2,\"devices\":[]}\n", ReadAll(client));
    }

    [Fact]
    public void Ask_OctetsThatAreNoText_IsAnsweredWithWhatThereIs()
    {
        using var server = new ControlServer(SocketPath, Source());
        using var client = Connect();
        client.Send([0xff, 0xfe, 0, 0xc3, (byte)'\n']);
        Assert.StartsWith("{\"error\":\"ask for status, devices, ", ReadAll(client));
    }

    [Fact]
    public void Ask_WhileAnotherSaysNothing_IsServed()
    {
        using var server = new ControlServer(SocketPath, Source());
        using var silent = Connect();
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public void Ask_AfterManyWentAwayUnanswered_IsServed()
    {
        using var server = new ControlServer(SocketPath, Source());
        for (var i = 0; i < 100; i++)
        {
            using var client = Connect();
            client.Send("status\n"u8);
        }

        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public async Task Ask_ManyAtOnce_AllAreServed()
    {
        using var server = new ControlServer(SocketPath, Source());
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() =>
        {
            // More than may queue: a refused connection asks again, as a person would.
            string? answer = null;
            for (var attempt = 0; attempt < 50 && answer is null; attempt++)
            {
                answer = ControlClient.Ask(SocketPath, "devices");
            }

            return answer;
        })));
        Assert.All(answers, answer => Assert.Equal("{\"schema\":2,\"devices\":[]}", answer));
    }

    [Fact]
    public void Dispose_Server_TakesItsSocketAway()
    {
        new ControlServer(SocketPath, Source()).Dispose();
        Assert.False(File.Exists(SocketPath));
        Assert.False(ControlServer.IsAnswering(SocketPath));
        Assert.Null(ControlClient.Ask(SocketPath, "status"));
    }
}
