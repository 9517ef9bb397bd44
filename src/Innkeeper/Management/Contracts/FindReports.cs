namespace Innkeeper.Management.Contracts;

/// <summary>A request for a search.</summary>
/// <param name="For">How long, such as "2m".</param>
/// <param name="Vlan">The only VLAN to look in, 0 the untagged LAN; null: all that are served.</param>
/// <param name="Network">The network to ask for, such as "10.1.7.0/24"; null: the usual factory networks.</param>
/// <param name="Listen">It sends nothing.</param>
internal sealed record FindRequest(string? For = null, long? Vlan = null, string? Network = null, bool Listen = false);

/// <summary>News of a search: each line of its stream is one. The last has every station once more, as it is then, and says why the search ended.</summary>
/// <param name="Stations">Those that are new, or that say something new about themselves.</param>
/// <param name="Asked">Addresses that were asked for, each once in each VLAN.</param>
/// <param name="ToAsk">Of so many.</param>
/// <param name="NotKept">Frames of stations for which there was no room.</param>
/// <param name="Lost">Frames that came faster than the gateway could read them.</param>
/// <param name="Unsent">Questions that the interface did not take.</param>
/// <param name="Ended">Why it is over; null: it goes on.</param>
internal sealed record FindReport(int Schema, IReadOnlyList<FoundReport> Stations, int Asked, int ToAsk, long NotKept, long Lost, long Unsent, string? Ended);

/// <summary>A station on the access side.</summary>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Vendor">The registrant of its MAC; null: not known.</param>
/// <param name="Addresses">Its own addresses.</param>
/// <param name="Name">The name that it gives itself; null: none.</param>
/// <param name="Product">Its product in its own words; null: it says nothing.</param>
/// <param name="FoundBy">How it was heard: "arp", "ipv4", "dhcp", "mdns", "ethernet_ip", "lldp", "profinet"; empty: only its MAC was seen.</param>
/// <param name="State">Its admission: "admitted", "held", "blocked", "new"; "unknown": the gateway does not know it as a device.</param>
/// <param name="Served">It is admitted, and has an outside address.</param>
/// <param name="Outside">Its outside address now; null: it has none.</param>
/// <param name="Machine">The name of the machine that it is; null: it is none.</param>
internal sealed record FoundReport(
    ushort Vlan, string Mac, string? Vendor, IReadOnlyList<string> Addresses, string? Name, string? Product, IReadOnlyList<string> FoundBy, string State, bool Served, string? Outside, string? Machine);
