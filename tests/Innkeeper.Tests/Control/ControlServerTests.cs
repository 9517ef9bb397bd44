using System.Net;
using System.Net.Sockets;
using Innkeeper.Control;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Control;

public sealed class ControlServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    private ControlServer Serve() => new(SocketPath, new FakeGateway().Operations);

    private async Task AssertServes() => Assert.Equal(HttpStatusCode.OK, (await ControlHttp.Get(SocketPath, "/v1/status")).Status);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Start_WhereAnotherAnswers_IsRefused()
    {
        using var server = Serve();
        Assert.Contains("another gateway is running", Assert.Throws<IOException>(Serve).Message);
        await AssertServes();
    }

    [Fact]
    public async Task Start_OverASocketNobodyListensAt_ReplacesIt()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + "2"));
            File.Move(SocketPath + "2", SocketPath);
        }

        using var server = Serve();
        await AssertServes();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void Start_WhereAnOrdinaryFileLies_IsRefusedAndTheFileStays()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Throws<IOException>(Serve);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }
}
