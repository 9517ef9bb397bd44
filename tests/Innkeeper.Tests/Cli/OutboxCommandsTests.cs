using Innkeeper.Control;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`innkeeper outbox`, as it is typed.</summary>
public sealed class OutboxCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public OutboxCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] arguments) => CommandLine.Run(["outbox", .. arguments, "--socket", SocketPath]);

    [Fact]
    public void List_ShowsWhatBecameOfEach()
    {
        var line = Run("list");

        Assert.Equal((0, ""), (line.Code, line.Errors));
        foreach (var text in (string[])["mail-12", "dead", "a new device [red]", "550 no such user"])
        {
            Assert.Contains(text, line.Output);
        }

        Assert.StartsWith("{\"schema\":1,\"messages\":[{\"id\":\"mail-12\"", Run("list", "--json").Output);
    }

    [Fact]
    public void Retry_AndDelete_ReachTheirMessage()
    {
        Assert.Equal(new CommandLine(0, "mail-12: retry\n", ""), Run("retry", "mail-12"));
        Assert.Equal(new CommandLine(0, "{\"id\":\"mail-12\",\"text\":\"mail-12: delete\"}\n", ""), Run("delete", "mail-12", "--json"));
        Assert.Equal(new CommandLine(5, "", "innkeeper: there is no message mail-9; `innkeeper outbox list` lists them all\n"), Run("delete", "mail-9"));
        Assert.Equal(["retry mail-12", "delete mail-12", "delete mail-9"], _gateway.Services.Posted);
    }
}
