using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>The forwards of the configuration file.</summary>
internal static class ForwardRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public static ApiRoute[] Of(IForwardOperations forwards) =>
    [
        ApiRoutes.Get("listForwards", Routes.Forwards, "The forwards of the configuration file, and whether each is open.", Permission.Viewer, s_answers.ForwardsReport, call => forwards.List(call.Actor)),
        ApiRoutes.Write(
            "putForward", "POST", Routes.Forwards, "Writes a forward into the configuration file, and takes it. One with the same protocol, port and address is replaced.", Permission.Admin,
            s_requests.ForwardEntry, s_answers.ReloadReport, (call, entry, options) => new(forwards.Put(call.Actor, entry, options))),
        ApiRoutes.Write(
            "removeForward", "DELETE", Routes.Forward, "Takes a forward out of the configuration file.", Permission.Admin, s_answers.ReloadReport,
            (call, options) => new(forwards.Remove(call.Actor, call.Path("forward"), options))),
    ];
}
