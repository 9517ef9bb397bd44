/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Neighbor discovery (RFC 4861), listener queries of other routers and questions by DHCPv6, on the access side, and
 * neighbor discovery on uplinks. The
 * control plane decides; the data plane repeats what must go on while no control plane runs: it answers a device that
 * checks whether its router is still there, and routers outside that ask for a device's legal address.
 */
#ifndef INNKEEPER_NEIGHBOR_H
#define INNKEEPER_NEIGHBOR_H

#include "ipv6.h"

#define ND_ROUTER_SOLICITATION 133
#define ND_ROUTER_ADVERTISEMENT 134
#define ND_SOLICITATION 135
#define ND_ADVERTISEMENT 136
#define ND_REDIRECT 137
#define ND_HOP_LIMIT 255 /* no router has forwarded it (RFC 4861 3.1) */
#define ND_ROUTER 0x80000000
#define ND_SOLICITED 0x40000000
#define ND_OVERRIDE 0x20000000
#define ND_TARGET_MAC 2 /* option; its length counts 8 octets */

#define ACCESS_SIDE UPLINKS /* where an uplink's index is expected */
#define NOT_NEIGHBOR (-2)   /* no verdict: the packet is neither */

struct neighbor_message {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 flags;
	__be32 target[4];
};

struct neighbor_answer {
	struct ipv6 ip;
	struct neighbor_message message;
	__u8 option;
	__u8 option_length;
	__u8 mac[MAC_SIZE];
};

/*
 * Answers that the target is here, to a station that asks on the side that `side` names: an uplink's index, or
 * ACCESS_SIDE.
 *
 * To a device (RFC 4861 7.3.3): the router flag stays set, or the device would forget its router (7.2.5). The target is
 * not ours alone, so we do not override (7.2.8). Outside, a legal address is ours alone. A station there that looks
 * whether such an address is free (RFC 4862 5.4) has no address yet, and all nodes hear the answer.
 *
 * Not inlined: from_access has no room on its stack.
 */
__noinline int neighbor_answer(struct __sk_buff *skb, const struct config *config, __u32 side)
{
	struct neighbor_answer answer = {};
	__u8 macs[2 * MAC_SIZE];
	const __u8 *mac;
	__s64 sum;

	if (!config || bpf_skb_load_bytes(skb, ETH_HLEN, &answer.ip, sizeof(answer.ip)) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(answer.ip), &answer.message, sizeof(answer.message)) ||
	    bpf_skb_load_bytes(skb, ETH_ALEN, macs, MAC_SIZE))
		return drop(DROP_FAILED);
	mac = side == ACCESS_SIDE ? config->access_mac : uplink_get(config, side)->mac;
	answer.message.flags = bpf_htonl(side == ACCESS_SIDE ? ND_ROUTER | ND_SOLICITED : ND_SOLICITED | ND_OVERRIDE);
	__builtin_memcpy(answer.ip.destination, answer.ip.source, sizeof(answer.ip.source));
	if (ipv6_is_unspecified(answer.ip.source)) {
		answer.ip.destination[0] = bpf_htonl(0xff020000);
		answer.ip.destination[3] = bpf_htonl(1);
		answer.message.flags = bpf_htonl(ND_OVERRIDE);
		*(__be16 *)macs = bpf_htons(0x3333);
		__builtin_memcpy(macs + 2, &answer.ip.destination[3], sizeof(answer.ip.destination[3]));
	}
	answer.ip.version = bpf_htonl(IPV6_VERSION);
	answer.ip.payload = bpf_htons(sizeof(answer) - sizeof(answer.ip));
	__builtin_memcpy(answer.ip.source, answer.message.target, sizeof(answer.ip.source));
	answer.message.type = ND_ADVERTISEMENT;
	answer.message.checksum = 0;
	answer.option = ND_TARGET_MAC;
	answer.option_length = 1;
	copy_mac(answer.mac, mac);
	copy_mac(macs + MAC_SIZE, mac);

	/* The pseudo-header's length and next header (RFC 8200 8.1); its addresses lie before the message. */
	sum = bpf_csum_diff(NULL, 0, answer.ip.source, sizeof(answer) - __builtin_offsetof(struct ipv6, source),
			    bpf_htons(sizeof(answer) - sizeof(answer.ip) + IPV6_ICMP));
	if (sum < 0)
		return drop(DROP_FAILED);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	answer.message.checksum = ~sum;
	if (bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	    bpf_skb_store_bytes(skb, 0, macs, sizeof(macs), BPF_F_RECOMPUTE_CSUM) ||
	    bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), BPF_F_RECOMPUTE_CSUM))
		return drop(DROP_FAILED);
	return bpf_redirect(side == ACCESS_SIDE ? config->access_ifindex : uplink_get(config, side)->ifindex, 0);
}

/* Neighbor discovery, if the packet is that: never behind extension headers nor in fragments (RFC 6980, 7113). */
static __always_inline int neighbor_type(struct __sk_buff *skb, const struct ipv6 *ip)
{
	struct neighbor_message message;

	if (ip->next_header != IPV6_ICMP || ip->hop_limit != ND_HOP_LIMIT ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(*ip), &message, 2) || message.code)
		return 0;
	if (message.type < ND_ROUTER_SOLICITATION || message.type > ND_REDIRECT)
		return 0;
	return message.type;
}

