using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.FirstRun;
using Innkeeper.Hosting;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Tests.FirstRun;

public sealed class FirstRunOperationsTests : IPortWatcher, IAuditTrail, IDisposable
{
    private static readonly Actor s_anna = new("anna", ActorKind.Person, Permission.Admin, "192.0.2.7");

    private static readonly SurveyedInterface s_out = new(
        "eth0", MacAddress.Parse("00:1b:21:00:00:01"), true, true, Ipv4Network.Parse("192.0.2.2/24"), Ipv4Address.Parse("192.0.2.1"), "Intel Corporate", "e1000e");

    private static readonly SurveyedInterface s_devices = new("eth1", MacAddress.Parse("00:1b:21:00:00:02"), true, true);
    private static readonly SurveyedInterface s_other = new("eth2", MacAddress.Parse("00:1b:21:00:00:03"), true, true);

    private static readonly FirstRunChoices s_choices = new("eth1", "eth0", [], "auto", "");

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly HeardStations _heard = new(s_devices.Mac);
    private readonly List<AuditEntry> _entries = [];
    private readonly List<FirstRunOrder> _orders = [];
    private readonly List<ConfigurationResult> _checked = [];
    private readonly HashSet<Ipv4Address> _used = [];
    private readonly FirstRunOperations _operations;
    private IReadOnlyList<string> _errors = [];

    public FirstRunOperationsTests() => _operations = new FirstRunOperations(
        new FirstRunSettings(Path.Combine(_directory, "innkeeper.toml"), null, TimeSpan.FromSeconds(60)), () => [s_out, s_devices, s_other], this, new Vendors(_directory), Check, this,
        TimeProvider.System, new EarlierTrials(2, "it was not confirmed within 60 s"), order =>
        {
            _orders.Add(order);
            return _orders.Count == 1;
        });

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    HeardStations? IPortWatcher.HeardOn(string name) => name == "eth1" ? _heard : null;

    bool? IPortWatcher.DoesRouterAnswer(string name) => name == "eth0" ? true : null;

    IReadOnlySet<Ipv4Address> IPortWatcher.Ask(string name, IReadOnlyList<Ipv4Address> addresses, CancellationToken stop) => addresses.Where(_used.Contains).ToHashSet();

    void IAuditTrail.Add(AuditEntry entry) => _entries.Add(entry);

    string? IAuditTrail.Flush() => null;

    private IReadOnlyList<string> Check(ConfigurationResult result)
    {
        _checked.Add(result);
        return _errors;
    }

    [Fact]
    public void Report_HasThePorts_WhoIsHeard_AndTheSuggestions()
    {
        _heard.Hear(Convert.FromHexString("ffffffffffff001b2100000786dd"));

        var report = _operations.Get(s_anna).Value!;

        Assert.Equal(("eth1", "eth0", 60, false, "it was not confirmed within 60 s", 2), (report.Access, report.Uplink, report.ConfirmWithin, report.Replaces, report.Outcome, report.Trials));
        Assert.Equal(new FirstRunPort("eth0", "00:1b:21:00:00:01", true, true, "192.0.2.2/24", "192.0.2.1", true, "Intel Corporate (e1000e)", 0, []), report.Ports[0] with { Stations = [] });
        Assert.Equal((1, new HeardStation("00:1b:21:00:00:07", 0, null, null)), (report.Ports[1].Heard, report.Ports[1].Stations[0]));
    }

    [Fact]
    public async Task Plan_SaysHowManyAddresses_AndWhichAreFree()
    {
        _used.Add(Ipv4Address.Parse("192.0.2.253"));

        var plan = (await _operations.PlanAsync(s_anna, new PlanRequest("eth0", 3000), CancellationToken.None)).Value!;

        Assert.Equal((3, 3, 32, 1, "192.0.2.250-192.0.2.252"), (plan.Needed, plan.Found, plan.Asked, plan.InUse, Assert.Single(plan.Ranges)));
        Assert.Equal(0, (await _operations.PlanAsync(s_anna, new PlanRequest("eth0", 300), CancellationToken.None)).Value!.Asked);
        Assert.Equal((3, 0), (await _operations.PlanAsync(s_anna, new PlanRequest("eth1", 3000), CancellationToken.None)).Value is { } none ? (none.Needed, none.Found) : default);
    }

    [Theory]
    [InlineData("eth0", null)]
    [InlineData("eth0", 0)]
    [InlineData("eth0", 16_385)]
    [InlineData("lo", 5)]
    [InlineData(null, 5)]
    public async Task Plan_ForNonsense_IsRefused(string? uplink, int? devices) =>
        Assert.IsType<Invalid>((await _operations.PlanAsync(s_anna, new PlanRequest(uplink, devices), CancellationToken.None)).Failure);

    [Fact]
    public void Preview_IsTheFile_AsTheCommandLineWritesIt() =>
        Assert.Equal(SetupFile.Text(new ChosenInterfaces("eth1", "eth0")), _operations.Preview(s_anna, s_choices).Value!.Text);

