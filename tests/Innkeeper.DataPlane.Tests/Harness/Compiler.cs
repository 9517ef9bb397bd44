using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>clang, as the judge of what C and C# have in common.</summary>
internal static class Compiler
{
    /// <summary>The checkout that these tests were built from.</summary>
    public static string Checkout { get; } = FindCheckout();

    /// <summary>Has a text of C looked at; its static assertions are what is asked.</summary>
    public static (int Code, string Text) Check(string source, params IEnumerable<string> options)
    {
        var start = new ProcessStartInfo("clang", [.. options, "-fsyntax-only", "-ferror-limit=0", "-x", "c", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var clang = Process.Start(start)!;
        clang.StandardInput.Write(source);
        clang.StandardInput.Close();
        var text = clang.StandardError.ReadToEnd();
        clang.WaitForExit();
        return (clang.ExitCode, text);
    }

    /// <summary>What a type measures here.</summary>
    public static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static string FindCheckout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Innkeeper.slnx")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/'))!;
        }

        return folder;
    }
}
