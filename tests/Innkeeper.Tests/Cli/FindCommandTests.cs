using System.Text.Json;
using Innkeeper.Control;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`find` against a gateway that answers as a test says.</summary>
public sealed class FindCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public FindCommandTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] arguments) => CommandLine.Run(["find", .. arguments, "--socket", SocketPath]);

    private static FoundReport Press(string state = "unknown", string? outside = null, params string[] addresses) =>
        new(7, "00:1b:63:84:45:e6", "Siemens AG", addresses, "press-1", "S7-1200", ["arp", "profinet"], state, outside is not null, outside, null);

    private static FindReport News(string? ended, params FoundReport[] stations) => new(1, stations, 12, 2046, 0, 0, 0, ended);

    [Fact]
    public void Find_ShowsEachStationOnce_ThenTheLatestOfAll_AndTheEntry()
    {
        var camera = new FoundReport(0, "00:1b:63:00:00:02", null, ["192.168.1.64"], "camera\u001b[2J", null, ["lldp"], "held", false, null, null);
        _gateway.Services.News = [News(null, Press()), News(null, Press(addresses: "192.168.0.10")), News(null, camera), News("the time is over (120 s)", Press("admitted", "137.118.199.61", "192.168.0.10"), camera)];

        var ran = Run();

        Assert.Equal(0, ran.Code);
        Assert.Equal(
            "listening and asking for up to 2m; Ctrl-C ends it and shows what was found\nfound 192.168.0.10 at 00:1b:63:84:45:e6 in VLAN 7 (press-1, Siemens AG)\nfound 192.168.1.64 at 00:1b:63:00:00:02 (camera [2J)\n",
            ran.Errors);
        var lines = ran.Output.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).ToArray();
        Assert.Matches("^MAC +own address +VLAN +name +product +vendor +served +heard by$", lines[0]);
        Assert.Matches(@"^00:1b:63:00:00:02 +192\.168\.1\.64 +camera \[2J +held +lldp$", lines[2]);
        Assert.Matches(@"^00:1b:63:84:45:e6 +192\.168\.0\.10 +7 +press-1 +S7-1200 +Siemens AG +as 137\.118\.199\.61 +arp, profinet$", lines[3]);
        Assert.Equal("2 stations; 12 of 2046 addresses asked for; the time is over (120 s)", lines[4]);

        // There is a machine of this name.
        Assert.Contains("[[machines]]\nname = \"press-1-8445e6\"\nmac = \"00:1b:63:84:45:e6\"\nvlan = 7\naddress = \"192.168.0.10\"\ndescription = \"S7-1200, Siemens AG\"\n", ran.Output);
        Assert.DoesNotContain("\u001b", ran.Output);
    }

    [Fact]
    public void Find_InJson_IsOneObjectWithEverything()
    {
        // An invented station had to make room.
        var invented = new FoundReport(0, "0a:00:00:00:00:01", null, [], null, null, [], "unknown", false, null, null);
        _gateway.Services.News = [News(null, invented), News("the time is over (1 s)", Press(addresses: "192.168.0.10")) with { NotKept = 9, Lost = 8, Unsent = 7 }];

        var report = JsonSerializer.Deserialize(Assert.Single(Run("--json").Output.TrimEnd('\n').Split('\n')), ContractsContext.Default.FindReport)!;

        Assert.Equal(("00:1b:63:84:45:e6", "the time is over (1 s)", 9L, 8L, 7L), (Assert.Single(report.Stations).Mac, report.Ended, report.NotKept, report.Lost, report.Unsent));
    }

    [Fact]
    public void Find_WithoutStations_AndWithLosses_SaysSo()
    {
        _gateway.Services.News = [News("it was ended") with { NotKept = 9, Lost = 8, Unsent = 1 }];

        var output = Run("--listen").Output;

        Assert.Equal(
            "0 stations; 12 of 2046 addresses asked for; it was ended\nthere are more stations than the gateway lists here: 9 frames of others came. One device may invent MACs\n" +
            "8 frames came too fast to be read, and the interface did not take 1 question: look again to be sure\n",
            output);
    }

    [Fact]
    public void Find_GivesItsOptionsToTheGateway()
    {
        Run("--for", "30s", "--vlan", "7", "--network", "10.1.7.0/24", "--listen");
        Run();

        Assert.Equal([new FindRequest("30s", 7, "10.1.7.0/24", true), new FindRequest("2m")], _gateway.Services.Sought);
    }

    /// <summary>The gateway ended: half a search is no answer.</summary>
    [Fact]
    public void Find_ThatBreaksOff_IsAFailure()
    {
        _gateway.Services.News = [News(null, Press(addresses: "192.168.0.10"))];

        Assert.NotEqual(0, Run().Code);
    }

    [Theory]
    [InlineData("--for", "0s")]
    [InlineData("--for", "31m")]
    [InlineData("--vlan", "x")]
    public void Find_WrongUsage_IsCode2(params string[] arguments) => Assert.Equal(2, Run(arguments).Code);
}