    [Fact]
    public void Preview_HasWhatWasChosen()
    {
        var file = _operations.Preview(s_anna, s_choices with
        {
            Shared = ["192.0.2.250-192.0.2.252", "192.0.2.240"],
            Admission = "approve",
            Lifetime = "8h",
            Mail = new FirstRunMail("mail.example.net", "implicit", "gw", "secret", "gw@example.net", "a@example.net, b@example.net"),
        }).Value!;

        Assert.Empty(file.Errors);
        Assert.DoesNotContain("\"secret\"", file.Text);
        var config = ConfigurationFile.Parse(file.Text, "innkeeper.toml").Config!;
        Assert.Equal(["192.0.2.250-192.0.2.252", "192.0.2.240-192.0.2.240"], config.Napt.Addresses.Select(r => $"{r.First}-{r.Last}"));
        Assert.Equal((AdmissionMode.Approve, TimeSpan.FromHours(8)), (config.Profiles["default"].Admission, config.Profiles["default"].Lifetime));
        Assert.Equal(("mail.example.net", MailTls.Implicit, "gw", Path.Combine(_directory, "mail.password"), 2), (config.Mail.Host, config.Mail.Tls, config.Mail.User, config.Mail.Password.File, config.Mail.To.Length));

        // The password's file is not there yet.
        Assert.False(_checked[^1].Config!.Mail.Password.IsGiven);
    }

    [Theory]
    [InlineData("eth9", "eth0", "auto", "", "access")]
    [InlineData("eth1", null, "auto", "", "uplink")]
    [InlineData("eth1", "eth0", "everyone", "", "admission")]
    [InlineData("eth1", "eth0", "auto", "soon", "lifetime")]
    public void Choices_ThatAreWrong_AreNamed(string? access, string? uplink, string admission, string lifetime, string field) =>
        Assert.Equal(field, Assert.IsType<Invalid>(_operations.Preview(s_anna, new FirstRunChoices(access, uplink, [], admission, lifetime)).Failure).Field);

    [Theory]
    [InlineData("192.0.2.9-192.0.2.1")]
    [InlineData("\"]\n[control]\nsocket = \"/tmp/x")]
    [InlineData(null)]
    public void SharedAddresses_ThatAreNone_AreRefused(string? range) => Assert.Equal("shared", Assert.IsType<Invalid>(_operations.Preview(s_anna, s_choices with { Shared = [range!] }).Failure).Field);

    /// <summary>Texts of the page are values of the file, whatever is in them.</summary>
    [Fact]
    public void Texts_AddNoSettings()
    {
        var file = _operations.Preview(s_anna, s_choices with { Mail = new FirstRunMail("x\"\n[control]\nsocket = \"/tmp/x", null, "a\"b\\c", null, "gw@example.net", "a@example.net") }).Value!;

        Assert.Contains(": mail.server: ", Assert.Single(file.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("\n[control]", file.Text);
    }

    [Fact]
    public void Apply_IsTakenOnce_WhereTheFileIsRight()
    {
        _errors = ["innkeeper.toml:6:13: access.interface: there is no such interface"];
        Assert.Equal(_errors, Assert.IsType<Rejected>(_operations.Apply(s_anna, s_choices).Failure).Errors);
        Assert.Empty(_orders);
        _errors = [];

        Assert.Equal(60, _operations.Apply(s_anna, s_choices).Value!.ConfirmWithin);

        var order = Assert.Single(_orders);
        Assert.Equal((s_anna, new ChosenInterfaces("eth1", "eth0"), null), (order.By, order.Interfaces, order.MailPassword));
        Assert.Equal(("configuration-apply", "anna"), (Assert.Single(_entries).What, _entries[0].Who.Name));
        Assert.IsType<Unavailable>(_operations.Apply(s_anna, s_choices).Failure);
    }

    [Fact]
    public async Task MailTest_SaysWhatIsWrong_AndLeavesNoPassword()
    {
        var wrong = await _operations.TestMailAsync(s_anna, new FirstRunMail("no server", null, null, null, "gw@example.net", "a@example.net"), CancellationToken.None);
        Assert.False(wrong.Value!.IsTaken);
        Assert.StartsWith("mail.server: ", wrong.Value!.Text);
        Assert.Equal("to", Assert.IsType<Invalid>((await _operations.TestMailAsync(s_anna, new FirstRunMail("mail.example.net", null, null, null, "gw@example.net", " "), CancellationToken.None)).Failure).Field);

        var unreachable = await _operations.TestMailAsync(s_anna, new FirstRunMail("[::1]:1", "starttls", "gw", "secret", "gw@example.net", "a@example.net"), CancellationToken.None);

        Assert.False(unreachable.Value!.IsTaken);
        Assert.DoesNotContain("secret", string.Join(' ', unreachable.Value!.Transcript));
        Assert.Empty(Directory.GetFiles(_directory));
    }
}
