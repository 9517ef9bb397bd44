using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>The first run: only `innkeeper setup --web` has these routes.</summary>
internal static class FirstRunRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public static ApiRoute[] Of(IFirstRunOperations firstRun) =>
    [
        ApiRoutes.Get(
            "getFirstRun", Routes.FirstRun, "Only in the first run (`innkeeper setup --web`): the interfaces, who is heard on them, and how the last trial ended.", Permission.Admin,
            s_answers.FirstRunReport, call => firstRun.Get(call.Actor)),
        ApiRoutes.Operation(
            "planFirstRun", "POST", Routes.FirstRunPlan, "Only in the first run: how many shared addresses a number of devices takes, and which are free. It asks by ARP.", Permission.Admin,
            s_requests.PlanRequest, s_answers.PlanReport, (call, request) => firstRun.PlanAsync(call.Actor, request, call.Context.RequestAborted)),
        ApiRoutes.Operation(
            "previewFirstRun", "POST", Routes.FirstRunFile, "Only in the first run: the configuration file for some choices, and its errors. Nothing is written.", Permission.Admin,
            s_requests.FirstRunChoices, s_answers.FirstRunFile, (call, choices) => new(firstRun.Preview(call.Actor, choices))),
        ApiRoutes.Operation(
            "testFirstRunMail", "POST", Routes.FirstRunMail, "Only in the first run: sends one message with the given mail settings.", Permission.Admin,
            s_requests.FirstRunMail, s_answers.MailTestReport, (call, mail) => firstRun.TestMailAsync(call.Actor, mail, call.Context.RequestAborted)),
        ApiRoutes.Operation(
            "applyFirstRun", "POST", Routes.FirstRunApply,
            "Only in the first run: writes the file and starts the gateway on trial. It answers at the same address; without a confirmation (`confirmConfiguration`) in time, it is stopped and the file removed.",
            Permission.Admin, s_requests.FirstRunChoices, s_answers.FirstRunTrial, (call, choices) => new(firstRun.Apply(call.Actor, choices))),
    ];
}
