using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>Text that a device chose: kept as it came, shown only when it is made safe.</summary>
/// <param name="raw">The octets; kept, not copied.</param>
internal readonly struct GuestText(byte[] raw)
{
    private readonly byte[]? _raw = raw;

    /// <summary>The octets as they came.</summary>
    public byte[] Raw => _raw ?? [];

    public bool IsEmpty => Raw.Length == 0;

    /// <summary>Keeps at most this many octets.</summary>
    public static GuestText Of(ReadOnlySpan<byte> octets, int most = 255) => new(octets[..Math.Min(most, octets.Length)].ToArray());

    /// <summary>As UTF-8, escaped and cut by <see cref="SafeText.Escape"/>.</summary>
    public override string ToString() => SafeText.Escape(Raw, SafeText.MaxHostName);
}
