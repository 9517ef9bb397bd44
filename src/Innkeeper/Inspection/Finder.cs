using System.Diagnostics;
using System.Threading.Channels;
using Innkeeper.Links;
using Innkeeper.Wire;
using Innkeeper.Wire.Discovery;

namespace Innkeeper.Inspection;

/// <summary>
/// Looks for the stations on the access side: a thread of its own sends the questions at a gentle rate and hears what comes, before the data plane drops it. A reader
/// takes the news; if it is slow, it gets fewer and larger ones.
/// </summary>
internal sealed class Finder : IDisposable
{
    /// <summary>Frames that are taken between two looks at the clock: a flood does not hold up the questions.</summary>
    private const int Batch = 256;

    /// <summary>Between two pieces of news.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly FindLimits _limits;
    private readonly HashSet<ushort> _vlans;
    private readonly FoundStations _found;
    private readonly FindQuestions _questions;
    private readonly LinkTap _tap;
    private readonly PacketSocket _socket = PacketSocket.Open();
    private readonly byte[] _frame = new byte[DiscoveryFrame.MaxSize];
    private readonly Channel<FindNews> _news = Channel.CreateBounded<FindNews>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Action _ended;
    private long _lost;
    private long _unsent;

    /// <param name="link">The access interface.</param>
    /// <param name="sender">The address that UDP questions come from.</param>
    /// <param name="ended">Called once, when it is over.</param>
    /// <exception cref="NetlinkException">The interface is gone, or a right is missing.</exception>
    public Finder(LinkInfo link, Ipv4Address sender, FindLimits limits, Action ended)
    {
        (_limits, _vlans, _ended) = (limits, [.. limits.Vlans], ended);
        _found = new FoundStations(link.Mac);
        _questions = new FindQuestions(limits, link.Mac, sender, _found);
        try
        {
            _socket.Bind(link.Index);
            _tap = LinkTap.Open(link.Index, Filter, takesGroups: true);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "find" };
        _thread.Start();
    }

    /// <summary>Frames to all stations and groups, and those that may be answers. Traffic of devices costs no copy.</summary>
    internal static TapFilter Filter => TapFilter.Any().Groups().Type(EtherTypes.Arp).Type(EtherTypes.Profinet).UdpFrom(ListIdentityPacket.UdpPort);

    /// <summary>The news; the last one says why it is over.</summary>
    public IAsyncEnumerable<FindNews> ReadAsync(CancellationToken stop) => _news.Reader.ReadAllAsync(stop);

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        var reason = "it was ended";
        try
        {
            reason = Look();
        }
        finally
        {
            _tap.Dispose();
            _socket.Dispose();

            // Not when its reader has read all: a client that stops to read must not keep the next search away.
            _ended();
            Finish(new FindNews(_found.All, Progress, reason));
        }
    }

    private FindProgress Progress => new(_questions.Asked, _questions.ToAsk, _found.NotKept, _lost, _unsent);

    /// <returns>Why it is over.</returns>
    private string Look()
    {
        var watch = Stopwatch.StartNew();
        var (nextQuestion, nextNews) = (TimeSpan.Zero, s_pause);
        while (!_stop.IsCancellationRequested && watch.Elapsed < _limits.Time)
        {
            while (watch.Elapsed >= nextQuestion && _questions.TryNext(_frame, out var length))
            {
                _unsent += _socket.TrySend(_frame.AsSpan(0, length)) ? 0 : 1;

                // After a delay there is no burst: questions that were not sent in time are sent later.
                nextQuestion = Later(nextQuestion, watch.Elapsed - _limits.Interval) + _limits.Interval;
            }

            if (watch.Elapsed >= nextNews)
            {
                nextNews = watch.Elapsed + s_pause;
                Publish();
            }

            // An interface that is down is "readable": its error waits there.
            if (_tap.Wait(_limits.Interval) && Hear() == 0)
            {
                _stop.Token.WaitHandle.WaitOne(_limits.Interval);
            }
        }

        return _stop.IsCancellationRequested ? "it was ended" : $"the time is over ({_limits.Time.TotalSeconds:0.#} s)";
    }

    /// <returns>Frames that came.</returns>
    private int Hear()
    {
        var count = 0;
        for (; count < Batch && _tap.TryReceive(out var frame); count++)
        {
            if (!frame.IsOutgoing && IsWanted(frame.Octets) && _found.Hear(frame.Octets) is { } station)
            {
                _questions.OnFound(station);
            }
        }

        return count;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private bool IsWanted(ReadOnlySpan<byte> frame) => EthernetPacket.TryParse(frame, out var ethernet) && _vlans.Contains(ethernet.VlanId);

    /// <summary>While the reader has yet to take the last news, the changes are kept for the next.</summary>
    private void Publish()
    {
        _lost += _tap.TakeStatistics().Lost;
        if (_news.Reader.Count == 0)
        {
            _news.Writer.TryWrite(new FindNews(_found.TakeChanged(), Progress, null));
        }
    }

    /// <summary>The last news waits for its reader, unless that has gone.</summary>
    private void Finish(FindNews last)
    {
        try
        {
            _news.Writer.WriteAsync(last, _stop.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }

        _news.Writer.Complete();
    }
}
