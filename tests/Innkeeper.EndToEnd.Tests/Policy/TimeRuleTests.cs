using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Policy;

/// <summary>By night whoever comes is held; the gateway's clock says 21:00 when it starts, and goes on from there.</summary>
public sealed class TimeRuleFixture() : GatewayFixture(Settings)
{
    /// <summary>How far a clock is ahead that says tomorrow's hour, whatever hour, time zone and change of hours there is here.</summary>
    internal static TimeSpan Ahead(TimeSpan hour) => TimeZoneInfo.ConvertTimeToUtc(DateTime.Today.AddDays(1) + hour, TimeZoneInfo.Local) - DateTime.UtcNow;

    private static GatewaySettings Settings => GatewaySettings.Default with
    {
        Clock = Ahead(new TimeSpan(21, 0, 0)),
        Extra = """
            [profiles.night]
            admission = "approve"

            [profiles.day]

            [[rules]]
            profile = "night"
            hours = "22:00-06:00"

            [[rules]]
            profile = "day"
            hours = "06:00-22:00"

            """,
    };
}

/// <summary>Rules that speak of hours, as the time comes.</summary>
public sealed class TimeRuleTests(TimeRuleFixture fixture) : GatewayTests(fixture), IClassFixture<TimeRuleFixture>
{
    [Fact]
    public void Night_ThatFalls_HoldsWhoCame_WhilePinging_AndWhoComesThen_ButNotWhomTheAdministratorLetIn()
    {
        var (early, guest) = (Add("early"), Add("guest"));
        Ping(early.Namespace, Testbed.ServerAddress).AssertOk();
        Ping(guest.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Equal(("day", "admitted"), (Testbed.Find(early)!.Profile, Testbed.Find(early)!.State));
        Testbed.Cli("devices", "approve", guest.Mac).AssertOk();
        var ping = Testbed.Start(early.Namespace, "ping", "-n", "-i", "0.1", Testbed.ServerAddress);
        Wait.For("it gets through", () => ping.Stdout.Contains("bytes from", StringComparison.Ordinal), TimeSpan.FromSeconds(5), ping.ToString);

        Testbed.SetClock(TimeRuleFixture.Ahead(new TimeSpan(21, 59, 57)));
        Wait.For("night falls", () => ping.Stdout.Contains("Packet filtered", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => $"{ping}\n{Testbed.Cli("devices", "--json")}");
        ping.Stop();

        var late = Add("late");
        Assert.Contains("Packet filtered", Testbed.Run(late.Namespace, "ping", "-n", "-c", "2", "-W", "2", Testbed.ServerAddress).Stdout);
        foreach (var device in (Device[])[early, late])
        {
            Assert.Equal(("night", "held"), (Testbed.Find(device)!.Profile, Testbed.Find(device)!.State));
        }

        Ping(guest.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Equal(("night", "admitted"), (Testbed.Find(guest)!.Profile, Testbed.Find(guest)!.State));
    }

    private Device Add(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
