using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Stations whose address is not known.</summary>
internal static class FindRoutes
{
    public static ApiRoute[] Of(IFindOperations find) =>
    [
        new(
            "findStations", "POST", Routes.Find,
            "Listens on the access side and asks there for stations: one JSON object on each line with those that are new or changed. The last has all stations, and says why the search ended.",
            Permission.Admin)
        {
            Parameters =
            [
                new("for", "How long, such as \"30s\"; \"2m\" if it is left out."), new("vlan", "Only in this VLAN; 0: untagged.", ApiParameterType.Number),
                new("network", "The network to ask for, such as \"10.1.7.0/24\"; the usual factory networks if it is left out."), new("listen", "The gateway sends nothing.", ApiParameterType.Flag),
            ],
            Response = ContractsContext.Default.FindReport,
            ContentType = ApiStream.Lines,
            AnswerAsync = call => new(Start(find, call)),
        },
    ];

    private static ApiAnswer Start(IFindOperations find, ApiCall call)
    {
        if ((call.Number("vlan", null, out var vlan) ?? call.Flag("listen", out _)) is { } wrong)
        {
            return ApiAnswer.Of(wrong);
        }

        call.Flag("listen", out var listens);
        var started = find.Start(call.Actor, new FindRequest(call.Query("for"), vlan, call.Query("network"), listens));
        return started.IsOk ? ApiAnswer.Of(ApiStream.Of(started.Value)) : ApiAnswer.Of(started.Failure);
    }
}
