using System.Buffers.Binary;
using Innkeeper.Interop;

namespace Innkeeper.Dns.Sockets;

/// <summary>
/// Unpredictable numbers from the kernel, drawn many at once. Not .NET's generator: it needs OpenSSL on the machine, which
/// nothing else here does unless a server is asked by TLS.
/// </summary>
internal sealed unsafe class RandomNumbers
{
    private readonly byte[] _drawn = new byte[512];
    private int _left;

    public ushort Next()
    {
        if (_left == 0)
        {
            fixed (byte* p = _drawn)
            {
                // Up to 256 octets come whole (getrandom(2)).
                for (var done = 0; done < _drawn.Length; done += 256)
                {
                    while (Libc.getrandom(p + done, 256, 0) != 256)
                    {
                    }
                }
            }

            _left = _drawn.Length;
        }

        _left -= sizeof(ushort);
        return BinaryPrimitives.ReadUInt16LittleEndian(_drawn.AsSpan(_left));
    }
}
