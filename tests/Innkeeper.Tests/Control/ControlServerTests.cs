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

    [Fact]
    public async Task Start_WithAGroup_AdmitsItsMembers_AndOthersLearnWhichItIs()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root gives a socket to a group that it is not in");
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations, group: "daemon");
        await AssertServes();
        const UnixFileMode Both = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal(Both, File.GetUnixFileMode(SocketPath));
        Assert.Equal($"no permission to use {SocketPath}; run this as root, or as a member of the group daemon", SocketFile.MissingRight(SocketPath));
    }

    [Fact]
    public void Start_WithAGroupThatIsNotThere_IsRefused_AndSaysHowToMakeIt()
    {
        Assert.Contains("`groupadd --system nosuchgroup`", Assert.Throws<IOException>(() => new ControlServer(SocketPath, new FakeGateway().Operations, group: "nosuchgroup")).Message);
        Assert.False(Path.Exists(SocketPath));
    }

    [Theory]
    [InlineData(998, "innkeeper", "innkeeper", true)]
    [InlineData(100, "users", "anna", false)]
    [InlineData(4711, null, "anna", false)]
    [InlineData(0, "root", "root", false)]
    public void Group_WithoutASetting_IsTheUsersOwnOrNone(uint group, string? groupName, string userName, bool isOwn) =>
        Assert.Equal(isOwn, SocketFile.IsOwn(group, groupName, userName));

    [Fact]
    public void Start_ByRootWithoutAGroup_AdmitsRootAlone()
    {
        Assert.SkipUnless(Environment.UserName == "root", "another user's own group is admitted");
        using var server = Serve();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
        Assert.Equal($"no permission to use {SocketPath}; run this as root", SocketFile.MissingRight(SocketPath));
    }
}
