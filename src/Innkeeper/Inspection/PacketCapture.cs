using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Threading.Channels;
using Innkeeper.DataPlane;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>
/// One device's packets on both sides as a capture file that grows: a thread of its own listens, and a reader takes the file's parts. If the reader is too slow,
/// packets are lost and counted; the gateway's own work never waits.
/// </summary>
internal sealed unsafe class PacketCapture : IDisposable
{
    /// <summary>Octets that may wait for the reader.</summary>
    private const int MostUnread = 8 << 20;

    /// <summary>Octets of frames that may wait for their drop copies.</summary>
    private const int MostWaiting = 8 << 20;

    /// <summary>Frames that are taken from one interface before the others have their turn.</summary>
    private const int Batch = 256;

    /// <summary>Headers are kept to find the device by, even if fewer octets are written.</summary>
    private const int LeastKept = 192;

    private const int TurnMs = 10;
    private const int IdleTurnMs = 100;

    private readonly CaptureSource _source;
    private readonly CaptureLimits _limits;
    private readonly DeviceTraffic _traffic;
    private readonly CaptureQueue _queue = new(MostWaiting);
    private readonly List<(int Number, CaptureLink Link, LinkTap Tap)> _taps = [];
    private readonly ulong[] _received;
    private readonly ulong[] _lostByKernel;
    private readonly ulong[] _lostByReader;
    private readonly IDropFeed _drops;
    private readonly Channel<byte[]> _parts = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly ArrayBufferWriter<byte> _part = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Action _ended;
    private long _start;
    private long _unread;
    private long _written;
    private long _packets;
    private long _reported;

    /// <param name="application">The program and its version, for the file.</param>
    /// <param name="ended">Called once, when it is disposed of.</param>
    /// <exception cref="NetlinkException">An interface is gone.</exception>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    public PacketCapture(CaptureSource source, CaptureLimits limits, string application, Action ended)
    {
        (_source, _limits, _ended) = (source, limits, ended);
        _traffic = new DeviceTraffic(source.Mac, source.MappingOwner);
        _traffic.Follow(source.Bindings());
        (_received, _lostByKernel, _lostByReader) = (new ulong[SlowPath + 1], new ulong[SlowPath + 1], new ulong[SlowPath + 1]);
        _drops = source.Drops.Open(source.Mac);
        try
        {
            foreach (var (number, link) in source.Links.Index())
            {
                _taps.Add((number, link, LinkTap.Open(link.Index, FilterOf(link), queue: 4 << 20)));
            }
        }
        catch
        {
            Release();
            throw;
        }

        WriteDescriptions(application);
        _thread = new Thread(Run) { IsBackground = true, Name = "capture" };
        _thread.Start();
    }

    /// <summary>The file's parts, each of whole blocks; they end when the capture does.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var part in _parts.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            Interlocked.Add(ref _unread, -part.Length);
            yield return part;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    /// <summary>The number of the interface in the file for packets that were dropped between the two sides.</summary>
    private int SlowPath => _source.Links.Length;

    private bool IsComplete => _limits.Packets > 0 && _packets >= _limits.Packets;

    private static long Now => (DateTimeOffset.UtcNow.Ticks - DateTimeOffset.UnixEpoch.Ticks) * 100;

    private void Run()
    {
        var reason = "the capture was ended";
        try
        {
            reason = Listen();
        }
        catch (Exception e) when (e is NetlinkException or DataPlaneException)
        {
            reason = $"the capture broke off: {SafeText.OneLine(e.Message)}";
        }
        finally
        {
            while (_queue.TryTake(long.MaxValue, out var frame))
            {
                Write(frame);
            }

            Send();
            WriteStatistics(reason);
            Flush();
            Release();
            _parts.Writer.Complete();

            // Not when its reader has read all: who suspends a capture must not keep the next one away.
            _ended();
        }
    }

    /// <returns>Why it is over.</returns>
    private string Listen()
    {
        var watch = Stopwatch.StartNew();
        while (!_stop.IsCancellationRequested)
        {
            Await(_queue.IsEmpty ? IdleTurnMs : TurnMs);
            if (_traffic.Follow(_source.Bindings()))
            {
                foreach (var (_, link, tap) in _taps)
                {
                    tap.SetFilter(FilterOf(link));
                }
            }

            TakeFrames();
            _drops.Take(TakeDropped);
            while (_queue.TryTake(Now, out var frame))
            {
                Write(frame);
                if (IsComplete)
                {
                    return $"{_packets} packets are captured, as many as were wanted";
                }
            }

            Send();
            if (_written >= CaptureLimits.MostOctets)
            {
                return $"the file has reached its limit of {CaptureLimits.MostOctets >> 20} MiB";
            }

            if (watch.Elapsed >= _limits.Time)
            {
                return $"the time is over ({_limits.Time.TotalSeconds:0.#} s)";
            }
        }

        return "the capture was ended";
    }

    /// <summary>While the device has no outside address, packets that leave are looked at until it has one: its first must not be missed.</summary>
    private TapFilter FilterOf(CaptureLink link)
    {
        var filter = TapFilter.Any();
        filter = link.IsAccess ? filter.Station(_source.Mac) : filter;
        filter = !link.IsUplink ? filter : _traffic.Outside.IsEmpty ? filter.Leaving() : filter.Addresses(_traffic.Outside);
        return link.IsAccess ? filter.Dhcp(_source.Mac) : filter;
    }

