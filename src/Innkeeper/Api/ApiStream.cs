using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>An answer without an end of its own. Its parts are sent one by one, as they come.</summary>
/// <param name="ContentType">Of the parts together.</param>
/// <param name="Source">Disposed of when the client has gone or the parts have ended.</param>
/// <param name="ReadAsync">The parts.</param>
internal sealed record ApiStream(string ContentType, IDisposable Source, Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> ReadAsync)
{
    public const string Lines = "application/x-ndjson";
    public const string EventStream = "text/event-stream";
    public const string PacketCapture = "application/x-pcapng";

    /// <summary>A browser, and what is between it and the gateway, learns in this time that the stream is still there.</summary>
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Events as they happen. A client that reads slowly gets the number of events that it missed.</summary>
    /// <param name="asEventStream">As server-sent events (WHATWG HTML, section 9.2); otherwise one JSON object on each line.</param>
    /// <param name="heartbeat">Of an event stream without events; null: the usual time.</param>
    public static ApiStream Of(EventSubscription events, bool asEventStream, TimeSpan? heartbeat = null) => asEventStream
        ? new(EventStream, events, stop => MessagesOf(events, heartbeat ?? s_heartbeat, stop))
        : new(Lines, events, stop => LinesOf(events, stop));

    /// <summary>A capture file.</summary>
    public static ApiStream Of(PacketCapture capture) => new(PacketCapture, capture, capture.ReadAsync);

    /// <summary>News of a search, one JSON object on each line, until it is over.</summary>
    public static ApiStream Of(FindRun run) => new(Lines, run, stop => LinesOf(run, stop));

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesOf(FindRun run, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var news in run.ReadAsync(stop).ConfigureAwait(false))
        {
            yield return ApiAnswer.LineOf(news, ContractsContext.Default.FindReport);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesOf(EventSubscription events, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            yield return ApiAnswer.LineOf(await events.NextAsync(stop).ConfigureAwait(false));
        }
    }

    /// <summary>The id of an event is its sequence number: a browser that comes again asks for the events after it.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> MessagesOf(EventSubscription events, TimeSpan heartbeat, [EnumeratorCancellation] CancellationToken stop)
    {
        // A browser waits this long, in milliseconds, before it connects again.
        yield return "retry: 1000\n\n"u8.ToArray();
        while (true)
        {
            var next = events.NextAsync(stop).AsTask();
            while (!await IsThereAsync(next, heartbeat, stop).ConfigureAwait(false))
            {
                yield return ":\n\n"u8.ToArray();
            }

            yield return MessageOf(await next.ConfigureAwait(false));
        }
    }

    /// <returns>False: it is time for a sign of life.</returns>
    private static async Task<bool> IsThereAsync(Task next, TimeSpan heartbeat, CancellationToken stop)
    {
        try
        {
            await next.WaitAsync(heartbeat, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>JSON has no line break in it, so one data field holds it.</summary>
    private static byte[] MessageOf(EventItem item)
    {
        var head = item.IsEvent ? string.Create(CultureInfo.InvariantCulture, $"id: {item.Event.Sequence}\nevent: event\ndata: ") : "event: missed\ndata: ";
        return [.. Encoding.ASCII.GetBytes(head), .. ApiAnswer.LineOf(item), (byte)'\n'];
    }
}
