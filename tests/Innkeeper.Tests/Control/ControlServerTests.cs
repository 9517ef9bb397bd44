using System.Net.Sockets;
using System.Text.Json;
using Innkeeper.Control;

namespace Innkeeper.Tests.Control;

public sealed class ControlServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Ask_StatusAndDevices_GivesOneLineOfSnakeCase()
    {
        using var server = new ControlServer(SocketPath, new Source());
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
        using var server = new ControlServer(SocketPath, new Source());
        Assert.Equal("""{"error":"ask for status or devices"}""", ControlClient.Ask(SocketPath, request));
    }

    [Fact]
    public void Ask_OverlongRequest_IsCutOffAndTheNextIsServed()
    {
        using var server = new ControlServer(SocketPath, new Source());
        ControlClient.Ask(SocketPath, new string('x', 100_000));
        Assert.StartsWith("{\"schema\":1", ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public void Ask_NobodyThere_IsNull() => Assert.Null(ControlClient.Ask(SocketPath, "status"));

    [Fact]
    public void Start_WhereAnotherAnswers_IsRefused()
    {
        using var server = new ControlServer(SocketPath, new Source());
        Assert.Contains("another gateway is running", Assert.Throws<IOException>(() => new ControlServer(SocketPath, new Source())).Message);
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

        using var server = new ControlServer(SocketPath, new Source());
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void Start_WhereAnOrdinaryFileLies_IsRefusedAndTheFileStays()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Throws<IOException>(() => new ControlServer(SocketPath, new Source()));
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    private sealed class Source : IControlSource
    {
        public StatusReport Status() => new(
            1, "0.0.0", "running", default, "access", "uplink", "137.118.199.2/24", null, new PoolReport(1, 1, 0, 0, 0), 0, 0,
            new AdoptionReport(0, "none"), null, new Dictionary<string, ulong> { ["bogus_source"] = 7 }, new Dictionary<string, ulong>(), []);

        public DevicesReport Devices() => new(1, []);
    }
}