/* Neighbor discovery on the access side, in a frame to a group or to us. */
static __always_inline int neighbor_handle_access(struct __sk_buff *skb, const struct config *config, int type,
						  int is_group, __u16 vlan)
{
	struct ipv6 *ip = ipv6_header(skb);

	if (!ip || type == ND_REDIRECT)
		return drop(ip ? DROP_REDIRECT : DROP_MALFORMED);
	if (type == ND_ROUTER_SOLICITATION && !(config->flags & CONFIG_CARRY_IPV6))
		return drop(DROP_IPV6);
	if (type == ND_SOLICITATION && !is_group) {
		if (bpf_ntohs(ip->payload) < sizeof(struct neighbor_message))
			return drop(DROP_MALFORMED);
		return ipv6_is_bogus(ip->source) ? drop(DROP_BOGUS_SOURCE) : neighbor_answer(skb, config, ACCESS_SIDE);
	}
	return punt_instead(skb, PUNT_NEIGHBOR, vlan);
}

/* Another router asks which groups have listeners: the frame's first extension header is the router alert. */
static __always_inline int is_listener_query(struct __sk_buff *skb, const struct ipv6 *ip)
{
	struct {
		__u8 next_header;
		__u8 length;
		__u8 options[6];
		__u8 type;
		__u8 code;
	} query;

	return ip->next_header == IPV6_HOP_BY_HOP &&
	       !bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(*ip), &query, sizeof(query)) &&
	       query.next_header == IPV6_ICMP && query.length == 0 && query.type == ICMP6_MLD_QUERY;
}

#define DHCP6_SERVER 547 /* RFC 8415 7.2 */

/* A DHCPv6 client asks all servers: its address is of the link. */
static __always_inline int is_dhcp6_question(struct __sk_buff *skb, const struct ipv6 *ip)
{
	__be16 port;

	return ip->next_header == IPPROTO_UDP && ip->destination[0] == bpf_htonl(0xff020000) &&
	       !bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(*ip) + 2, &port, sizeof(port)) &&
	       port == bpf_htons(DHCP6_SERVER);
}

/*
 * The verdict about a frame to a group, or about neighbors; NOT_NEIGHBOR for a packet to us that is to be forwarded.
 * `station`: the frame's destination, in its VLAN. Not inlined: from_access has no room on its stack.
 */
__noinline int neighbor_from_access(struct __sk_buff *skb, const struct config *config, __u64 station)
{
	union station to = {.number = station};
	struct ipv6 *ip;
	int type;

	if (!config)
		return drop(DROP_FAILED);
	if ((config->flags & (CONFIG_REFUSE_IPV6 | CONFIG_PASSIVE)) != CONFIG_REFUSE_IPV6)
		return drop(DROP_IPV6);
	ip = ipv6_header(skb);
	if (!ip)
		return drop(DROP_MALFORMED);

	/* 1. To a group: what concerns routers. No error is ever sent for the rest (RFC 4443 2.4 (e)). */
	type = neighbor_type(skb, ip);
	if (to.key.mac[0] & 1) {
		if (type)
			return neighbor_handle_access(skb, config, type, 1, to.key.vlan);
		if (is_listener_query(skb, ip))
			return punt_instead(skb, PUNT_NEIGHBOR, to.key.vlan);
		if ((config->flags & CONFIG_CARRY_IPV6) && is_dhcp6_question(skb, ip))
			return punt_instead(skb, PUNT_DHCP6, to.key.vlan);
		return drop(DROP_IPV6);
	}

	/* 2. To us. */
	if (!mac_is_ours(config, to.key.mac))
		return drop(DROP_NOT_FOR_US);
	return type ? neighbor_handle_access(skb, config, type, 0, to.key.vlan) : NOT_NEIGHBOR;
}

/*
 * Neighbor discovery on an uplink, which the host has too. Its router's advertisements tell what there is outside. A
 * legal address is asked for here, and another station that says it has one is reported.
 */
static __always_inline int neighbor_from_uplink(struct __sk_buff *skb, const struct config *config, __u32 index,
						int type)
{
	struct neighbor_message message;
	struct binding6 *binding;
	__u8 mac[MAC_SIZE];
	__u32 number;

	if (type == ND_ROUTER_ADVERTISEMENT) {
		punt_for(skb, PUNT_ROUTER, 0, index);
		return PASS;
	}
	if ((type != ND_SOLICITATION && type != ND_ADVERTISEMENT) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct ipv6), &message, sizeof(message)) ||
	    bpf_skb_load_bytes(skb, ETH_ALEN, mac, sizeof(mac)) || is_own_mac(config, mac))
		return PASS;
	binding = binding6_lookup_legal(message.target, &number);
	if (!binding)
		return PASS;
	if (type == ND_SOLICITATION)
		return neighbor_answer(skb, config, index);
	punt_for(skb, PUNT_LEGAL6, 0, index);
	return PASS;
}

#endif
