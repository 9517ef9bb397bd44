using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>
/// Keeps libbpf's output instead of printing it: it is needed only when a call fails. Bounded; the end has the reason.
/// </summary>
internal static unsafe partial class LibbpfLog
{
    private const int Limit = 64 * 1024;
    private static readonly StringBuilder s_text = new();

    [LibraryImport("libc")]
    private static partial int vsnprintf(byte* buffer, nuint size, byte* format, void* arguments);

    public static void Start()
    {
        lock (s_text)
        {
            s_text.Clear();
        }

        Libbpf.libbpf_set_print(&Print);
    }

    public static string Read()
    {
        lock (s_text)
        {
            return s_text.ToString();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, void* arguments)
    {
        const int Debug = 2;
        if (level >= Debug)
        {
            return 0;
        }

        const int Size = 32 * 1024;
        var buffer = (byte*)NativeMemory.Alloc(Size);
        var length = Math.Min(vsnprintf(buffer, Size, format, arguments), Size - 1);
        if (length > 0)
        {
            lock (s_text)
            {
                s_text.Append(Encoding.UTF8.GetString(buffer, length));
                if (s_text.Length > Limit)
                {
                    s_text.Remove(0, s_text.Length - Limit);
                }
            }
        }

        NativeMemory.Free(buffer);
        return length;
    }
}
