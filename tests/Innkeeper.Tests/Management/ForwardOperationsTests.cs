using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Revisions;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Forwards are listed as they are, and added and removed by a change of the configuration file.</summary>
public sealed class ForwardOperationsTests : IGatewayLifetime, IForwardStatus, IDisposable
{
    private static readonly ForwardEntry s_web = new("tcp", "8080", "press-3", ToPort: 80);

    private readonly RevisionWorld _world = new();
    private readonly ManagementFixture _gateway = new();

    public ForwardOperationsTests() => _world.Start();

    private IReadOnlyList<ForwardStatus> Forwards { get; set; } = [];

    IReadOnlyList<ForwardStatus> IForwardStatus.Forwards => Forwards;

    private ForwardOperations Operations => new(
        _world.Active, this, new ConfigurationOperations(
            _world.Active, () => throw new InvalidOperationException(), _ => [], _ => null, new SettingsStatus(1, null, () => false, () => null), new SettingsEffects(_gateway.Directory, _gateway.Clock),
            this, _world.Changes, _world.Store, _gateway));

    public void Dispose() => _world.Dispose();

    void IGatewayLifetime.RequestReplacement()
    {
        // Apply has its replacement counted by the world.
    }

    [Fact]
    public void Put_AForward_IsAChangeOfTheFile_AndTriedOnlyItIsNone()
    {
        var before = _world.OnDisk;
        Assert.Contains("forwards[1].port", Operations.Put(Admin, s_web, new WriteOptions(IsDryRun: true)).Value!.Changed);
        Assert.Equal(before, _world.OnDisk);

        var report = Operations.Put(Admin, s_web, WriteOptions.Now);
        Assert.True(report.IsOk, report.Failure?.Message);
        var forward = Assert.Single(ConfigurationFile.Parse(_world.OnDisk, "f").Config!.Forwards);
        Assert.Equal(("tcp-8080", "press-3", 80), (forward.Id, forward.To, forward.ToPort));
        Assert.Equal("configuration-apply", Assert.Single(_gateway.Trail).What);
    }

    [Fact]
    public void Put_OneThatOverlaps_IsRefusedWithoutALine()
    {
        Assert.True(Operations.Put(Admin, s_web, WriteOptions.Now).IsOk);
        _world.Start();

        var refused = Assert.IsType<Rejected>(Operations.Put(Admin, s_web with { Port = "8000-8100" }, WriteOptions.Now).Failure);
        Assert.StartsWith("port: 8000-8100 overlaps tcp-8080", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sctp", "80", "a", null, "sctp is not a valid protocol; give \"tcp\" or \"udp\"")]
    [InlineData("tcp", "0", "a", null, "0 is not a valid port; give a port such as 8080")]
    [InlineData("tcp", null, "a", null, "port is missing; give a port such as 8080")]
    [InlineData("tcp", "80", "", null, "to is missing; give a machine's name")]
    [InlineData("tcp", "80", "a", "x", "x is not a valid address; give a shared address")]
    public void Put_WrongValue_IsNamed(string protocol, string? port, string to, string? address, string error) =>
        Assert.StartsWith(error, Operations.Put(Admin, new ForwardEntry(protocol, port, to, address), WriteOptions.Now).Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void Remove_AForward_TakesItOut_AndAnUnknownOneIsNotFound()
    {
        Assert.True(Operations.Put(Admin, s_web, WriteOptions.Now).IsOk);
        _world.Start();

        Assert.IsType<NotFound>(Operations.Remove(Admin, "tcp-8081", WriteOptions.Now).Failure);
        Assert.True(Operations.Remove(Admin, "tcp-8080", WriteOptions.Now).IsOk);
        Assert.Empty(ConfigurationFile.Parse(_world.OnDisk, "f").Config!.Forwards);
    }

    [Fact]
    public void List_HasTheStateOfEach_AndStatusNamesWhatIsRefused()
    {
        Assert.True(Operations.Put(Admin, s_web, WriteOptions.Now).IsOk);
        _world.Start();
        var forward = Assert.Single(_world.Active.Config!.Forwards);
        Assert.Equal(("waits", "the gateway has just started"), Assert.Single(Operations.List(Viewer).Value!.Forwards) is var early ? (early.State, early.Reason) : default);

        Forwards = [new ForwardStatus(forward, ForwardState.Open, null, Ipv4Address.Parse("192.0.2.2"), Press, Ipv4Address.Parse("192.168.0.10"))];
        var open = Assert.Single(Operations.List(Viewer).Value!.Forwards);
        Assert.Equal(("tcp-8080", "open", "192.0.2.2", "02:00:00:00:77:07", "192.168.0.10", 80), (open.Id, open.State, open.Address, open.Device, open.Own, open.ToPort));
        Assert.Empty(ForwardOperations.ProblemsOf(this));

        Forwards = [new ForwardStatus(forward, ForwardState.Refused, "a service of this host has TCP port 8080", Ipv4Address.Parse("192.0.2.2"), Press, null)];
        Assert.Equal("refused", Assert.Single(Operations.List(Viewer).Value!.Forwards).State);
        var problem = Assert.Single(ForwardOperations.ProblemsOf(this));
        Assert.Equal(("forward-refused", "degraded", "the forward tcp-8080 to press-3 does not work: a service of this host has TCP port 8080"), (problem.Report.Kind, problem.Severity, problem.Text));
    }
}
