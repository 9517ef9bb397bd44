/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * IPv6 from the access side where there is none outside (RFC 8200, 4861). A device must learn at once that it leads
 * nowhere, or each of its connections waits: so the router that it asks for is found, and its packets are refused
 * (decision 27). The control plane answers and refuses. The data plane answers a device that checks whether its router
 * is still there, so that devices keep their router while no control plane runs.
 */
#ifndef INNKEEPER_IPV6_H
#define INNKEEPER_IPV6_H

#include "drop.h"
#include "lookup.h"
#include "parse.h"
#include "punt.h"

#define IPV6_VERSION 0x60000000
#define IPV6_VERSION_MASK 0xf0000000
#define IPV6_HOP_BY_HOP 0 /* RFC 8200 4.3 */
#define IPV6_ICMP 58	  /* RFC 4443 1 */

/* ICMPv6 (RFC 4443), multicast listener discovery (RFC 2710) and neighbor discovery (RFC 4861 4). */
#define ICMP6_MLD_QUERY 130
#define ND_ROUTER_SOLICITATION 133
#define ND_ROUTER_ADVERTISEMENT 134
#define ND_SOLICITATION 135
#define ND_ADVERTISEMENT 136
#define ND_REDIRECT 137
#define ND_HOP_LIMIT 255 /* no router has forwarded it (RFC 4861 3.1) */
#define ND_ROUTER 0x80000000
#define ND_SOLICITED 0x40000000
#define ND_TARGET_MAC 2 /* option; its length counts 8 octets */

struct ipv6 {
	__be32 version; /* with traffic class and flow label */
	__be16 payload; /* octets behind this header */
	__u8 next_header;
	__u8 hop_limit;
	__be32 source[4];
	__be32 destination[4];
};

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

/* ::, ::1, multicast, and IPv4 in its mapped form (RFC 4291 2.5): no host has such an address on a link. */
static __always_inline int ipv6_is_bogus(const __be32 *address)
{
	if (((__u8 *)address)[0] == 0xff)
		return 1;
	if (address[0] | address[1])
		return 0;
	return address[2] == bpf_htonl(0xffff) || (!address[2] && bpf_ntohl(address[3]) <= 1);
}

static __always_inline enum drop_reason ipv6_parse(struct __sk_buff *skb, struct ipv6 *ip)
{
	if (bpf_skb_load_bytes(skb, ETH_HLEN, ip, sizeof(*ip)) ||
	    (ip->version & bpf_htonl(IPV6_VERSION_MASK)) != bpf_htonl(IPV6_VERSION) ||
	    bpf_ntohs(ip->payload) > skb->len - ETH_HLEN - sizeof(*ip))
		return DROP_MALFORMED;
	return DROP_NONE;
}

/*
 * Answers a device that asks at our MAC whether the target is still there (RFC 4861 7.3.3). The router flag stays set:
 * without it the device would forget its router (7.2.5). The target is not ours alone, so we do not override (7.2.8).
 * Not inlined: from_access has no room on its stack.
 */
__noinline int neighbor_answer(struct __sk_buff *skb, const struct config *config)
{
	struct neighbor_answer answer = {};
	__u8 macs[2 * MAC_SIZE];
	__s64 sum;

	if (!config || bpf_skb_load_bytes(skb, ETH_HLEN, &answer.ip, sizeof(answer.ip)) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(answer.ip), &answer.message, sizeof(answer.message)) ||
	    bpf_skb_load_bytes(skb, ETH_ALEN, macs, MAC_SIZE))
		return drop(DROP_FAILED);
	answer.ip.version = bpf_htonl(IPV6_VERSION);
	answer.ip.payload = bpf_htons(sizeof(answer) - sizeof(answer.ip));
	__builtin_memcpy(answer.ip.destination, answer.ip.source, sizeof(answer.ip.source));
	__builtin_memcpy(answer.ip.source, answer.message.target, sizeof(answer.ip.source));
	answer.message.type = ND_ADVERTISEMENT;
	answer.message.flags = bpf_htonl(ND_ROUTER | ND_SOLICITED);
	answer.message.checksum = 0;
	answer.option = ND_TARGET_MAC;
	answer.option_length = 1;
	copy_mac(answer.mac, config->access_mac);
	copy_mac(macs + MAC_SIZE, config->access_mac);

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
	return bpf_redirect(config->access_ifindex, 0);
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
static __always_inline int neighbor_from_access(struct __sk_buff *skb, const struct config *config,
						const struct ipv6 *ip, int type, int is_group, __u16 vlan)
{
	if (type == ND_REDIRECT)
		return drop(DROP_REDIRECT);
	if (type == ND_ROUTER_SOLICITATION)
		return drop(DROP_IPV6);
	if (type == ND_SOLICITATION && !is_group) {
		if (bpf_ntohs(ip->payload) < sizeof(struct neighbor_message))
			return drop(DROP_MALFORMED);
		return ipv6_is_bogus(ip->source) ? drop(DROP_BOGUS_SOURCE) : neighbor_answer(skb, config);
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

/* `station`: the frame's destination, in its VLAN. Not inlined: from_access has no room on its stack. */
__noinline int ipv6_from_access(struct __sk_buff *skb, const struct config *config, __u64 station)
{
	union station to = {.number = station};
	enum drop_reason reason;
	struct ipv6 ip;
	int type;

	if (!config)
		return drop(DROP_FAILED);
	if ((config->flags & (CONFIG_REFUSE_IPV6 | CONFIG_PASSIVE)) != CONFIG_REFUSE_IPV6)
		return drop(DROP_IPV6);
	reason = ipv6_parse(skb, &ip);
	if (reason)
		return drop(reason);

	/* 1. To a group: what concerns routers. No error is ever sent for the rest (RFC 4443 2.4 (e)). */
	type = neighbor_type(skb, &ip);
	if (to.key.mac[0] & 1) {
		if (type)
			return neighbor_from_access(skb, config, &ip, type, 1, to.key.vlan);
		if (is_listener_query(skb, &ip))
			return punt_instead(skb, PUNT_NEIGHBOR, to.key.vlan);
		return drop(DROP_IPV6);
	}

	/* 2. To us: about neighbors, or to a host outside. */
	if (!mac_is_ours(config, to.key.mac))
		return drop(DROP_NOT_FOR_US);
	if (type)
		return neighbor_from_access(skb, config, &ip, type, 0, to.key.vlan);
	if (ipv6_is_bogus(ip.source))
		return drop(DROP_BOGUS_SOURCE);
	if (ipv6_is_bogus(ip.destination))
		return drop(DROP_BOGUS_DESTINATION);
	punt(skb, PUNT_NO_IPV6, to.key.vlan);
	return drop(DROP_NO_IPV6);
}

#endif
