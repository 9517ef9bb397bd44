using System.Diagnostics.CodeAnalysis;

namespace Innkeeper.Links;

/// <summary>Kernel settings below /proc/sys; those of net/ are the ones of the calling thread's network namespace.</summary>
internal static class Sysctl
{
    private const string Root = "/proc/sys/";

    /// <summary>Writes a setting, as "net/ipv4/conf/eth0/forwarding"; nothing is written if it has the value already.</summary>
    /// <returns>Whether it had another value.</returns>
    /// <exception cref="IOException">No such setting, or the kernel refused the value.</exception>
    internal static bool Write(string name, string value)
    {
        if (TryRead(name, out var current) && current == value)
        {
            return false;
        }

        try
        {
            File.WriteAllText(PathOf(name), value);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot set {name} to {value}: {error.Message}", error);
        }
    }

    /// <summary>Reads a setting without its line end.</summary>
    internal static bool TryRead(string name, [NotNullWhen(true)] out string? value)
    {
        try
        {
            value = File.ReadAllText(PathOf(name)).TrimEnd('\n');
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            value = null;
            return false;
        }
    }

    private static string PathOf(string name) =>
        name.Length == 0 || name[0] == '/' || name.Split('/').Contains("..")
            ? throw new ArgumentException($"'{name}' is not the name of a setting below {Root}.", nameof(name))
            : Root + name;
}
