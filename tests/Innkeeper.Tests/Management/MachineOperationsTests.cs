using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Tests.Revisions;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Machines are added, replaced and removed by a change of the configuration file, with its check and its history.</summary>
public sealed class MachineOperationsTests : IGatewayLifetime, IDisposable
{
    private readonly RevisionWorld _world = new();
    private readonly ManagementFixture _gateway = new();

    public MachineOperationsTests()
    {
        File.WriteAllText(_world.ConfigFile, _world.OnDisk.Replace("192.0.2.1\"", "192.0.2.1-192.0.2.9\"", StringComparison.Ordinal));
        _world.Start();
    }

    private MachineOperations Operations => new(
        _world.Active, _gateway.Records.Machines, _gateway.Directory, _gateway.Queries, new ConfigurationOperations(
            _world.Active, () => throw new InvalidOperationException(), _ => [], _ => null, new SettingsStatus(1, null, () => false, () => null), new SettingsEffects(_gateway.Directory, _gateway.Clock),
            this, _world.Changes, _world.Store, _gateway));

    public void Dispose() => _world.Dispose();

    void IGatewayLifetime.RequestReplacement()
    {
        // Apply has its replacement counted by the world.
    }

    [Fact]
    public void List_AMachine_HasItsEntryAndItsDevice()
    {
        var missing = Operations.List(Viewer).Value!.Machines[0];
        Assert.Equal(("press-1", "02:00:00:00:77:07", "missing", null), (missing.Name, missing.Device, missing.State, missing.Reaches));

        _gateway.Know(Press, state: AdmissionState.Admitted);
        _gateway.Bind(7, Press, "192.168.0.10", "137.118.199.77");
        var online = Operations.List(Viewer).Value!.Machines[0];
        Assert.Equal(("admitted", "137.118.199.77", "press-1.lan"), (online.State, online.Reaches, online.DnsName));
    }

    [Fact]
    public void Put_ManyAtOnce_IsOneChangeOfTheFile_WithItsHistory()
    {
        var report = Operations.Put(Admin, new MachineEntries([Entry(1), Entry(2)], "12 presses"), WriteOptions.Now);

        Assert.True(report.IsOk, report.Failure?.Message);
        var config = ConfigurationFile.Parse(_world.OnDisk, "f").Config!;
        Assert.Equal(["press-1", "press-2"], config.Machines.Select(m => m.Name));
        Assert.Equal("configuration-apply", Assert.Single(_gateway.Trail).What);
    }

    [Fact]
    public void Put_TriedOnly_WritesNothing()
    {
        var before = _world.OnDisk;
        var report = Operations.Put(Admin, new MachineEntries([Entry(1)]), new WriteOptions(IsDryRun: true));

        Assert.Contains("machines[1].name", report.Value!.Changed);
        Assert.Equal(before, _world.OnDisk);
    }

    [Fact]
    public void Put_TwoWithOneOutsideAddress_IsRefused_AndNamesTheMachine()
    {
        var before = _world.OnDisk;
        var refused = Assert.IsType<Rejected>(Operations.Put(Admin, new MachineEntries([Entry(1), Entry(2) with { Outside = Entry(1).Outside }]), WriteOptions.Now).Failure);

        Assert.StartsWith($"press-2: outside: {Entry(1).Outside} leads to press-1", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Equal(before, _world.OnDisk);
    }

    [Theory]
    [InlineData("Press 1", null, null, "Press 1 is not a valid name; give up to 63 small letters")]
    [InlineData(null, null, null, "name is missing")]
    [InlineData("a", "02:00", null, "02:00 is not a valid mac; give a MAC address such as \"00:1b:63:84:45:e6\", or none (a)")]
    [InlineData("a", null, "10.0.0.256", "10.0.0.256 is not a valid address; give the machine's own address")]
    public void Put_AValueThatCannotBe_SaysWhatWouldBe(string? name, string? mac, string? address, string message) =>
        Assert.StartsWith(message, Operations.Put(Admin, new MachineEntries([new MachineEntry(name, mac, null, address)]), WriteOptions.Now).Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void Put_AnAppearanceThatThereIsNot_SaysWhatThereIs() => Assert.StartsWith(
        "Local is not a valid appear; give \"local\" or \"own\"",
        Operations.Put(Admin, new MachineEntries([new MachineEntry("a", "02:00:00:00:00:01", null, "10.0.0.1", Appear: "Local")]), WriteOptions.Now).Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void Put_NoMachines_IsInvalid() => Assert.IsType<Invalid>(Operations.Put(Admin, new MachineEntries([]), WriteOptions.Now).Failure);

    [Fact]
    public void Effects_OfAFileWithoutTheMachine_NameItsDevice()
    {
        var admitted = new AdmissionStatus(AdmissionState.Admitted, "it is in [[machines]]", "machine press-1", _gateway.Clock.Now);
        _gateway.Records.Put(new DeviceRecord(Press, _gateway.Clock.Now) { Admission = admitted }, _ => true);
        _gateway.Bind(7, Press, "192.168.0.10", "137.118.199.77");
        var effects = new SettingsEffects(_gateway.Directory, _gateway.Clock);

        Assert.Empty(effects.Add(new ReloadReport([]), _gateway.Config).Held!);
        Assert.Equal(["press-1"], effects.Add(new ReloadReport([]), _gateway.Config with { Machines = [] }).Held!);
    }

    [Fact]
    public void Remove_AMachineThatThereIsNot_IsNotFound() => Assert.Equal("there is no machine press-9", Operations.Remove(Admin, "press-9", WriteOptions.Now).Failure!.Message);

    private static MachineEntry Entry(int number) => new($"press-{number}", $"02:00:00:00:00:{number:x2}", null, "192.168.0.10", $"192.0.2.{number}");
}
