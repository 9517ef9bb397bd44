namespace Innkeeper.Links;

/// <summary>A sender that stays the same object while the interface it sends on is deleted and made again under another index.</summary>
internal interface ILinkSocket : IFrameSender, IDisposable
{
    /// <summary>The interface takes frames to every station from the next <see cref="Bind"/> on, for as long as this is open.</summary>
    void TakeAll();

    /// <summary>From now on frames leave by this interface. One thread at a time; others may send meanwhile.</summary>
    /// <param name="interfaceIndex">The kernel's number of the interface.</param>
    /// <exception cref="NetlinkException">There is no such interface (any more): binding again is due when there is.</exception>
    void Bind(int interfaceIndex);
}
