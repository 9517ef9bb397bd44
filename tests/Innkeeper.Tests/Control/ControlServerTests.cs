using System.Net.Sockets;
using System.Text.Json;
using Innkeeper.Control;

namespace Innkeeper.Tests.Control;

public sealed class ControlServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    private static FakeSource Source() => new() { Known = new DevicesReport(2, []) };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Ask_StatusAndDevices_GivesOneLineOfSnakeCase()
    {
        using var server = new ControlServer(SocketPath, Source());
        using var status = JsonDocument.Parse(ControlClient.Ask(SocketPath, "status")!);
        Assert.Equal("137.118.199.2/24", status.RootElement.GetProperty("uplink_address").GetString());
        Assert.Equal(7, status.RootElement.GetProperty("drops").GetProperty("bogus_source").GetInt32());
        using var devices = JsonDocument.Parse(ControlClient.Ask(SocketPath, "devices")!);
        Assert.Equal(0, devices.RootElement.GetProperty("devices").GetArrayLength());
    }

    [Theory]
    [InlineData("")]
    [InlineData("reboot")]
    [InlineData("status; devices")]
    public void Ask_UnknownRequest_IsAnsweredWithWhatThereIs(string request)
    {
        using var server = new ControlServer(SocketPath, Source());
        Assert.StartsWith("""{"error":"ask for status, devices, devices approve, """, ControlClient.Ask(SocketPath, request));
    }

    [Fact]
    public void Ask_OverlongRequest_IsCutOffAndTheNextIsServed()
    {
        using var server = new ControlServer(SocketPath, Source());
        ControlClient.Ask(SocketPath, new string('x', 100_000));
        Assert.StartsWith("{\"schema\":1", ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public void Ask_NobodyThere_IsNull() => Assert.Null(ControlClient.Ask(SocketPath, "status"));

    [Fact]
    public void Start_WhereAnotherAnswers_IsRefused()
    {
        using var server = new ControlServer(SocketPath, Source());
        Assert.Contains("another gateway is running", Assert.Throws<IOException>(() => new ControlServer(SocketPath, Source())).Message);
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public void Start_OverASocketNobodyListensAt_ReplacesIt()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + "2"));
            File.Move(SocketPath + "2", SocketPath);
        }

        using var server = new ControlServer(SocketPath, Source());
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void Start_WhereAnOrdinaryFileLies_IsRefusedAndTheFileStays()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Throws<IOException>(() => new ControlServer(SocketPath, Source()));
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }
}
