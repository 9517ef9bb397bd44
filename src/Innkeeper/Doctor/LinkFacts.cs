using Innkeeper.Links;

namespace Innkeeper.Doctor;

/// <summary>An interface with what the kernel and its driver say beside <see cref="LinkInfo"/>.</summary>
/// <param name="Master">The bridge or bond that takes its frames; null: none.</param>
/// <param name="Driver">The driver's name; null: none.</param>
/// <param name="JoinsPackets">LRO is on.</param>
/// <param name="HasXdp">An XDP program is attached.</param>
internal sealed record LinkFacts(LinkInfo Link, string? Master, string? Driver, bool JoinsPackets, bool HasXdp)
{
    public static LinkFacts Of(LinkInfo link)
    {
        var records = Netlink.ListLinks();
        var record = records.FirstOrDefault(l => l.Index == link.Index);
        return new LinkFacts(
            link, record.Master == 0 ? null : records.FirstOrDefault(l => l.Index == record.Master).Name ?? $"number {record.Master}", Ethtool.DriverOf(link.Name), Ethtool.JoinsPackets(link.Name), record.HasXdp);
    }
}
