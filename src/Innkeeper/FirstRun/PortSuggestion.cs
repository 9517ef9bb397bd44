using Innkeeper.Hosting;

namespace Innkeeper.FirstRun;

/// <summary>Which interface probably has the devices, and which leads out.</summary>
internal static class PortSuggestion
{
    /// <summary>The interface of the default route.</summary>
    public static string? Uplink(IReadOnlyList<SurveyedInterface> interfaces) => interfaces.FirstOrDefault(i => i.Router is not null)?.Name;

    /// <summary>The only other interface; among several, the only one that is connected and has no address.</summary>
    public static string? Access(IReadOnlyList<SurveyedInterface> interfaces, string? uplink)
    {
        var others = interfaces.Where(i => i.Name != uplink).ToList();
        var likely = others.Where(i => i is { HasCarrier: true, Address: null }).ToList();
        return others.Count == 1 ? others[0].Name : likely.Count == 1 ? likely[0].Name : null;
    }

    /// <summary>As above; among several, the only one on which stations were heard.</summary>
    /// <param name="heard">How many, by the interfaces' names.</param>
    public static string? Access(IReadOnlyList<SurveyedInterface> interfaces, string? uplink, IReadOnlyDictionary<string, int> heard)
    {
        var alive = interfaces.Where(i => i.Name != uplink && heard.GetValueOrDefault(i.Name) > 0).ToList();
        return alive.Count == 1 ? alive[0].Name : Access(interfaces, uplink);
    }
}
