using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>The ring buffer of punts. One thread polls it.</summary>
internal sealed unsafe class PuntRing : IPuntSource, IDisposable
{
    private readonly int _epoll;
    private readonly int _wake;
    private GCHandle _self;
    private nint _ring;

    /// <summary>Set while <see cref="Poll"/> is under way.</summary>
    private IPuntReceiver? _receiver;

    public PuntRing(int mapFd)
    {
        _self = GCHandle.Alloc(this);
        _ring = Libbpf.ring_buffer__new(mapFd, &OnSample, (void*)GCHandle.ToIntPtr(_self), null);
        if (_ring == 0)
        {
            var errno = Marshal.GetLastSystemError();
            _self.Free();
            throw DataPlaneException.FromErrno("cannot read the ring buffer of punts", errno);
        }

        _epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        _wake = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        foreach (var fd in (ReadOnlySpan<int>)[Libbpf.ring_buffer__epoll_fd(_ring), _wake])
        {
            var wish = new Libc.epoll_event { events = Libc.EPOLLIN, data = fd };
            if (Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_ADD, fd, &wish) < 0)
            {
                throw DataPlaneException.FromErrno("cannot wait for punts", Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <inheritdoc/>
    public void Poll(TimeSpan timeout, IPuntReceiver receiver)
    {
        _receiver = receiver;
        Libc.epoll_event happened;
        if (Libc.epoll_wait(_epoll, &happened, 1, (int)Math.Clamp(timeout.TotalMilliseconds, 0, 60_000)) > 0)
        {
            ulong count;
            _ = Libc.read(_wake, &count, sizeof(ulong));
        }

        _ = Libbpf.ring_buffer__consume(_ring);
    }

    /// <inheritdoc/>
    public void Wake()
    {
        var one = 1UL;
        _ = Libc.write(_wake, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        if (_ring != 0)
        {
            _ = Libc.close(_epoll);
            _ = Libc.close(_wake);
            Libbpf.ring_buffer__free(_ring);
            _ring = 0;
            _self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSample(void* context, void* data, nuint size)
    {
        if (size < (nuint)sizeof(Punt))
        {
            return 0;
        }

        ref readonly var punt = ref *(Punt*)data;
        var captured = (int)Math.Min(punt.Captured, (uint)((int)size - sizeof(Punt)));
        var ring = (PuntRing)GCHandle.FromIntPtr((nint)context).Target!;
        ring._receiver?.OnPunt(punt, new ReadOnlySpan<byte>((byte*)data + sizeof(Punt), captured));
        return 0;
    }
}
