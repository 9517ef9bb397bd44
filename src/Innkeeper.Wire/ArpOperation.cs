namespace Innkeeper.Wire;

/// <summary>The operation of an ARP message (RFC 826; IANA "ARP Parameters"). Other numbers are kept as they came.</summary>
public enum ArpOperation : ushort
{
    /// <summary>Who has the target address?</summary>
    Request = 1,

    /// <summary>The sender has the sender address.</summary>
    Reply = 2,
}
