using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>The machines of the configuration file.</summary>
internal static class MachineRoutes
{
    /// <summary>Octets of an entry in JSON, at most.</summary>
    private const int MostEntry = 1024;

    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public static ApiRoute[] Of(IMachineOperations machines) =>
    [
        ApiRoutes.Get("listMachines", Routes.Machines, "The machines of the configuration file, and the device that each is now.", Permission.Viewer, s_answers.MachinesReport, call => machines.List(call.Actor)),
        ApiRoutes.Write(
            "putMachines", "POST", Routes.Machines, "Writes machines into the configuration file, all of them or none, and takes them. One whose name is there is replaced.", Permission.Admin,
            s_requests.MachineEntries, s_answers.ReloadReport, (call, entries, options) => new(machines.Put(call.Actor, entries, options))) with
        { MostBody = MostEntry * MachineDefinitions.Most },
        ApiRoutes.Write(
            "removeMachine", "DELETE", Routes.Machine, "Takes a machine out of the configuration file.", Permission.Admin, s_answers.ReloadReport,
            (call, options) => new(machines.Remove(call.Actor, call.Path("machine"), options))),
    ];
}
