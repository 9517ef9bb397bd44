using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

public sealed class WhyCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public WhyCommandTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Why(params string[] arguments) => CommandLine.Run(["why", .. arguments, "--socket", SocketPath]);

    [Theory]
    [InlineData("ok", 0)]
    [InlineData("warning", 0)]
    [InlineData("fault", 1)]
    [InlineData("unheard", 5)]
    public void ExitCode_IsOfTheVerdict(string verdict, int code)
    {
        _gateway.Diagnosis = SampleReports.Diagnosis(verdict);
        Assert.Equal((code, ""), (Why("x").Code, Why("x").Errors));
        Assert.Equal(code, Why("x", "--json").Code);
    }

    [Fact]
    public void Text_IsStepsInWords_ThenCauseThenRemedy()
    {
        _gateway.Diagnosis = SampleReports.Diagnosis(DiagnosisReport.Fault, "held");
        var lines = Why("room 12", "--to", "a host/é").Output.Split('\n').Select(l => l.TrimEnd()).ToArray();

        Assert.Equal(("room 12", "a host/é"), Assert.Single(_gateway.Diagnosed));
        Assert.Equal("02:00:00:00:00:01 (VLAN 10) room 12 to the Internet", lines[0]);
        Assert.Matches("^✓ +ok +access +eth1 is up$", lines[1]);
        Assert.Matches($@"^! +warning +frames +it is quiet \[red\] \(12 s ago, {SampleReports.FirstSeen.AddSeconds(-12).ToLocalTime():HH:mm:ss}\)$", lines[2]);
        Assert.Matches(@"^✗ +STOPS +admission +It waits\.$", lines[3]);
        Assert.Matches("^- +ports +none yet$", lines[4]);
        Assert.Equal(["Cause: It waits for approval.", "Do: Run `innkeeper devices approve 02:00:00:00:00:01`.", ""], lines[5..]);
    }

    [Fact]
    public void Text_WithoutAFault_SaysThatNoneWasFound() =>
        Assert.Contains("Cause: none found. ", Why("x").Output, StringComparison.Ordinal);

    [Fact]
    public void Text_OfManyDevices_IsALineEach()
    {
        var one = _gateway.Diagnosis.Devices[0] with { Steps = [] };
        _gateway.Diagnosis = _gateway.Diagnosis with { Devices = [one, one with { Verdict = DiagnosisReport.Fault }], More = 7 };
        Assert.Equal(
            "✓ 02:00:00:00:00:01 (VLAN 10) room 12: It waits for approval.\n✗ 02:00:00:00:00:01 (VLAN 10) room 12: It waits for approval.\nand 7 more devices\n", Why("vlan:10").Output);
    }

    [Fact]
    public void Json_IsTheReport()
    {
        var line = Why("x", "--json").Output;
        Assert.StartsWith("{\"schema\":1,\"device\":\"x\",\"to\":\"the Internet\",", line, StringComparison.Ordinal);
        Assert.Contains("{\"id\":\"frames\",\"verdict\":\"warning\",\"text\":\"it is quiet [red]\",\"time\":\"", line, StringComparison.Ordinal);
        Assert.Contains("\"cause\":{\"id\":\"none\",\"text\":\"It waits for approval.\",\"remedy\":\"Run ", line, StringComparison.Ordinal);
    }

    /// <summary>At 3 a.m. the terminal is narrow: long texts go on below in their column.</summary>
    [Fact]
    public void Text_In80Columns_KeepsItsColumns()
    {
        using var output = new StringWriter();
        var device = _gateway.Diagnosis.Devices[0];
        Tables.Write(Tables.Open(output, width: 80), _gateway.Diagnosis with { Devices = [device with { Steps = [new StepReport("outside-address", "fault", string.Join(' ', Enumerable.Repeat("words", 40)))] }] });
        var lines = output.ToString().Split('\n').Select(l => l.TrimEnd()).ToArray();
        Assert.All(lines, l => Assert.InRange(l.Length, 0, 80));
        Assert.All(lines[2..5], l => Assert.StartsWith(new string(' ', 20), l, StringComparison.Ordinal));
    }

    /// <summary>A mistake in the file takes no answer away: it is named beside it.</summary>
    [Fact]
    public void File_WithAMistake_IsNamed_AndTheGatewayAnswersAllTheSame()
    {
        var file = Path.Combine(_directory, "innkeeper.toml");
        File.WriteAllText(file, $"[access]\ninterface = \"eth1\"\nvlan = [7]\n[uplink]\ninterface = \"eth0\"\n[control]\nsocket = \"{SocketPath}\"\n");

        var line = CommandLine.Run("why", "x", "--config", file);

        Assert.Equal(0, line.Code);
        Assert.Contains("Cause:", line.Output, StringComparison.Ordinal);
        Assert.Contains($"{file}:3:1: access.vlan", line.Errors, StringComparison.Ordinal);
    }
}
