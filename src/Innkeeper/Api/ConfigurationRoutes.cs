using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>The configuration.</summary>
internal static class ConfigurationRoutes
{
    /// <summary>Octets of a request with a text of the file: JSON may write two octets for one.</summary>
    private const int MostText = 2 * ConfigurationFile.MaxSize;

    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public static ApiRoute[] Of(IConfigurationOperations configuration) =>
    [
        ApiRoutes.Get("getConfiguration", Routes.Configuration, "Every active setting and its origin.", Permission.Admin, s_answers.ConfigReport, call => configuration.Get(call.Actor)),
        File(configuration),
        Schema(),
        ApiRoutes.Operation(
            "checkConfiguration", "POST", Routes.CheckConfiguration, "Every error of a text, with its line and column. Nothing is written.", Permission.Admin, s_requests.ConfigText,
            s_answers.CheckReport, (call, text) => new(configuration.Check(call.Actor, text))) with
        { MostBody = MostText },
        ApiRoutes.Get(
            "previewConfiguration", Routes.Preview, "The effects of a reload of the file as it is now. Nothing is replaced.", Permission.Admin, s_answers.ReloadReport,
            call => configuration.Preview(call.Actor)),
        ApiRoutes.Operation(
            "previewConfigurationText", "POST", Routes.Preview, "The effects of a text: the settings and devices that change, and the difference to the file. Nothing is written.", Permission.Admin,
            s_requests.ConfigText, s_answers.ReloadReport, (call, text) => new(configuration.PreviewText(call.Actor, text))) with
        { MostBody = MostText },
        ApiRoutes.Write(
            "reloadConfiguration", "POST", Routes.Reload, "Takes the settings of the file as it is now, if it has no errors.", Permission.Admin, s_answers.ReloadReport,
            (call, options) => new(options.IsDryRun ? configuration.Preview(call.Actor) : configuration.Reload(call.Actor))),
        .. Changes(configuration),
        .. History(configuration),
    ];

    private static ApiRoute File(IConfigurationOperations configuration) => new(
        "getConfigurationFile", "GET", Routes.ConfigurationFile, "The text of the configuration file, with its ETag, and whether the gateway may write it.", Permission.Admin)
    {
        Response = s_answers.ConfigFileReport,
        AnswerAsync = call =>
        {
            var file = configuration.GetFile(call.Actor);
            return new(file.IsOk ? ApiAnswer.Of(file.Value, s_answers.ConfigFileReport) with { ETag = file.Value.Etag } : ApiAnswer.Of(file.Failure));
        },
    };

    private static ApiRoute Schema() => new("getConfigurationSchema", "GET", Routes.ConfigurationSchema, "The JSON schema of the configuration file, for editors.", Permission.Admin)
    {
        ContentType = "application/schema+json",
        AnswerAsync = call => new(
            call.Actor.Lacks(Permission.Admin) is { } refusal ? ApiAnswer.Of(refusal)
            : new ApiAnswer(200, System.Text.Encoding.UTF8.GetBytes(ConfigurationSchema.Text())) { ContentType = "application/schema+json" }),
    };

    private static ApiRoute[] Changes(IConfigurationOperations configuration) =>
    [
        ApiRoutes.Write(
            "applyConfiguration", "POST", Routes.ApplyConfiguration,
            "Writes a text to the configuration file and takes its settings. With confirm_within the previous text returns unless the change is confirmed in time, whatever happens to the gateway. " +
            "If-Match takes the ETag of the file.",
            Permission.Admin, s_requests.ApplyRequest, s_answers.ReloadReport, (call, request, options) => new(configuration.Apply(call.Actor, request, options))) with
        { MostBody = MostText },
        ApiRoutes.Write(
            "confirmConfiguration", "POST", Routes.ConfirmConfiguration, "The change that waits for its confirmation stays.", Permission.Admin, s_answers.ConfigChange,
            (call, options) => new(configuration.Confirm(call.Actor, options))),
        ApiRoutes.Write(
            "rollBackConfiguration", "POST", Routes.RollbackConfiguration, "The change that waits for its confirmation is rolled back at once.", Permission.Admin, s_answers.ConfigChange,
            (call, options) => new(configuration.Rollback(call.Actor, options))),
        ApiRoutes.Get(
            "getPendingConfiguration", Routes.PendingConfiguration, "The change that waits for its confirmation, if any.", Permission.Admin, s_answers.PendingReport,
            call => configuration.GetPending(call.Actor)),
    ];

    private static ApiRoute[] History(IConfigurationOperations configuration) =>
    [
        ApiRoutes.Get(
            "listConfigurationHistory", Routes.ConfigurationHistory, "The texts of the configuration file that were in force, newest first.", Permission.Admin, s_answers.HistoryReport,
            call => configuration.ListHistory(call.Actor)),
        ApiRoutes.Get(
            "getConfigurationRevision", Routes.ConfigurationRevision, "One of them, with its text. To restore it, apply the text.", Permission.Admin, s_answers.HistoryEntry,
            call => configuration.GetHistory(call.Actor, call.Path("number"))),
    ];
}
