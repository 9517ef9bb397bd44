using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>The configuration.</summary>
internal static class ConfigurationRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;

    public static ApiRoute[] Of(IConfigurationOperations configuration) =>
    [
        ApiRoutes.Get("getConfiguration", Routes.Configuration, "Every active setting and its origin.", Permission.Admin, s_answers.ConfigReport, call => configuration.Get(call.Actor)),
        ApiRoutes.Get(
            "previewConfiguration", Routes.Preview, "The effects of a reload of the file as it is now. Nothing is replaced.", Permission.Admin, s_answers.ReloadReport,
            call => configuration.Preview(call.Actor)),
        ApiRoutes.Operation(
            "reloadConfiguration", "POST", Routes.Reload, "Takes the settings of the file as it is now, if it has no errors.", Permission.Admin, s_answers.ReloadReport,
            call => new(configuration.Reload(call.Actor))),
    ];
}
