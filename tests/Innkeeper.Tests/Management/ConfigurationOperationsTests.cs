using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Revisions;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>What a reload asks of the host, and when it asks nothing.</summary>
public sealed class ConfigurationOperationsTests : IGatewayLifetime, IDisposable
{
    private const string Text = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.1\"]\n";
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly ManagementFixture _world = new();
    private readonly SettingsStatus _settings = new(4, "the disk was full", () => false, () => null);
    private List<ConfigurationError> _faults = [];
    private List<string>? _ofProgram;
    private int _replacements;

    public ConfigurationOperationsTests() => File.WriteAllText(ConfigFile, Text);

    private string ConfigFile => Path.Combine(_directory, "innkeeper.toml");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    void IGatewayLifetime.RequestReplacement() => _replacements++;

    private ConfigurationOperations Of(ConfigurationResult configuration) => new(configuration, Network, _ => _faults, _ => _ofProgram, _settings, new SettingsEffects(_world.Directory, _world.Clock), this, null, new RevisionStore(_directory), _world);

    [Fact]
    public void Reload_OfAnotherFile_NamesTheKeysAndAsksForAReplacement()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        File.WriteAllText(ConfigFile, Text + "pool.idle = \"1h\"\ncontrol.socket = \"/run/other.sock\"\n");

        var report = operations.Reload(Admin).Value!;

        Assert.Equal(["control.socket", "pool.idle"], report.Changed.Order());
        Assert.Equal((true, "/run/other.sock", 5, 1), (report.Replaces, report.Socket, report.Number, _replacements));
    }

    [Fact]
    public void Reload_OfTheSameSettings_ReplacesNothing()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        File.WriteAllText(ConfigFile, "# a comment\n" + Text);

        var report = operations.Reload(Admin).Value!;

        Assert.Empty(report.Changed);
        Assert.Equal((false, null, 0), (report.Replaces, report.Number, _replacements));
    }

    /// <summary>A failure of settings that are gone is not reported permanently.</summary>
    [Fact]
    public void Reload_ThatFindsNothingWrong_EndsTheReportOfAFailure()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        Assert.NotNull(_settings.Report.Failure);
        _faults = [new ConfigurationError(ConfigFile, 2, 1, "uplink.interface", "interface eth0 is down")];
        operations.Reload(Admin);
        Assert.NotNull(_settings.Report.Failure);

        _faults = [];
        Assert.Empty(operations.Preview(Admin).Value!.Changed);
        Assert.NotNull(_settings.Report.Failure);
        Assert.Empty(operations.Reload(Admin).Value!.Changed);

        Assert.Equal((4, null), (_settings.Report.Number, _settings.Report.Failure));
    }

    [Fact]
    public void Preview_NamesTheDevicesThatTheSettingsWouldHoldCutOrAdmit_AndReplacesNothing()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        _world.Know(Phone, "press-1", state: AdmissionState.Admitted);
        _world.Bind(2, Phone, "10.0.0.5", "192.0.2.1");
        _world.Know(Tablet, state: AdmissionState.Held);
        var tagged = MacAddress.Parse("02:00:00:00:00:03");
        _world.Know(tagged, state: AdmissionState.Admitted);
        _world.Bind(3, tagged, "10.0.0.6", "192.0.2.2", vlan: 7);
        var away = MacAddress.Parse("02:00:00:00:00:04");
        _world.Know(away, state: AdmissionState.Admitted);
        File.WriteAllText(ConfigFile, Text + "[profiles.static]\nadmission = \"approve\"\n[[rules]]\nprofile = \"static\"\nmac = \"02:00:00:00:00:01\"\n");

        foreach (var report in (ReloadReport[])[operations.Preview(Admin).Value!, operations.Reload(Admin).Value!])
        {
            Assert.Equal(["press-1"], report.Held!);
            Assert.Equal([tagged.ToString()], report.Cut!);
            Assert.Equal([Tablet.ToString()], report.Admitted!);
        }

        Assert.Equal(1, _replacements);
    }

    [Fact]
    public void Reload_OfAFileWithErrors_IsRejectedWithEach()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        File.WriteAllText(ConfigFile, Text + "pool.idle = \"x\"\n");

        var rejected = Assert.IsType<Rejected>(operations.Reload(Admin).Failure);

        Assert.Contains($"{ConfigFile}:4:1: pool.idle", Assert.Single(rejected.Errors));
        Assert.Equal(("the active configuration is unchanged", 0), (rejected.Message, _replacements));
    }

    [Fact]
    public void Reload_OfSettingsThatDoNotFitTheMachine_IsRejected()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        File.WriteAllText(ConfigFile, Text + "pool.idle = \"1h\"\n");
        _faults = [new ConfigurationError(ConfigFile, 2, 1, "uplink.interface", "interface eth0 is down")];

        Assert.Equal(_faults.Select(f => f.ToString()), Assert.IsType<Rejected>(operations.Reload(Admin).Failure).Errors);
        Assert.Equal(0, _replacements);
    }

    [Fact]
    public void Reload_WithAnotherProgram_ReplacesThoughTheSettingsAreTheSame()
    {
        _ofProgram = [];
        var report = Of(ConfigurationFile.Load(ConfigFile)).Reload(Admin).Value!;
        Assert.Empty(report.Changed);
        Assert.Equal((true, 5, 1), (report.Replaces, report.Number, _replacements));
    }

    /// <summary>The program that is to read the file judges it: a setting of a later version is no error.</summary>
    [Fact]
    public void Reload_WithAnotherProgram_LeavesTheFilesJudgementToIt()
    {
        var operations = Of(ConfigurationFile.Load(ConfigFile));
        File.WriteAllText(ConfigFile, Text + "pool.news = true\n");
        Assert.IsType<Rejected>(operations.Reload(Admin).Failure);

        _ofProgram = [];
        Assert.True(operations.Reload(Admin).Value!.Replaces);

        _ofProgram = ["the program is broken"];
        Assert.Equal(_ofProgram, Assert.IsType<Rejected>(operations.Reload(Admin).Failure).Errors);
        Assert.Equal(1, _replacements);
    }

    [Fact]
    public void Reload_OfAGatewayThatWasStartedWithOptions_IsUnavailable()
    {
        var parsed = ConfigurationFile.Parse(Text, "command line");
        var operations = Of(parsed with { SourceMap = parsed.SourceMap.WithoutLines() });
        Assert.IsType<Unavailable>(operations.Reload(Admin).Failure);
    }

    [Fact]
    public void Reload_ByAnOperator_IsForbidden()
    {
        Assert.Equal(new Forbidden("admin", "olga"), Of(ConfigurationFile.Load(ConfigFile)).Reload(Operator).Failure);
        Assert.Equal(0, _replacements);
    }

    [Fact]
    public void Get_IsWhatIsInForce_WithWhatTheInterfacesSay()
    {
        var report = Of(ConfigurationFile.Load(ConfigFile)).Get(Admin).Value!;
        Assert.True(report.InForce);
        Assert.Equal("interface eth0", report.Values.Single(v => v.Key == "uplink.gateway").Origin);
        Assert.Contains("137.118.199.1", report.Values.Single(v => v.Key == "uplink.gateway").Value);
    }
}
