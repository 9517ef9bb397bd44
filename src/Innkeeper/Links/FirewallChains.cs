using System.Buffers.Binary;

namespace Innkeeper.Links;

/// <summary>A base chain of nftables (of iptables too, as iptables-nft makes it).</summary>
/// <param name="Family">As `nft` calls it: "ip" or "inet".</param>
/// <param name="Hook">NF_INET_…</param>
internal readonly record struct FirewallChain(string Family, string Table, string Name, string Type, uint Hook)
{
    /// <summary>Packets that no rule decides about are dropped.</summary>
    public bool Drops { get; init; }

    private const int NfGenMsgSize = 4;
    private const byte NFPROTO_INET = 1;
    private const byte NFPROTO_IPV4 = 2;
    private const ushort NFTA_CHAIN_TABLE = 1;
    private const ushort NFTA_CHAIN_NAME = 3;
    private const ushort NFTA_CHAIN_HOOK = 4;
    private const ushort NFTA_CHAIN_POLICY = 5;
    private const ushort NFTA_CHAIN_TYPE = 7;
    private const uint NF_DROP = 0;
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
        var drops = false;
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
                case NFTA_CHAIN_POLICY when value.Length >= sizeof(uint):
                    drops = BinaryPrimitives.ReadUInt32BigEndian(value) == NF_DROP;
                    break;
                case NFTA_CHAIN_HOOK:
                    hook = HookIn(value);
                    break;
            }
        }

        chain = new FirewallChain(payload[0] == NFPROTO_INET ? "inet" : "ip", table, name, kind, hook ?? 0) { Drops = drops };
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

/// <summary>A rule of nftables, as far as two things that its octets show.</summary>
/// <param name="Table">As <see cref="FirewallChain.Table"/>.</param>
/// <param name="Chain">The chain's name.</param>
/// <param name="NamesOurs">It compares an interface's name with one of the gateway's.</param>
/// <param name="Rejects">It rejects packets.</param>
internal readonly record struct FirewallRule(string Table, string Chain, bool NamesOurs, bool Rejects)
{
    private const int NfGenMsgSize = 4;
    private const ushort NFTA_RULE_TABLE = 1;
    private const ushort NFTA_RULE_CHAIN = 2;
    private const ushort NFTA_RULE_EXPRESSIONS = 4;

    /// <summary>Reads the payload of an NFT_MSG_NEWRULE message.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out FirewallRule rule)
    {
        rule = default;
        if (payload.Length < NfGenMsgSize)
        {
            return false;
        }

        var attributes = new AttributeReader(payload[NfGenMsgSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            rule = type switch
            {
                NFTA_RULE_TABLE => rule with { Table = AttributeReader.Text(value) },
                NFTA_RULE_CHAIN => rule with { Chain = AttributeReader.Text(value) },
                NFTA_RULE_EXPRESSIONS => rule with { NamesOurs = value.IndexOf("ik-"u8) >= 0, Rejects = value.IndexOf("reject\0"u8) >= 0 || value.IndexOf("REJECT\0"u8) >= 0 },
                _ => rule,
            };
        }

        return rule is { Table: not null, Chain: not null };
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
        var (hook, name) = (HookOf(path), path == StackPath.Input ? "INPUT" : "FORWARD");
        string[] lines = [.. chains.Where(c => (c.Hook == hook || c.Hook == NF_INET_PRE_ROUTING) && c.Type == "filter").Select(OpenerOf).Distinct()];
        return lines.Length > 0 ? lines : [$"iptables -I {name} -i {InsideNetwork.Prefix}+ -j ACCEPT"];
    }

    /// <summary>Chains that probably drop devices' packets: they drop or reject packets that no rule lets through, and no rule of their table names the gateway's interfaces.</summary>
    internal static IReadOnlyList<FirewallChain> Closed(StackPath path, IReadOnlyList<FirewallChain> chains, IReadOnlyList<FirewallRule> rules) =>
    [
        .. chains.Where(c => c.Hook == HookOf(path) && c.Type == "filter" && !rules.Any(r => r.Table == c.Table && r.NamesOurs)
            && (c.Drops || rules.Any(r => r.Table == c.Table && r.Chain == c.Name && r.Rejects))),
    ];

    private static uint HookOf(StackPath path) => path == StackPath.Input ? NF_INET_LOCAL_IN : NF_INET_FORWARD;

    private static string OpenerOf(FirewallChain chain) => chain.Table == "firewalld"
        ? $"firewall-cmd --zone=trusted --add-interface={InsideNetwork.StackEnd} --add-interface={InsideNetwork.EdgeEnd}"
        : $"nft insert rule {chain.Family} {chain.Table} {chain.Name} iifname \"{InsideNetwork.Prefix}*\" accept";
}
