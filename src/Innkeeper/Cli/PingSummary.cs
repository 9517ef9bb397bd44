using System.Globalization;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>Shows a device's answers, one line each, and their sum at the end, as ping(8) does.</summary>
internal sealed class PingSummary(TextWriter output)
{
    private readonly List<double> _arp = [];
    private readonly List<double> _echo = [];
    private int _asked;
    private int _rounds;

    /// <summary>Whether the device has answered anything.</summary>
    public bool HasAnswer => _arp.Count + _echo.Count > 0;

    /// <summary>Shows one round.</summary>
    public void Show(PingReport report)
    {
        foreach (var answer in report.Answers)
        {
            if (_rounds == 0)
            {
                output.WriteLine($"PING {SafeText.OneLine(report.Mac)} at {SafeText.OneLine(answer.Address)}{(answer.Vlan == 0 ? "" : $" in VLAN {answer.Vlan}")}, from its gateway {SafeText.OneLine(answer.From)}");
            }

            output.WriteLine($"{SafeText.OneLine(answer.Address)}: seq {_rounds + 1}: ARP {Shown(answer.ArpMs)}, ICMP echo {Shown(answer.EchoMs)}");
        }

        output.Flush();
    }

    public void Add(PingReport report)
    {
        _rounds++;
        _asked += report.Answers.Count;
        _arp.AddRange(report.Answers.Select(a => a.ArpMs).OfType<double>());
        _echo.AddRange(report.Answers.Select(a => a.EchoMs).OfType<double>());
    }

    public void Finish()
    {
        output.WriteLine($"{_asked} asked; ARP: {Sum(_arp)}; ICMP echo: {Sum(_echo)}");
        output.WriteLine(
            (_arp.Count, _echo.Count) switch
            {
                (0, 0) => "the device does not answer: it is off, asleep, not connected, or has another address now",
                (_, 0) => "the device is there, and does not answer pings: its firewall may drop them",
                (0, _) => "the device answers pings, but no ARP request to it alone",
                _ => "the device is there",
            });
    }

    private static string Shown(double? time) => time is { } ms ? $"{ms.ToString("0.###", CultureInfo.InvariantCulture)} ms" : "no answer";

    private string Sum(List<double> times) => times.Count == 0
        ? "no answer"
        : string.Create(CultureInfo.InvariantCulture, $"{times.Count} answered ({100.0 * (_asked - times.Count) / _asked:0.#} % lost), min/avg/max {times.Min():0.###}/{times.Average():0.###}/{times.Max():0.###} ms");
}
