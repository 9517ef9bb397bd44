namespace Innkeeper.Exports;

/// <summary>Brings octets to a collector or into a file. One thread at a time, but for <see cref="Close"/>.</summary>
internal interface IExportCarrier
{
    /// <summary>Connects, again after <see cref="Close"/>.</summary>
    /// <exception cref="Exception">One of <see cref="ExportFault.IsExpected"/>: it is not there.</exception>
    void Open(CancellationToken stop);

    /// <exception cref="Exception">As of <see cref="Open"/>: it is not there any more.</exception>
    void Write(ReadOnlySpan<byte> octets);

    /// <summary>Waits a moment for the collector to have all that was written.</summary>
    /// <returns>Whether it has, as far as can be known.</returns>
    /// <exception cref="Exception">As of <see cref="Open"/>.</exception>
    bool Settle();

    /// <summary>Ends the connection, and what the others wait for. Any thread.</summary>
    void Close();
}

/// <summary>The failures of collectors, networks and disks.</summary>
internal static class ExportFault
{
    /// <summary>A missing TLS library shows as a failed type initialization.</summary>
    public static bool IsExpected(Exception e) => e is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException or OperationCanceledException or ObjectDisposedException
        or System.Security.Authentication.AuthenticationException or System.Security.Cryptography.CryptographicException or InvalidOperationException or NotSupportedException
        or TypeInitializationException or DllNotFoundException;

    public static string Explain(Exception e) => e switch
    {
        TypeInitializationException or DllNotFoundException => "TLS needs OpenSSL 3 on this host (Debian: apt install libssl3)",
        OperationCanceledException => "no answer in time",
        System.Security.Authentication.AuthenticationException { InnerException: { } inner } => $"TLS failed: {inner.Message}",
        System.Security.Authentication.AuthenticationException => $"TLS failed: {e.Message}",
        _ => e.Message,
    };
}
