using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Configuration;

/// <summary>
/// Reads a file whose path a person or a setting gave. The path may lead to anything, such as a device without end or a pipe without a
/// writer, so the size and the time of reading are bounded.
/// </summary>
internal static class BoundedFile
{
    /// <summary>Of a pipe or a device: how long each part of its content may take.</summary>
    private const int PatienceMs = 2000;

    /// <summary>The content as text: UTF-8, or what its byte order mark says.</summary>
    /// <param name="most">Octets. A larger file is an error.</param>
    /// <exception cref="IOException">The path does not lead to a file of that size; the message is a reason for people.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static string ReadText(string path, int most)
    {
        using var reader = new StreamReader(new MemoryStream(Read(path, most), writable: false));
        return reader.ReadToEnd();
    }

    /// <inheritdoc cref="ReadText"/>
    public static byte[] Read(string path, int most)
    {
        using var file = Open(path);
        var isRegular = IsRegular(file);
        var content = new byte[Math.Min(most + 1, 4096)];
        var length = 0;
        while (true)
        {
            if (!isRegular)
            {
                AwaitOctets(file);
            }

            var read = (int)Libc.read(file, content.AsSpan(length), (nuint)(content.Length - length));
            if (read < 0)
            {
                throw new IOException($"cannot be read ({Libc.Describe(Marshal.GetLastPInvokeError())})");
            }

            length += read;
            if (length > most)
            {
                throw new FileTooLargeException($"is larger than {most} octets");
            }

            if (read == 0)
            {
                return content.AsSpan(0, length).ToArray();
            }

            if (length == content.Length)
            {
                Array.Resize(ref content, Math.Min(most + 1, content.Length * 2));
            }
        }
    }

    /// <summary>Does not wait for the writer of a pipe.</summary>
    private static SafeFileHandle Open(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new IOException("is no path");
        }

        var file = new SafeFileHandle(Libc.open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), ownsHandle: true);
        if (!file.IsInvalid)
        {
            return file;
        }

        var errno = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw errno switch
        {
            Libc.ENOENT or Libc.ENOTDIR => new FileNotFoundException("there is no such file"),
            Libc.EACCES or Libc.EPERM => new UnauthorizedAccessException($"{SafeText.OneLine(path)}: {Libc.Describe(errno)}"),
            _ => new IOException($"cannot be opened ({Libc.Describe(errno)})"),
        };
    }

    private static bool IsRegular(SafeFileHandle file)
    {
        if (Libc.statx((int)file.DangerousGetHandle(), "", Libc.AT_EMPTY_PATH, Libc.STATX_TYPE, out var found) != 0)
        {
            throw new IOException($"cannot be examined ({Libc.Describe(Marshal.GetLastPInvokeError())})");
        }

        var type = found.Mode & Libc.S_IFMT;
        return type != Libc.S_IFDIR ? type == Libc.S_IFREG : throw new IOException("is a directory");
    }

    private static void AwaitOctets(SafeFileHandle file)
    {
        var awaited = new Libc.PollFd { fd = (int)file.DangerousGetHandle(), events = Libc.POLLIN };
        if (Libc.poll(ref awaited, 1, PatienceMs) <= 0)
        {
            throw new IOException($"is no regular file, and nothing came from it within {PatienceMs / 1000} s");
        }
    }
}

/// <summary>A file has more octets than its reader takes.</summary>
internal sealed class FileTooLargeException(string message) : IOException(message);
