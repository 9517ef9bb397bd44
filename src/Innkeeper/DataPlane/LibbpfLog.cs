using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>
/// Keeps libbpf's output instead of printing it: it is needed only when a call fails. Bounded; the end has the reason.
/// </summary>
internal static unsafe partial class LibbpfLog
{
    private const int Limit = 64 * 1024;

    /// <summary>How libbpf begins its message when the kernel refuses the programs' types, before it goes on without them.</summary>
    private const string RefusalOfTypes = "loading .BTF into kernel";

    private static readonly StringBuilder s_text = new();
    private static nint s_loading;
    private static string? s_refusal;

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

    /// <summary>
    /// From here to <see cref="EndLoad"/> an object is loaded. If the kernel refuses its types, libbpf would go on without them; the verifier then follows
    /// every call of a global function again and gives up after many seconds, with an error that does not name the cause. So no program is loaded then.
    /// </summary>
    public static void BeginLoad(nint obj) => (s_loading, s_refusal) = (obj, null);

    /// <returns>libbpf's words if the kernel refused the types; null: it took them.</returns>
    public static string? EndLoad()
    {
        s_loading = 0;
        return s_refusal;
    }

    /// <summary>libbpf's words in one line, if they say that the kernel refused the types.</summary>
    internal static string? RefusalIn(string text) => text.Contains(RefusalOfTypes, StringComparison.Ordinal) ? SafeText.OneLine(text).Trim() : null;

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
            var text = Encoding.UTF8.GetString(buffer, length);
            if (s_loading != 0 && RefusalIn(text) is { } refusal)
            {
                s_refusal ??= refusal;
                for (var program = Libbpf.bpf_object__next_program(s_loading, 0); program != 0; program = Libbpf.bpf_object__next_program(s_loading, program))
                {
                    _ = Libbpf.bpf_program__set_autoload(program, false);
                }
            }

            lock (s_text)
            {
                s_text.Append(text);
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
