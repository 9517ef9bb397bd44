using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Tests.Cli;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Control;

/// <summary>Requests that are more than a word, over a real socket.</summary>
public sealed class ControlOrderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeSource _source = new() { Known = SampleReports.Everybody() };
    private readonly ControlServer _server;

    public ControlOrderTests() => _server = new ControlServer(SocketPath, _source);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private OrderOutcome Order(string request) => JsonSerializer.Deserialize(ControlClient.Ask(SocketPath, request)!, ReportContext.Default.OrderOutcome)!;

    private string Error(string request)
    {
        using var answer = JsonDocument.Parse(ControlClient.Ask(SocketPath, request)!);
        return answer.RootElement.GetProperty("error").GetString()!;
    }

    [Fact]
    public void Approve_WithEverything_IsOneOrderByTheUserOfTheSocket()
    {
        var outcome = Order("""{"command":"devices approve","device":"02-00-00-00-00-02","value":"guests","for":"8h","reason":"room 12"}""");
        Assert.Equal(new OrderOutcome(true, "02:00:00:00:00:02 is Approve", 0, "02:00:00:00:00:02"), outcome);
        Assert.Equal([new DeviceOrder(DeviceVerb.Approve, MacAddress.Parse("02:00:00:00:00:02"), "guests", TimeSpan.FromHours(8), "room 12", Environment.UserName)], _source.Orders);
    }

    [Theory]
    [InlineData("block", nameof(DeviceVerb.Block), null)]
    [InlineData("hold", nameof(DeviceVerb.Hold), null)]
    [InlineData("forget", nameof(DeviceVerb.Forget), null)]
    [InlineData("name", nameof(DeviceVerb.Name), "printer <b>&\"'")]
    [InlineData("name", nameof(DeviceVerb.Name), "")]
    [InlineData("tag", nameof(DeviceVerb.Tag), "room-12")]
    [InlineData("untag", nameof(DeviceVerb.Untag), "room-12")]
    [InlineData("profile", nameof(DeviceVerb.Profile), "guests")]
    [InlineData("profile", nameof(DeviceVerb.Profile), "")]
    [InlineData("pin", nameof(DeviceVerb.Pin), "137.118.199.60")]
    [InlineData("pin", nameof(DeviceVerb.Pin), "")]
    public void Order_OfEachKind_ReachesTheSource(string word, string verb, string? value)
    {
        Assert.True(Order(new ControlRequest($"devices {word}") { Device = "Phone of ROOM 12", Value = value }.ToLine()).Done);
        var order = Assert.Single(_source.Orders);
        Assert.Equal((verb, MacAddress.Parse("02:00:00:00:00:01"), value), (order.Verb.ToString(), order.Mac, order.Value));
    }

    [Theory]
    [InlineData("devices approve", "Galaxy-S9", null, null, 5, "there is no device Galaxy-S9; `innkeeper devices` lists them all")]
    [InlineData("devices approve", "the pets", null, null, 5, "there is no device the pets; did you mean the pest?")]
    [InlineData("devices approve", "02:00:00:00:00:0", null, null, 5, "there is no device 02:00:00:00:00:0; did you mean 02:00:00:00:00:01?")]
    [InlineData("devices approve", null, null, null, 2, "which device? give its MAC, or the name it was given")]
    [InlineData("devices approve", "ff:ff:ff:ff:ff:ff", null, null, 2, "ff:ff:ff:ff:ff:ff is no device's MAC; give one that `innkeeper devices` lists")]
    [InlineData("devices approve", "02:00:00:00:00:02", null, "8", 2, "8 is no time for an approval; give one from \"1s\" to \"366d\", such as \"8h\"")]
    [InlineData("devices approve", "02:00:00:00:00:02", "", null, 2, "a profile's name is not empty; `innkeeper profiles` lists them")]
    [InlineData("devices name", "02:00:00:00:00:02", null, null, 2, "which name? give one, or \"\" to take the name away")]
    [InlineData("devices name", "02:00:00:00:00:02", "0200.0000.0001", null, 2, "0200.0000.0001 is a MAC; a name like that would be taken for another device")]
    [InlineData("devices name", "02:00:00:00:00:02", "a\u202eb", null, 2, "a b will not do; a name is one line of up to 64 characters, without spaces around it")]
    [InlineData("devices tag", "02:00:00:00:00:02", "room 12", null, 2, "room 12 is no tag; a tag has up to 32 letters, digits, '.', '-' and '_'")]
    [InlineData("devices pin", "02:00:00:00:00:02", "137.118.199", null, 2, "137.118.199 is no address; give a legal one such as 192.0.2.60, or \"\" for any")]
    [InlineData("devices profile", "02:00:00:00:00:02", null, null, 2, "which profile? `innkeeper profiles` lists them; \"\" lets the rules decide again")]
    public void Order_ThatIsWrong_SaysWhatWouldBeRightAndReachesNobody(string command, string? device, string? value, string? time, int code, string text)
    {
        Assert.Equal(new OrderOutcome(false, text, code), Order(new ControlRequest(command) { Device = device, Value = value, For = time }.ToLine()));
        Assert.Empty(_source.Orders);
    }

    [Fact]
    public void Order_NameThatTwoHave_IsNotGuessed()
    {
        _source.Known = new DevicesReport(2, [.. _source.Known.Devices.Select(d => d with { GivenName = "twin" })]);
        var outcome = Order("""{"command":"devices block","device":"twin"}""");
        Assert.Equal((false, 5), (outcome.Done, outcome.ExitCode));
        Assert.Equal("4 devices are called twin: 02:00:00:00:00:01, 02:00:00:00:00:02, 02:00:00:00:00:03, 02:00:00:00:00:04; give the MAC of one", outcome.Text);
    }

    [Theory]
    [InlineData("""{"command":"devices block","device":"x","by":"the boss"}""", "devices block takes no field by; it takes device, reason")]
    [InlineData("""{"command":"devices approve","devise":"x"}""", "devices approve takes no field devise; did you mean device?")]
    [InlineData("""{"command":"devices forget","device":"x","for":"8h"}""", "devices forget takes no field for; it takes device")]
    [InlineData("""{"command":"status","last":3}""", "status takes no field last; it takes none")]
    [InlineData("""{"command":"events","last":"many"}""", "a request is a command's words, or one JSON object with them as its field \"command\"; its last will not do")]
    [InlineData("""{"command":"status","command":"devices"}""", "a request is a command's words, or one JSON object with them as its field \"command\"; its command will not do")]
    [InlineData("""{"device":"x"}""", "a request is a command's words, or one JSON object with them as its field \"command\"")]
    [InlineData("""{"command":null}""", "a request is a command's words, or one JSON object with them as its field \"command\"; its command will not do")]
    [InlineData("{", "a request is a command's words, or one JSON object with them as its field \"command\"")]
    [InlineData("""{"command":"events","last":10001}""", "last is a number from 0 to 10000")]
    [InlineData("""{"command":"devices","state":"active"}""", "active is no state; there are new, held, admitted, blocked")]
    [InlineData("""{"command":"devices","device":"02:00:00:00:00:05"}""", "there is no device 02:00:00:00:00:05; did you mean 02:00:00:00:00:01?")]
    public void Ask_RequestThatIsWrong_IsToldKindly(string request, string expected)
    {
        Assert.Equal(expected, Error(request));
        Assert.Empty(_source.Orders);
    }

    [Fact]
    public void Ask_UpTo4KiB_IsReadAndNoMore()
    {
        Assert.Equal("ask for", Error(new string('x', ControlRequest.MaxSize - 1))[..7]);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        client.Send(Encoding.UTF8.GetBytes(new string('x', ControlRequest.MaxSize)));
        var answer = new byte[4096];
        Assert.Equal("{\"error\":\"a request has up to 4095 octets\"}\n", Encoding.UTF8.GetString(answer, 0, client.Receive(answer)));
    }

    [Theory]
    [InlineData("held", "02:00:00:00:00:03")]
    [InlineData("blocked", "02:00:00:00:00:04")]
    public void Devices_OfAState_AreThose(string state, string mac)
    {
        var report = JsonSerializer.Deserialize(ControlClient.Ask(SocketPath, $$"""{"command":"devices","state":"{{state}}"}""")!, ReportContext.Default.DevicesReport)!;
        Assert.Equal([mac], report.Devices.Select(d => d.Mac));
    }

    [Fact]
    public void Reload_Answer_IsSentBeforeTheProcessIsReplaced()
    {
        using var replaced = new ManualResetEventSlim();
        _source.OnReload = () => new ReloadOutcome(true, "taken", [], [], Replaces: true) { Replace = replaced.Set };
        Assert.Equal("""{"done":true,"text":"taken","changed":[],"errors":[],"replaces":true,"socket":null,"number":null,"schema":1}""", ControlClient.Ask(SocketPath, "config reload"));
        Assert.True(replaced.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Outcome_Codes_AreTheCommandLines() => Assert.Equal(
        [ExitCode.Failure, ExitCode.Usage, ExitCode.Refused, ExitCode.NotFound],
        [OrderOutcome.Failed("").ExitCode, OrderOutcome.Wrong("").ExitCode, OrderOutcome.Refused("").ExitCode, OrderOutcome.NotFound("").ExitCode]);

    [Theory]
    [InlineData(0, "root")]
    [InlineData(4_000_000_123, "user 4000000123")]
    public void Peer_Name_IsThatOfTheUserDatabase(uint user, string name) => Assert.Equal(name, Peer.NameOf(user));

    [Theory]
    [InlineData("02:1a:0B:00:00:0f")]
    [InlineData("02-1A-0b-00-00-0F")]
    [InlineData("021a.0b00.000f")]
    [InlineData("021a0b00000f")]
    public void MacText_InEachForm_IsTheSame(string text)
    {
        Assert.True(MacText.TryParse(text, out var mac));
        Assert.Equal(MacAddress.Parse("02:1a:0b:00:00:0f"), mac);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02:1a:0b:00:00")]
    [InlineData("02:1a:0b:00:00:0f:11")]
    [InlineData("02:1a-0b:00-00:0f")]
    [InlineData("02:1a:0b:00::0f")]
    [InlineData("021a.0b00.00f")]
    [InlineData("021a:0b00:000f")]
    [InlineData("02:1a:0b:00:00:0g")]
    [InlineData("021a0b00000f0")]
    [InlineData("02:1a:0b:00:000:f")]
    [InlineData("2:1a:b:0:0:f")]
    [InlineData("+21a0b00000f")]
    public void MacText_OfAnythingElse_IsNone(string text) => Assert.False(MacText.TryParse(text, out _));
}
