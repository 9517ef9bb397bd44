namespace Innkeeper.Configuration;

/// <summary>Whether the web console's settings fit each other. No I/O.</summary>
internal static class WebCheck
{
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var web = result.Config!.Web;
        if (!result.IsValid("web.certificate", "web.key") || web.Certificate == "" == (web.Key == ""))
        {
            yield break;
        }

        var (missing, set) = web.Key == "" ? ("web.key", "web.certificate") : ("web.certificate", "web.key");
        yield return result.ErrorAt(missing, $"is missing, and {set} is set; give both files, or neither: then the gateway makes a certificate of its own");
    }
}
