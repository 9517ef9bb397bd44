using System.Text.Json;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Portal;

/// <content>Guests who have the rates of their voucher together.</content>
public sealed partial class PortalTests
{
    [Fact]
    public void Devices_OfOneVoucher_HaveItsRateTogether_AndThatOfAnotherHasItsOwn()
    {
        var (voucher, code) = MakeVoucher("metered", "--devices", "2");
        var codes = (string[])[code, code, MakeVoucher("metered").Code];
        var devices = (Device[])[AddGuest("laptop", 46), AddGuest("phone", 47), AddGuest("stranger", 48)];
        for (var i = 0; i < devices.Length; i++)
        {
            Assert.Contains("You are being connected", Enter(devices[i], codes[i]), StringComparison.Ordinal);
            AwaitOnline(devices[i]);
        }

        Assert.Contains($"together with the other devices of voucher {voucher}", Testbed.Cli("devices", "show", devices[1].Mac).AssertOk().Stdout, StringComparison.Ordinal);

        // Each of the three offers twice the rate, all at once.
        var servers = devices.Select((_, i) => Testbed.StartListener(Testbed.Server, 5211 + i, "iperf3", "-s", "-1", "-p", $"{5211 + i}")).ToList();
        var clients = devices.Select((d, i) => Testbed.Start(
            d.Namespace, "iperf3", "-c", Testbed.ServerAddress, "-p", $"{5211 + i}", "-u", "-l", "1200", "-b", $"{2 * PortalFixture.MeteredRate}", "-t", "4", "-J")).ToList();
        var received = clients.ConvertAll(c => JsonDocument.Parse(c.Finish(TimeSpan.FromSeconds(30)).AssertOk().Stdout).RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble());
        servers.ForEach(s => s.Finish(TimeSpan.FromSeconds(10)).AssertOk());

        Assert.InRange((received[0] + received[1]) / PortalFixture.MeteredRate, 0.75, 1.25);
        Assert.InRange(received[2] / PortalFixture.MeteredRate, 0.75, 1.25);
    }
}
