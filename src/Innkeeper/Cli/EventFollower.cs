using System.Diagnostics;
using System.Text.Json;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <summary>
/// Events as they come, over restarts and reloads of the gateway: when the stream ends, it is asked for again from the last event on. That
/// event comes once more and so proves that nothing is missing between.
/// </summary>
/// <param name="patience">How long to wait for a gateway that is away.</param>
/// <param name="see">Takes an event and its line, or a number of missed ones; says whether to go on.</param>
internal sealed class EventFollower(GatewayClient client, TimeSpan patience, Func<EventLine, string, bool> see)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly long _began = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
    private long _last;
    private bool _isExpectingLast;

    /// <summary>An unknown number of events, as a line of the stream.</summary>
    private static EventLine Gap { get; } = new();

    /// <param name="last">Events of the past that come first.</param>
    /// <returns>The reason for its end: no gateway in time, a refusal, or a reader that had enough.</returns>
    public Reply<EventLine> Run(int last)
    {
        var reply = client.Watch($"last={last}", See);
        while (IsOver(reply))
        {
            reply = Again();
        }

        return reply;
    }

    /// <summary>The gateway ended the stream; an event is what <see cref="See"/> had enough at.</summary>
    private static bool IsOver(Reply<EventLine> reply) => reply is { Trouble: NoReply.None, Line: "", Result.Failure: null };

    private Reply<EventLine> Again()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            _isExpectingLast = _last != 0;
            var reply = client.Watch($"since={(_last != 0 ? _last : _began) - 1}", See);
            if (reply.Trouble is not (NoReply.Unreachable or NoReply.Broken) || watch.Elapsed >= patience)
            {
                return reply;
            }

            // Nothing tells of a socket that appears and answers but asking it.
            Thread.Sleep(s_pause);
        }
    }

    private bool See(EventLine entry, string line)
    {
        if (_isExpectingLast)
        {
            _isExpectingLast = false;
            if (entry.Sequence == _last)
            {
                return true;
            }

            if (!see(Gap, JsonSerializer.Serialize(new MissedReport(0), ContractsContext.Default.MissedReport)))
            {
                return false;
            }
        }

        _last = entry.Sequence != 0 ? entry.Sequence : _last;
        return see(entry, line);
    }
}
