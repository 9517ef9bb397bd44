using System.Globalization;
using Innkeeper.FirstRun;
using Innkeeper.Hosting;
using Innkeeper.Wire;

namespace Innkeeper.Cli.Setup;

/// <summary>Asks which interface has the devices, and which leads out. Suggests what the interfaces themselves show.</summary>
/// <param name="interfaces">Those to choose from; one or more.</param>
/// <param name="answers">Lines that the administrator types.</param>
internal sealed class SetupDialog(IReadOnlyList<SurveyedInterface> interfaces, TextReader answers, TextWriter output)
{
    /// <param name="access">Given on the command line: not asked for; null otherwise. So is <paramref name="uplink"/>.</param>
    /// <returns>Null: the input ended.</returns>
    public ChosenInterfaces? Run(string? access, string? uplink)
    {
        output.WriteLine("The interfaces of this host:");
        var width = interfaces.Max(i => i.Name.Length);
        for (var i = 0; i < interfaces.Count; i++)
        {
            output.WriteLine($"{i + 1,3}  {interfaces[i].Name.PadRight(width)}  {interfaces[i].Text}");
        }

        var wayOut = uplink ?? PortSuggestion.Uplink(interfaces);
        var devices = access ?? Ask("Which interface has the devices?", PortSuggestion.Access(interfaces, wayOut));
        var leadsOut = devices is null ? null : uplink ?? Ask("Which interface leads out, to the Internet? (The same one: one arm.)", wayOut);
        if (devices is null || leadsOut is null)
        {
            return null;
        }

        var chosen = new ChosenInterfaces(devices, leadsOut);
        output.WriteLine(chosen.IsOneArmed
            ? $"One arm: the gateway serves the devices on {devices} that do not belong to its LAN, and leaves all other hosts alone."
            : $"The gateway serves the devices on {devices}, and sends their packets out by {leadsOut}.");
        return chosen;
    }

    /// <returns>Whether to write; null: the input ended.</returns>
    public bool? Confirm(string file)
    {
        while (true)
        {
            output.Write($"Write {file}? [Y/n] ");
            output.Flush();
            switch (answers.ReadLine()?.Trim().ToUpperInvariant())
            {
                case null:
                    return null;
                case "" or "Y" or "YES":
                    return true;
                case "N" or "NO":
                    return false;
            }
        }
    }

    private string? Ask(string question, string? suggested)
    {
        while (true)
        {
            output.Write($"{question} Number or name{(suggested is null ? "" : $" [{suggested}]")}: ");
            output.Flush();
            if (answers.ReadLine() is not { } line)
            {
                return null;
            }

            var answer = line.Trim();
            if (answer.Length == 0 && suggested is not null)
            {
                return suggested;
            }

            if (interfaces.FirstOrDefault(i => i.Name == answer) is { } named)
            {
                return named.Name;
            }

            if (int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= interfaces.Count)
            {
                return interfaces[number - 1].Name;
            }

            output.WriteLine($"{(answer.Length == 0 ? "Nothing" : SafeText.Shorten(answer))} is not one of them; give a number from 1 to {interfaces.Count}, or a name from the list.");
        }
    }
}
