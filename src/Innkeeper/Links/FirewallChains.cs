using System.Buffers.Binary;

namespace Innkeeper.Links;

/// <summary>A base chain of nftables (of iptables too, as iptables-nft makes it).</summary>
/// <param name="Family">As `nft` calls it: "ip" or "inet".</param>
/// <param name="Hook">NF_INET_…</param>
internal readonly record struct FirewallChain(string Family, string Table, string Name, string Type, uint Hook)
{
    private const int NfGenMsgSize = 4;
    private const byte NFPROTO_INET = 1;
    private const byte NFPROTO_IPV4 = 2;
    private const ushort NFTA_CHAIN_TABLE = 1;
    private const ushort NFTA_CHAIN_NAME = 3;
    private const ushort NFTA_CHAIN_HOOK = 4;
    private const ushort NFTA_CHAIN_TYPE = 7;
    private const ushort NFTA_HOOK_HOOKNUM = 1;

    /// <summary>Reads the payload of an NFT_MSG_NEWCHAIN message; false for chains that are no base chains of IPv4.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out FirewallChain chain)
    {
        chain = default;
        if (payload.Length < NfGenMsgSize || payload[0] is not (NFPROTO_INET or NFPROTO_IPV4))
        {
            return false;
        }

        string table = "", name = "", kind = "";
        uint? hook = null;
        var attributes = new AttributeReader(payload[NfGenMsgSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case NFTA_CHAIN_TABLE:
                    table = AttributeReader.Text(value);
                    break;
                case NFTA_CHAIN_NAME:
                    name = AttributeReader.Text(value);
                    break;
                case NFTA_CHAIN_TYPE:
                    kind = AttributeReader.Text(value);
                    break;
                case NFTA_CHAIN_HOOK:
                    hook = HookIn(value);
                    break;
            }
        }

        chain = new FirewallChain(payload[0] == NFPROTO_INET ? "inet" : "ip", table, name, kind, hook ?? 0);
        return hook is not null;
    }

    private static uint? HookIn(ReadOnlySpan<byte> attributes)
    {
        var reader = new AttributeReader(attributes);
        while (reader.TryRead(out var type, out var value))
        {
            if (type == NFTA_HOOK_HOOKNUM && value.Length >= sizeof(uint))
            {
                return BinaryPrimitives.ReadUInt32BigEndian(value);
            }
        }

        return null;
    }
}

/// <summary>The commands that open the host's firewall.</summary>
internal static class FirewallChains
{
    private const uint NF_INET_PRE_ROUTING = 0;
    private const uint NF_INET_LOCAL_IN = 1;
    private const uint NF_INET_FORWARD = 2;

    /// <summary>
    /// The commands that let devices' packets through. A packet is lost as soon as one chain drops it, so each chain on its way needs its line:
    /// before routing, strict filters of the reverse path are found, and the reverse path to devices is never the edge.
    /// From version 2.1 on, firewalld alone may write its table: its own command does.
    /// </summary>
    internal static IReadOnlyList<string> Openers(StackPath path, IReadOnlyList<FirewallChain> chains)
    {
        var (hook, name) = path == StackPath.Input ? (NF_INET_LOCAL_IN, "INPUT") : (NF_INET_FORWARD, "FORWARD");
        string[] lines = [.. chains.Where(c => (c.Hook == hook || c.Hook == NF_INET_PRE_ROUTING) && c.Type == "filter").Select(OpenerOf).Distinct()];
        return lines.Length > 0 ? lines : [$"iptables -I {name} -i {InsideNetwork.Prefix}+ -j ACCEPT"];
    }

    private static string OpenerOf(FirewallChain chain) => chain.Table == "firewalld"
        ? $"firewall-cmd --zone=trusted --add-interface={InsideNetwork.StackEnd} --add-interface={InsideNetwork.EdgeEnd}"
        : $"nft insert rule {chain.Family} {chain.Table} {chain.Name} iifname \"{InsideNetwork.Prefix}*\" accept";
}
