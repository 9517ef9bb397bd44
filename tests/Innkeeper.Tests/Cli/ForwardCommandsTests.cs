using Innkeeper.Control;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`forwards list`, `add` and `remove`, against a gateway that a test plays.</summary>
public sealed class ForwardCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public ForwardCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] arguments) => CommandLine.Run([.. arguments, "--socket", SocketPath]);

    [Fact]
    public void List_SaysWhereEachLeads_AndWhyItDoesNot()
    {
        var said = Run("forwards", "list", "--wide");

        Assert.Equal((0, ""), (said.Code, said.Errors));
        Assert.Contains("192.168.0.10:80", said.Output, StringComparison.Ordinal);
        Assert.Contains("page [red]", said.Output, StringComparison.Ordinal);
        Assert.EndsWith("udp-5000-5010 waits: no machine or device has this name\n", said.Output, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"tcp-8080\"", Run("forwards", "list", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_SendsTheEntry_AndTriedOnlyItSaysTheEffects()
    {
        Assert.Contains("forwards[1].port", Run("forwards", "add", "udp", "5000-5010", "press-3", "--to-port", "6000", "--address", "137.118.199.100", "--description", "camera", "--dry-run").Output, StringComparison.Ordinal);
        Assert.Equal(new ForwardEntry("udp", "5000-5010", "press-3", "137.118.199.100", 6000, "camera"), Assert.Single(_gateway.Services.WrittenForwards));
        Assert.Equal(2, Run("forwards", "add", "sctp", "80", "press-3").Code);
        Assert.Single(_gateway.Services.WrittenForwards);
    }

    [Fact]
    public void Remove_SendsTheName()
    {
        Assert.Equal(0, Run("forwards", "remove", "tcp-8080", "--dry-run").Code);
        Assert.Equal(new ForwardEntry(null, "tcp-8080", null), Assert.Single(_gateway.Services.WrittenForwards));
    }
}
