using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Series;

namespace Innkeeper.Api;

/// <summary>Series for charts.</summary>
internal static class SeriesRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;

    public static ApiRoute[] Of(ISeriesQueries series) =>
    [
        ApiRoutes.Get(
            "getSeries", Routes.Series, "Series of the gateway for charts: traffic, devices, DNS, DHCP, refusals, drops, addresses, and the process.", Permission.Viewer, s_answers.SeriesReport,
            call => series.Get(call.Actor, call.Query("names"), call.Query("range"))) with
        {
            Parameters =
            [
                Names(SeriesDefinition.All.Select(s => s.Name)),
                new("range", "How far back: 1h in steps of 10 s (the default), 2d of a minute, 90d of a quarter of an hour.", Choices: [.. Resolution.All.Select(r => r.Range)]),
            ],
        },
        ApiRoutes.Get(
            "getDeviceSeries", Routes.DeviceSeries, "A device's traffic and questions to DNS in the last day, in steps of ten minutes.", Permission.Viewer, s_answers.SeriesReport,
            call => series.Of(call.Actor, call.Path("device"), call.Query("names"), call.Query("range"))) with
        {
            Parameters = [Names(SeriesQueries.NamesOfDevice), new("range", "How far back.", Choices: [Resolution.Device.Range])],
        },
    ];

    private static ApiParameter Names(IEnumerable<string> names) => new("names", $"Which series, separated by commas; all if it is left out. There are {string.Join(", ", names)}.");
}
