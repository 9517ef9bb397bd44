using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`user`, `token` and `audit` as people and scripts use them.</summary>
public sealed class AccountCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public AccountCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] words) => CommandLine.Run([.. words, "--socket", SocketPath]);

    private string PasswordFile(string text)
    {
        var file = Path.Combine(_directory, "password");
        File.WriteAllText(file, text);
        return file;
    }

    [Fact]
    public void User_Add_TakesThePasswordFromAFile()
    {
        var done = Run("user", "add", "anna", "--role", "admin", "--password-file", PasswordFile("correct horse battery\r\nnot this\n"));

        Assert.Equal((0, "anna is changed\n", ""), (done.Code, done.Output, done.Errors));
        Assert.Equal([("user-add", "anna", new NewUser("anna", "admin", "correct horse battery"))], _gateway.Changes);
    }

    [Fact]
    public void User_Add_WithoutATerminalOrFile_SaysWhatToDo()
    {
        var done = Run("user", "add", "anna", "--role", "admin", "--password-file", Path.Combine(_directory, "nothing"));
        Assert.Equal((1, ""), (done.Code, done.Output));
        Assert.EndsWith("nothing: there is no such file\n", done.Errors, StringComparison.Ordinal);
        Assert.Empty(_gateway.Changes);
    }

    [Fact]
    public void User_Verbs_ReachTheGateway()
    {
        Run("user", "role", "ben", "operator");
        Run("user", "disable", "ben");
        Run("user", "enable", "ben");
        Run("user", "delete", "ben");
        Run("user", "password", "ben", "--password-file", PasswordFile("another long one"));

        Assert.Equal(
            [("user-role", "ben", "operator"), ("user-disable", "ben", "true"), ("user-disable", "ben", "false"), ("user-delete", "ben", null), ("user-password", "ben", new NewPassword("another long one"))],
            _gateway.Changes);
    }

    [Fact]
    public void User_Conflict_HasItsExitCode_AndNoWordOfPins()
    {
        _gateway.OnChange = name => new Conflict(name, name, Note: "anna is the last administrator who can sign in; make another one first");

        var done = Run("user", "delete", "anna");

        Assert.Equal((ExitCode.Refused, "", "innkeeper: anna is the last administrator who can sign in; make another one first\n"), (done.Code, done.Output, done.Errors));
    }

    [Fact]
    public void Token_Create_PrintsTheValueAloneOnStdout()
    {
        var done = Run("token", "create", "new", "--role", "viewer", "--for", "90d");

        Assert.Equal((0, "ik_secret\n", "new is changed. Keep it: it is shown this once\n"), (done.Code, done.Output, done.Errors));
        Assert.Equal([("token-create", "new", new NewToken("new", "viewer", "90d"))], _gateway.Changes);
        Assert.Equal("{\"name\":\"new\",\"text\":\"new is changed\",\"token\":\"ik_secret\"}\n", Run("token", "create", "new", "--role", "viewer", "--json").Output);
    }

    [Fact]
    public void Lists_AreTables()
    {
        var users = Run("user", "list").Output;
        Assert.Contains("anna", users, StringComparison.Ordinal);
        Assert.Contains("disabled", users, StringComparison.Ordinal);
        var tokens = Run("token", "list").Output;
        Assert.Contains("from 192.0.2.7", tokens, StringComparison.Ordinal);
        Assert.Contains("never", tokens, StringComparison.Ordinal);
        _gateway.Users = new UsersReport(1, []);
        Assert.StartsWith("no users; `innkeeper user add NAME --role admin`", Run("user", "list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Link_IsPrinted_AlsoWhereTheConsoleIsOff()
    {
        Assert.Equal("http://127.0.0.1:7080/#/setup?code=abc\n", Run("user", "link").Output);
        _gateway.Link = new SetupLink(1, "abc", "/#/setup?code=abc", [], SampleReports.FirstSeen);
        Assert.Equal("the web console is off; where it answers, add /#/setup?code=abc to its address\n", Run("user", "link").Output);
    }

    [Fact]
    public void Audit_ShowsOldestFirst_AndAsksForWhatTheOptionsSay()
    {
        AuditEntryReport Entry(long number, string text) => new(number, SampleReports.FirstSeen, "anna", "person", "192.0.2.7", "device-name", "02:00:00:00:00:01", text,
            System.Text.Json.JsonElement.Parse("{\"name\":null}"), System.Text.Json.JsonElement.Parse("{\"name\":\"\\u001b[2J\"}"));
        _gateway.Audit = new AuditReport(1, [Entry(2, "second"), Entry(1, "first")], null);

        var lines = Run("audit", "--last", "2", "--actor", "anna", "--device", "phone of room 12", "--find", "a&b").Output.Split('\n');

        Assert.Equal(new AuditFilter(2, null, "anna", "phone of room 12", "a&b"), _gateway.AuditFilter);
        Assert.EndsWith("anna (192.0.2.7) device-name: first", lines[0], StringComparison.Ordinal);
        Assert.Equal("    {\"name\":null} -> {\"name\":\"\\u001B[2J\"}", lines[1]);
        Assert.EndsWith("second", lines[2], StringComparison.Ordinal);
        Assert.Equal(2, Run("audit", "--last", "0").Code);
    }
}
