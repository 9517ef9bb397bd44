using System.Runtime.CompilerServices;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Control;

/// <summary>An answer without an end of its own. Its parts are sent one by one, as they come.</summary>
/// <param name="ContentType">Of the parts together.</param>
/// <param name="Source">Disposed of when the client has gone or the parts have ended.</param>
/// <param name="ReadAsync">The parts.</param>
internal sealed record ControlStream(string ContentType, IDisposable Source, Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> ReadAsync)
{
    /// <summary>One JSON object on each line, as events happen. A client that reads slowly gets the number of events that it missed.</summary>
    public static ControlStream Of(EventSubscription events) => new("application/x-ndjson", events, stop => LinesOf(events, stop));

    /// <summary>A capture file.</summary>
    public static ControlStream Of(PacketCapture capture) => new("application/x-pcapng", capture, capture.ReadAsync);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesOf(EventSubscription events, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            var item = await events.NextAsync(stop).ConfigureAwait(false);
            yield return item.IsEvent
                ? ControlAnswer.LineOf(item.Event, ContractsContext.Default.EventReport)
                : ControlAnswer.LineOf(new MissedReport(item.Missed), ContractsContext.Default.MissedReport);
        }
    }
}
