using System.Net.Sockets;
using System.Text.Json;

namespace Innkeeper.Control;

/// <summary>Clients that are told of events as they come, one JSON line each, until they go. They take none of the places of those who ask.</summary>
internal sealed class Followers(IControlSource source, ControlDesk desk)
{
    public const int Most = 8;

    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <param name="past">Events of the past that come first.</param>
    /// <exception cref="SocketException">The client went away.</exception>
    /// <exception cref="OperationCanceledException">The client went away, or the gateway ends.</exception>
    public async Task ServeAsync(Socket client, int past, CancellationToken stop)
    {
        if (Interlocked.Increment(ref _count) > Most)
        {
            Interlocked.Decrement(ref _count);
            await client.SendAllAsync(ControlDesk.Error($"{Most} follow the events already; end one of them").Line, stop).ConfigureAwait(false);
            return;
        }

        try
        {
            // Heard first and read then: nothing is lost between the two, and what is both is told once.
            var queue = new FollowQueue();
            using var following = source.Follow(queue.Add);
            EventReport[] earlier;
            try
            {
                earlier = past == 0 ? [] : source.Events(past);
            }
            catch (Exception e)
            {
                await client.SendAllAsync(desk.Failed("events", e).Line, stop).ConfigureAwait(false);
                return;
            }

            using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _ = WatchAsync(client, gone);
            foreach (var entry in earlier)
            {
                await TellAsync(client, new FollowQueue.Item(entry, 0), gone.Token).ConfigureAwait(false);
            }

            var told = earlier.ToHashSet();
            while (true)
            {
                var item = await queue.TakeAsync(gone.Token).ConfigureAwait(false);
                if (!item.IsEvent || !told.Remove(item.Event))
                {
                    told.Clear();
                    await TellAsync(client, item, gone.Token).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static ValueTask TellAsync(Socket client, FollowQueue.Item item, CancellationToken gone)
    {
        byte[] line = item.IsEvent
            ? [.. JsonSerializer.SerializeToUtf8Bytes(item.Event, ReportContext.Default.EventReport), (byte)'\n']
            : [.. JsonSerializer.SerializeToUtf8Bytes(new MissedReport(item.Missed), ReportContext.Default.MissedReport), (byte)'\n'];
        return client.SendAllAsync(line, gone);
    }

    /// <summary>A follower has nothing more to say: what is heard of it is its end.</summary>
    private static async Task WatchAsync(Socket client, CancellationTokenSource gone)
    {
        try
        {
            var ignored = new byte[256];
            while (await client.ReceiveAsync(ignored, gone.Token).ConfigureAwait(false) > 0)
            {
            }

            await gone.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It ended in another way, or this did.
            if (e is SocketException)
            {
                gone.Cancel();
            }
        }
    }
}