    private void Await(int milliseconds)
    {
        var awaited = stackalloc Libc.PollFd[_taps.Count + 1];
        for (var i = 0; i < _taps.Count; i++)
        {
            awaited[i] = new Libc.PollFd { fd = _taps[i].Tap.Descriptor, events = Libc.POLLIN };
        }

        awaited[_taps.Count] = new Libc.PollFd { fd = _drops.Descriptor, events = Libc.POLLIN };
        _ = Libc.poll(awaited, (ulong)_taps.Count + 1, milliseconds);
    }

    private void TakeFrames()
    {
        foreach (var (number, _, tap) in _taps)
        {
            for (var i = 0; i < Batch && tap.TryReceive(out var frame); i++)
            {
                var kept = frame.Octets[..Math.Min(frame.Octets.Length, Math.Max(_limits.Snap, LeastKept))].ToArray();
                _queue.Add(new CapturedFrame(number, frame.Time == 0 ? Now : frame.Time, frame.Length, frame.IsOutgoing, kept));
            }
        }
    }

    private void TakeDropped(in DropCopy drop, ReadOnlySpan<byte> frame)
    {
        var (at, vlan, reason) = ((int)drop.Ifindex, drop.Vlan, drop.Reason);
        var number = _taps.FirstOrDefault(t => t.Link.Index == at, (SlowPath, null!, null!)).Number;
        var time = Now - ((Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency)) - (long)drop.Time);
        var (data, length) = vlan == 0 || frame.Length < EthernetHeader.Size ? (frame.ToArray(), (int)drop.Length) : (Tagged(frame, vlan), (int)drop.Length + 4);
        _queue.AddDropped(new CapturedFrame(number, time, length, false, data) { Comment = $"dropped by the gateway: {_source.Reason(reason)}" });
    }

    private static byte[] Tagged(ReadOnlySpan<byte> frame, ushort tci)
    {
        var tagged = new byte[frame.Length + 4];
        frame[..12].CopyTo(tagged);
        BinaryPrimitives.WriteUInt16BigEndian(tagged.AsSpan(12), EtherTypes.Vlan);
        BinaryPrimitives.WriteUInt16BigEndian(tagged.AsSpan(14), tci);
        frame[12..].CopyTo(tagged.AsSpan(16));
        return tagged;
    }

    private bool IsWanted(CapturedFrame frame)
    {
        if (frame.Comment is not null || frame.Interface == SlowPath)
        {
            return true;
        }

        var link = _source.Links[frame.Interface];
        return (link.IsAccess && _traffic.IsStations(frame.Data)) || (link.IsUplink && _traffic.IsOutside(frame.Data));
    }

    private void Write(CapturedFrame frame)
    {
        if (IsComplete || !IsWanted(frame))
        {
            return;
        }

        _received[frame.Interface]++;
        if (Interlocked.Read(ref _unread) + _part.WrittenCount > MostUnread)
        {
            _lostByReader[frame.Interface]++;
            return;
        }

        var direction = frame.Interface == SlowPath ? PcapngDirection.Unknown : frame.IsOutgoing ? PcapngDirection.Outbound : PcapngDirection.Inbound;
        PcapngWriter.WritePacket(_part, new PcapngPacket(frame.Interface, frame.Time, frame.Length, direction, frame.Comment), frame.Data.AsSpan(0, Math.Min(frame.Data.Length, _limits.Snap)));
        _packets++;
    }

    private void WriteDescriptions(string application)
    {
        _start = Now;
        PcapngWriter.WriteSection(_part, application, $"Linux {Environment.OSVersion.Version}", $"packets of {_source.Mac} on both sides of the gateway");
        foreach (var link in _source.Links)
        {
            PcapngWriter.WriteInterface(_part, link.Name, link.Description, _limits.Snap);
        }

        PcapngWriter.WriteInterface(_part, InsideNetwork.EdgeEnd, "between the two sides: packets that were dropped on the slow path", _limits.Snap);
        Flush();
    }

    /// <summary>Hands the reader what is written, with the figures when packets were lost: the reader may go at any time.</summary>
    private void Send()
    {
        foreach (var (number, _, tap) in _taps)
        {
            _lostByKernel[number] += tap.TakeStatistics().Lost;
        }

        var lost = (long)(_lostByKernel.Aggregate(0UL, (sum, n) => sum + n) + _lostByReader.Aggregate(0UL, (sum, n) => sum + n));
        if (lost != _reported)
        {
            _reported = lost;
            WriteStatistics(null);
        }

        Flush();
    }

    private void Flush()
    {
        if (_part.WrittenCount > 0)
        {
            _written += _part.WrittenCount;
            Interlocked.Add(ref _unread, _part.WrittenCount);
            _parts.Writer.TryWrite(_part.WrittenSpan.ToArray());
            _part.ResetWrittenCount();
        }
    }

    private void WriteStatistics(string? comment)
    {
        for (var i = 0; i <= SlowPath; i++)
        {
            PcapngWriter.WriteStatistics(_part, new PcapngStatistics(i, _start, Now, _received[i] + _lostByKernel[i], _lostByKernel[i], _lostByReader[i], comment));
        }
    }

    private void Release()
    {
        _drops.Dispose();
        foreach (var (_, _, tap) in _taps)
        {
            tap.Dispose();
        }
    }
}
