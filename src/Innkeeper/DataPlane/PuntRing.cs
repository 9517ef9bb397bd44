using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>The ring buffer of punts. One thread polls it; the frames are valid during the call only.</summary>
internal sealed unsafe class PuntRing : IDisposable
{
    public delegate void Handler(in Punt punt, ReadOnlySpan<byte> frame);

    private readonly Handler _handler;
    private GCHandle _self;
    private nint _ring;

    public PuntRing(int mapFd, Handler handler)
    {
        _handler = handler;
        _self = GCHandle.Alloc(this);
        _ring = Libbpf.ring_buffer__new(mapFd, &OnSample, (void*)GCHandle.ToIntPtr(_self), null);
        if (_ring == 0)
        {
            var errno = Marshal.GetLastSystemError();
            _self.Free();
            throw DataPlaneException.FromErrno("cannot read the ring buffer of punts", errno);
        }
    }

    /// <summary>Waits for punts and hands over all there are.</summary>
    public void Poll(TimeSpan timeout) => _ = Libbpf.ring_buffer__poll(_ring, (int)Math.Clamp(timeout.TotalMilliseconds, 0, 60_000));

    public void Dispose()
    {
        if (_ring != 0)
        {
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
        ring._handler(punt, new ReadOnlySpan<byte>((byte*)data + sizeof(Punt), captured));
        return 0;
    }
}
