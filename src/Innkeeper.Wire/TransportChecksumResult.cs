namespace Innkeeper.Wire;

/// <summary>The result of <see cref="TransportChecksum.TryComplete"/>.</summary>
public enum TransportChecksumResult
{
    /// <summary>Not touched: no IPv4, not TCP, UDP or UDP-Lite, a fragment, or cut short.</summary>
    NotApplicable,

    /// <summary>Not touched: UDP without a checksum (RFC 768).</summary>
    Absent,

    /// <summary>Not touched: the checksum is already right.</summary>
    Right,

    /// <summary>Written: the field held the pseudo header's sum and now holds the checksum.</summary>
    Completed,

    /// <summary>Not touched: the checksum is neither right nor unfinished. Such a packet must not be made to look right.</summary>
    Wrong,
}
