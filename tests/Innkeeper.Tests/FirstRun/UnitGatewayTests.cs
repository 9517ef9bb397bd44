using Innkeeper.FirstRun;

namespace Innkeeper.Tests.FirstRun;

/// <summary>systemd is told to start the gateway now, and at each boot only after the confirmation.</summary>
public sealed class UnitGatewayTests
{
    private readonly List<string> _said = [];
    private readonly Dictionary<string, ToolOutput> _answers = [];
    private readonly UnitGateway _gateway;

    public UnitGatewayTests() => _gateway = new UnitGateway(
        (command, _) =>
        {
            var line = string.Join(' ', command);
            _said.Add(line);
            return _answers.FirstOrDefault(a => line.Contains(a.Key, StringComparison.Ordinal)).Value ?? new ToolOutput(0, "");
        },
        () => _said.Add("tear down"));

    [Fact]
    public void AnEnabledService_IsDisabledOverTheTrial()
    {
        Assert.Null(_gateway.Start(TimeSpan.FromSeconds(60), CancellationToken.None));
        _gateway.Keep();

        Assert.Equal(
            [
                "systemctl is-enabled --quiet innkeeper.service", "systemctl disable --quiet innkeeper.service", "systemctl start innkeeper.service", "systemctl enable --quiet innkeeper.service",
            ], _said);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Stop_LeavesTheServiceAsItWas(int isEnabled, bool isEnabledAgain)
    {
        _answers["is-enabled"] = new ToolOutput(isEnabled, "");
        _gateway.Start(TimeSpan.FromSeconds(60), CancellationToken.None);
        _said.Clear();

        _gateway.Stop();

        Assert.Equal([.. (string[])["systemctl stop innkeeper.service", "tear down"], .. isEnabledAgain ? ["systemctl enable --quiet innkeeper.service"] : Array.Empty<string>()], _said);
    }

    [Theory]
    [InlineData("ready\ninnkeeper: the first\ninnkeeper: there is no interface eth1\nstopped\n", "there is no interface eth1")]
    [InlineData("", "Job for innkeeper.service failed.")]
    public void AServiceThatDoesNotStart_IsExplained_ByItsOwnSentence(string log, string reason)
    {
        _answers["start inn"] = new ToolOutput(1, "Job for innkeeper.service failed.\nSee systemctl status\n");
        _answers["journalctl"] = new ToolOutput(0, log);

        Assert.Equal(reason, _gateway.Start(TimeSpan.FromSeconds(60), CancellationToken.None));
    }

    [Fact]
    public void AServiceThatDoesNotStart_IsStoppedAndStarted_WithoutForgettingThatItWasEnabled()
    {
        _gateway.Start(TimeSpan.FromSeconds(60), CancellationToken.None);
        _gateway.Stop();
        _said.Clear();

        _gateway.Start(TimeSpan.FromSeconds(60), CancellationToken.None);

        Assert.Contains("systemctl disable --quiet innkeeper.service", _said);
    }

    [Fact]
    public void Tool_ThatIsNotThere_OrTakesTooLong_IsSaid()
    {
        Assert.Equal(-1, Tool.Run(["/no/such/program"], TimeSpan.FromSeconds(5)).Code);
        Assert.Equal(new ToolOutput(-1, "sleep did not end within 0 s"), Tool.Run(["sleep", "60"], TimeSpan.FromMilliseconds(50)));
        Assert.Equal(new ToolOutput(3, "wrong\nright\n"), Tool.Run(["sh", "-c", "echo right; echo wrong >&2; exit 3"], TimeSpan.FromSeconds(10)));
    }
}
