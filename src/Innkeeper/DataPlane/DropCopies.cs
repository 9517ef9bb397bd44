using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>Takes a copy of a dropped frame.</summary>
/// <param name="drop">About it.</param>
/// <param name="frame">As the program had it, from the Ethernet header on, without its VLAN tag; maybe cut.</param>
internal delegate void DropReader(in DropCopy drop, ReadOnlySpan<byte> frame);

/// <summary>The data plane's copies of frames that it drops of one station at a time.</summary>
internal interface IDropCopies
{
    /// <summary>From now on frames from or for this station are copied as they are dropped.</summary>
    /// <returns>Ends that when it is disposed of.</returns>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    IDropFeed Open(MacAddress mac);
}

/// <summary>The copies of one station. One thread.</summary>
internal interface IDropFeed : IDisposable
{
    /// <summary>For poll(2); negative: nothing to wait for.</summary>
    int Descriptor { get; }

    /// <summary>Takes the copies that wait. Never waits itself.</summary>
    void Take(DropReader reader);
}

/// <inheritdoc/>
internal sealed class DropCopies : IDropCopies
{
    private readonly BpfMap<uint, CaptureTarget> _target;
    private readonly int _ring;

    /// <param name="target">Which station is captured; a process that was killed may have left one there.</param>
    /// <param name="ring">The descriptor of the ring buffer of copies.</param>
    public DropCopies(BpfMap<uint, CaptureTarget> target, int ring)
    {
        (_target, _ring) = (target, ring);
        _target.Set(0, default);
    }

    /// <inheritdoc/>
    public IDropFeed Open(MacAddress mac)
    {
        var feed = new DropFeed(_ring, () => _target.TrySet(0, default));
        try
        {
            // Copies of an earlier capture.
            feed.Take((in DropCopy _, ReadOnlySpan<byte> _) => { });
            _target.Set(0, new CaptureTarget { Mac = mac, IsOn = 1 });
            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    private sealed unsafe class DropFeed : IDropFeed
    {
        private const int MostAtOnce = 256;

        private readonly Action _end;
        private GCHandle _self;
        private nint _ring;
        private DropReader? _reader;
        private int _left;

        public DropFeed(int mapFd, Action end)
        {
            _end = end;
            _self = GCHandle.Alloc(this);
            _ring = Libbpf.ring_buffer__new(mapFd, &OnSample, (void*)GCHandle.ToIntPtr(_self), null);
            if (_ring == 0)
            {
                var errno = Marshal.GetLastSystemError();
                _self.Free();
                throw DataPlaneException.FromErrno("cannot read the ring buffer of dropped frames", errno);
            }
        }

        public int Descriptor => Libbpf.ring_buffer__epoll_fd(_ring);

        /// <summary>Not more at once than a turn should take: a device that is dropped at line rate never lets the ring become empty.</summary>
        public void Take(DropReader reader)
        {
            (_reader, _left) = (reader, MostAtOnce);
            _ = Libbpf.ring_buffer__consume(_ring);
        }

        public void Dispose()
        {
            if (_ring != 0)
            {
                _end();
                Libbpf.ring_buffer__free(_ring);
                _ring = 0;
                _self.Free();
            }
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int OnSample(void* context, void* data, nuint size)
        {
            if (size >= (nuint)sizeof(DropCopy))
            {
                ref readonly var drop = ref *(DropCopy*)data;
                var captured = (int)Math.Min(drop.Captured, (uint)size - (uint)sizeof(DropCopy));
                var feed = (DropFeed)GCHandle.FromIntPtr((nint)context).Target!;
                feed._reader?.Invoke(drop, new ReadOnlySpan<byte>((byte*)data + sizeof(DropCopy), captured));

                // libbpf counts this one as consumed before it ends.
                return --feed._left > 0 ? 0 : -1;
            }

            return 0;
        }
    }
}
