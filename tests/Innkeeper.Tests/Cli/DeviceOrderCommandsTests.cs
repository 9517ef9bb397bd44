using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>Orders about many devices, and orders that are only tried, as they are typed.</summary>
public sealed class DeviceOrderCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public DeviceOrderCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(string command) => CommandLine.Run([.. command.Split(' '), "--socket", SocketPath]);

    [Fact]
    public void Where_IsAnOrderAboutAllThatFit_AndSaysWhatCouldNotBeDone()
    {
        _gateway.Services.Refused = [new RefusedDevice("02:00:00:00:00:02", "not_found", "there is no tag x")];
        var line = Run("devices approve --where state=held --where state=new --where tag=room --for 8h --reason party --yes");

        var (filter, order, isDryRun) = Assert.Single(_gateway.Services.Ordered);
        Assert.Equal((new DeviceFilter(State: "held,new", Tag: "room"), new Order("approve", For: "8h", Reason: "party"), false), (filter, order, isDryRun));
        Assert.Equal(
            new CommandLine(1, "02:00:00:00:00:01 (phone [red]) is done\n2 devices (1 more are not listed)\n", "innkeeper: 02:00:00:00:00:02: there is no tag x\n"), line);
    }

    [Theory]
    [InlineData("block")]
    [InlineData("hold")]
    [InlineData("forget")]
    public void DryRun_OfAFilter_IsTried(string verb)
    {
        var line = Run($"devices {verb} --where vlan=20 --dry-run --json");

        Assert.Equal((new DeviceFilter(Vlan: "20"), new Order(verb), true), Assert.Single(_gateway.Services.Ordered));
        Assert.StartsWith($"{{\"schema\":1,\"order\":\"{verb}\",\"dry_run\":true,", line.Output);
    }

    [Theory]
    [InlineData("devices approve x --dry-run")]
    [InlineData("devices block x --dry-run")]
    [InlineData("devices hold x --dry-run")]
    [InlineData("devices forget x --dry-run")]
    [InlineData("devices name x y --dry-run")]
    [InlineData("devices tag x y --dry-run")]
    [InlineData("devices untag x y --dry-run")]
    [InlineData("devices profile x y --dry-run")]
    [InlineData("devices pin x y --dry-run")]
    public void DryRun_OfOneDevice_IsTried(string command)
    {
        Assert.Equal(0, Run(command).Code);
        Assert.True(Assert.Single(_gateway.Commands).Options.IsDryRun);
        Assert.Equal(0, Run(command.Replace(" --dry-run", "")).Code);
        Assert.False(_gateway.Commands[1].Options.IsDryRun);
    }

    [Theory]
    [InlineData("devices approve", "MAC is missing")]
    [InlineData("devices approve x --where state=held --yes", "give MAC or --where, not both")]
    [InlineData("devices block --where state=held", "with --where give --dry-run, to see which devices it would be, or --yes")]
    [InlineData("devices block --where state=held --yes --dry-run", "with --where give --dry-run")]
    [InlineData("devices forget x --yes", "--yes is of use with --where only")]
    [InlineData("devices hold --where colour=red --yes", "--where takes state=…, cause=…")]
    [InlineData("devices hold --where state --yes", "--where takes state=…, cause=…")]
    [InlineData("devices approve --where state=held --profile guests --yes", "--profile cannot be used with --where")]
    public void Options_ThatCannotBe_AreCode2(string command, string expected)
    {
        var line = Run(command);

        Assert.Equal(2, line.Code);
        Assert.Contains(expected, line.Errors);
        Assert.Empty(_gateway.Services.Ordered);
        Assert.Empty(_gateway.Commands);
    }
}
