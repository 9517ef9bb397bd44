using System.Net;
using System.Text.Json;
using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Cli;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Control;

/// <summary>Requests by HTTP over a real socket: which operation they reach, by whom, and what status a result becomes.</summary>
public sealed class ControlRoutesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new() { Known = SampleReports.Everybody() };
    private readonly ControlServer _server;

    public ControlRoutesTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private Task<(HttpStatusCode Status, string Body)> Send(string method, string target, string? body = null) => ControlHttp.Send(SocketPath, new HttpMethod(method), target, body);

    private static string Field(string body, string name)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Approve_WithEverything_IsOneCommandByTheUserOfTheSocket()
    {
        var (status, body) = await Send("POST", "/v1/devices/02-00-00-00-00-02/approve", """{"profile":"guests","for":"8h","reason":"room 12"}""");

        Assert.Equal((HttpStatusCode.OK, "{\"mac\":\"02-00-00-00-00-02\",\"text\":\"02-00-00-00-00-02 is approve\",\"not_durable\":null}\n"), (status, body));
        Assert.Equal(
            [new Commanded(new Actor(Environment.UserName, ActorKind.LocalUser, Permission.Admin), "approve", "02-00-00-00-00-02", "guests", "8h", "room 12")], _gateway.Commands);
    }

    [Theory]
    [InlineData("POST", "approve", null, "approve", null, null)]
    [InlineData("POST", "block", """{"reason":"floods"}""", "block", null, "floods")]
    [InlineData("POST", "hold", "{}", "hold", null, null)]
    [InlineData("PUT", "name", """{"value":"printer <b>&\"'"}""", "name", "printer <b>&\"'", null)]
    [InlineData("PUT", "name", """{"value":""}""", "name", "", null)]
    [InlineData("PUT", "tags/room-12", null, "tag", "room-12", null)]
    [InlineData("DELETE", "tags/room-12", null, "untag", "room-12", null)]
    [InlineData("PUT", "profile", """{"value":"guests"}""", "profile", "guests", null)]
    [InlineData("PUT", "address", """{"value":"137.118.199.60"}""", "pin", "137.118.199.60", null)]
    public async Task Command_OfEachKind_ReachesItsOperation(string method, string verbPath, string? body, string verb, string? value, string? reason)
    {
        Assert.Equal(HttpStatusCode.OK, (await Send(method, $"/v1/devices/Phone%20of%20ROOM%2012/{verbPath}", body)).Status);
        var command = Assert.Single(_gateway.Commands);
        Assert.Equal((verb, "Phone of ROOM 12", value, reason), (command.Verb, command.Device, command.Value, command.Reason));
    }

    [Theory]
    [InlineData("..", "/v1/devices/..")]
    [InlineData("a/b?c#d%", "/v1/devices/a%2Fb%3Fc%23d%25")]
    [InlineData("\u00fc\ud83d\ude00", "/v1/devices/%C3%BC%F0%9F%98%80")]
    public async Task Device_OfAnyName_IsThatName(string name, string target)
    {
        Assert.Equal(HttpStatusCode.OK, (await Send("DELETE", target)).Status);
        Assert.Equal(("forget", name), Assert.Single(_gateway.Commands) is var command ? (command.Verb, command.Device) : default);
        Assert.Equal(target.Replace("..", "..", StringComparison.Ordinal), Routes.Fill(Routes.Device, name));
    }

    [Theory]
    [InlineData("?erase=true", "erase")]
    [InlineData("?erase=true&dry_run=true", "erase")]
    [InlineData("?erase=false", "forget")]
    public async Task Device_IsErasedWhenTheQuerySaysSo(string query, string verb)
    {
        Assert.Equal(HttpStatusCode.OK, (await Send("DELETE", $"/v1/devices/phone{query}")).Status);
        Assert.Equal(verb, Assert.Single(_gateway.Commands).Verb);
    }

    /// <summary>A misspelt value must not forget a device without erasing it.</summary>
    [Fact]
    public async Task Device_WithAnErasureThatIsNoFlag_IsLeft()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await Send("DELETE", "/v1/devices/phone?erase=yes")).Status);
        Assert.Empty(_gateway.Commands);
    }

    public static TheoryData<string, int> Failures => new()
    {
        { "not_found", 404 }, { "ambiguous", 409 }, { "conflict", 409 }, { "invalid", 400 }, { "rejected", 422 }, { "forbidden", 403 }, { "unavailable", 503 },
    };

    private static Failure Sample(string kind) => kind switch
    {
        "not_found" => new NotFound("profile", "guest", "guests", ["default", "guests"]),
        "ambiguous" => new Ambiguous("device", "twin", ["02:00:00:00:00:01"], 4),
        "conflict" => new Conflict("137.118.199.60", "02:00:00:00:00:01", "phone"),
        "invalid" => new Invalid("tag", null, "letters"),
        "rejected" => new Rejected(["f:3:1: pool.idle"]),
        "forbidden" => new Forbidden("admin", "olga"),
        _ => new Unavailable("later"),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failure_OfEachKind_HasItsStatusAndIsReadBackWhole(string kind, int expected)
    {
        var failure = Sample(kind);
        _gateway.OnCommand = _ => failure;

        var (status, body) = await Send("DELETE", "/v1/devices/x");

        Assert.Equal((expected, kind, failure.Message), ((int)status, Field(body, "error"), Field(body, "message")));
        Assert.EndsWith("}\n", body);
        var read = JsonSerializer.Deserialize(body, ContractsContext.Default.Failure)!;
        Assert.Equal((failure.GetType(), failure.Message), (read.GetType(), read.Message));
    }

    [Theory]
    [InlineData("GET", "/", null, 404, "there is no resource /")]
    [InlineData("GET", "/v1/reboot", null, 404, "there is no resource /v1/reboot")]
    [InlineData("GET", "/v1/status/more", null, 404, "there is no resource /v1/status/more")]
    [InlineData("POST", "/v1/status", null, 405, "POST is not a valid method; give GET")]
    [InlineData("PATCH", "/v1/devices/x", null, 405, "PATCH is not a valid method; give GET or DELETE")]
    [InlineData("GET", "/v1/status?last=3", null, 400, "last is not a valid parameter; give none")]
    [InlineData("GET", "/v1/devices?stat=held", null, 400, "stat is not a valid parameter; give state")]
    [InlineData("GET", "/v1/events?last=many", null, 400, "many is not a valid last; give a number")]
    [InlineData("GET", "/v1/events?last=99999999999", null, 400, "2147483647 is not a valid last; give a number from 0 to 10000")]
    [InlineData("GET", "/v1/events/stream?since=x", null, 400, "x is not a valid since; give a number")]
    [InlineData("POST", "/v1/devices/x/approve", "{\"by\":\"the boss\"}", 400, "by is not a valid body; give a JSON object with these text fields: profile, for, reason")]
    [InlineData("POST", "/v1/devices/x/approve", "{\"for\":8}", 400, "for is not a valid body; give a JSON object with these text fields: profile, for, reason")]
    [InlineData("POST", "/v1/devices/x/block", "{", 400, "body is not a valid body; give a JSON object with these text fields: reason")]
    [InlineData("PUT", "/v1/devices/x/name", "null", 400, "null is not a valid body; give a JSON object with these text fields: value")]
    [InlineData("PUT", "/v1/devices/x/name", "{\"value\":\"a\",\"value\":\"b\"}", 400, "value is not a valid body; give a JSON object with these text fields: value")]
    public async Task Request_ThatIsWrong_IsToldWhatWouldBeRight(string method, string target, string? body, int status, string message)
    {
        var answer = await Send(method, target, body);
        Assert.Equal((status, message), ((int)answer.Status, Field(answer.Body, "message")));
        Assert.Empty(_gateway.Commands);
    }

    [Fact]
    public async Task Body_Huge_IsRefusedAndTheNextIsServed()
    {
        var answer = await Send("POST", "/v1/devices/x/block", $$"""{"reason":"{{new string('x', ControlServer.MaxBody)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Empty(_gateway.Commands);
        Assert.Equal(HttpStatusCode.OK, (await Send("GET", "/v1/status")).Status);
    }

    [Fact]
    public async Task Actor_OfTheConnection_IsWhoIsJudged()
    {
        _server.Dispose();
        _gateway.Refusal = actor => actor.Lacks(Permission.Operator);
        using (new ControlServer(SocketPath, _gateway.Operations, actorOf: user => new Actor($"number {user}", ActorKind.LocalUser, Permission.Viewer)))
        {
            var answer = await Send("GET", "/v1/status");
            Assert.Equal((HttpStatusCode.Forbidden, $"number {GetUser()} lacks the permission operator"), (answer.Status, Field(answer.Body, "message")));
        }

        static string GetUser() => File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
    }

    [Theory]
    [InlineData(0, "root")]
    [InlineData(4_000_000_123, "user 4000000123")]
    public void Peer_Name_IsThatOfTheUserDatabase(uint user, string name) => Assert.Equal(new Actor(name, ActorKind.LocalUser, Permission.Admin), PeerCredentials.ActorOf(user));

    [Theory]
    [InlineData("held", "02:00:00:00:00:03")]
    [InlineData("blocked", "02:00:00:00:00:04")]
    public async Task Devices_OfAState_AreThose(string state, string mac)
    {
        var report = JsonSerializer.Deserialize((await Send("GET", $"/v1/devices?state={state}")).Body, ContractsContext.Default.DevicesReport)!;
        Assert.Equal([mac], report.Devices.Select(d => d.Mac));
    }

    [Fact]
    public async Task Status_IsOneLineOfSnakeCase()
    {
        var (_, body) = await Send("GET", "/v1/status");
        Assert.Equal(body.Length - 1, body.IndexOf('\n', StringComparison.Ordinal));
        using var status = JsonDocument.Parse(body);
        Assert.Equal("137.118.199.2/24", status.RootElement.GetProperty("uplink_address").GetString());
        Assert.Equal(7, status.RootElement.GetProperty("drops").GetProperty("bogus_source").GetInt32());
    }

    /// <summary>The operation asks for the replacement; the server's end, which comes before it, sends what is under way first.</summary>
    [Fact]
    public async Task Reload_Answer_IsSentAlthoughTheServerEnds()
    {
        using var isAsked = new ManualResetEventSlim();
        using var ends = new ManualResetEventSlim();
        _gateway.OnReload = () =>
        {
            isAsked.Set();
            ends.Wait();
            return new ReloadReport(["pool.idle"], true, null, 2);
        };
        var answer = Send("POST", "/v1/configuration/reload");
        Assert.True(isAsked.Wait(ControlHttp.Patience, TestContext.Current.CancellationToken));
        var ending = Task.Run(_server.Dispose, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => !SocketFile.IsAnswering(SocketPath), ControlHttp.Patience));
        ends.Set();
        Assert.Equal("{\"changed\":[\"pool.idle\"],\"replaces\":true,\"socket\":null,\"number\":2}\n", (await answer).Body);
        await ending;
    }
}
