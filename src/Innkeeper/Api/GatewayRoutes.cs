using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>The gateway as a whole.</summary>
internal static class GatewayRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;

    public static ApiRoute[] Of(GatewayOperations gateway) =>
    [
        ApiRoutes.Get("getStatus", Routes.Status, "The gateway's status, with the present problems.", Permission.Viewer, s_answers.StatusReport, call => gateway.Status.Get(call.Actor)),
        ApiRoutes.Get(
            "listProfiles", Routes.Profiles, "The limits of each profile, and the gateways that devices use.", Permission.Viewer, s_answers.ProfilesReport, call => gateway.Profiles.List(call.Actor)),
        ApiRoutes.Get(
            "getNetwork", Routes.Network, "The interfaces, gateways, addresses and DNS servers, and a packet's path with counters and drops.", Permission.Viewer, s_answers.NetworkReport,
            call => gateway.Network.Get(call.Actor)),
        ApiRoutes.Get(
            "listLeases", Routes.Leases, "The DHCP leases, the offers, and the previous leases.", Permission.Viewer, s_answers.LeasesReport,
            call => gateway.Leases.List(call.Actor, call.Query("device"))) with
        { Parameters = [new("device", "Only those of this device, by its MAC.")] },
        new("createBackup", "POST", Routes.Backup, "A backup of the state and of the configuration in force, as a file.", Permission.Admin)
        {
            ContentType = "application/gzip",
            AnswerAsync = call => BackUpAsync(gateway.Backups, call),
        },
    ];

    private static async ValueTask<ApiAnswer> BackUpAsync(IBackupOperations backups, ApiCall call)
    {
        var made = await backups.CreateAsync(call.Actor).ConfigureAwait(false);
        return made.IsOk ? ApiAnswer.Of(made.Value) : ApiAnswer.Of(made.Failure);
    }
}
