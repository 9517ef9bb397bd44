/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * IPv6 (RFC 8200): parsing, finding a binding, and replacing an address. A legal address has the same one's complement
 * sum as the claimed one, so no checksum is touched: every protocol, every fragment in any order and every packet that
 * an error quotes stays right (decision 28).
 */
#ifndef INNKEEPER_IPV6_H
#define INNKEEPER_IPV6_H

#include "drop.h"
#include "lookup.h"
#include "parse.h"
#include "punt.h"
#include "translate.h"

#define IPV6_VERSION 0x60000000
#define IPV6_VERSION_MASK 0xf0000000
#define IPV6_MINIMUM_MTU 1280 /* RFC 8200 5 */

/* Extension headers (RFC 8200 4.1) that are looked through, MOST_EXTENSIONS at most. */
#define IPV6_HOP_BY_HOP 0
#define IPV6_ROUTING 43
#define IPV6_FRAGMENT 44
#define IPV6_OPTIONS 60
#define MOST_EXTENSIONS 4
#define ROUTING_TYPE_0 0 /* its sender chose the route (RFC 5095) */

/* ICMPv6 (RFC 4443) and multicast listener discovery (RFC 2710). */
#define IPV6_ICMP 58
#define ICMP6_HEADER 8
#define ICMP6_TOO_BIG 2
#define ICMP6_ERRORS 128 /* types below are errors */
#define ICMP6_ECHO 128
#define ICMP6_ECHO_REPLY 129
#define ICMP6_MLD_QUERY 130

/* Marks the number of an IPv6 binding where numbers of both families come. */
#define IPV6_NUMBER 0x80000000u

struct ipv6 {
	__be32 version; /* with traffic class and flow label */
	__be16 payload; /* octets behind this header */
	__u8 next_header;
	__u8 hop_limit;
	__be32 source[4];
	__be32 destination[4];
};

struct ipv6_extension {
	__u8 next_header;
	__u8 length; /* in 8 octets, the first 8 not counted */
	__be16 fragment;
};

/* The part of a packet behind the extension headers. Offsets count from the frame's first octet. */
struct ipv6_upper {
	__u32 offset;
	__u8 protocol;
	__u8 type;  /* of ICMPv6 */
	__u8 later; /* a fragment that is not the first: without the upper layer's header */
	__u8 tcp_flags;
	__be16 source_port; /* of TCP and UDP; 0 = none: other protocols, and later fragments */
	__be16 destination_port;
};

static __always_inline int same_address6(const __be32 *a, const __be32 *b)
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static __always_inline void copy_address6(__be32 *to, const __be32 *from)
{
	to[0] = from[0];
	to[1] = from[1];
	to[2] = from[2];
	to[3] = from[3];
}

static __always_inline int in_network6(const __be32 *address, const __be32 *network, const __be32 *mask)
{
	return (address[0] & mask[0]) == network[0] && (address[1] & mask[1]) == network[1] &&
	       (address[2] & mask[2]) == network[2] && (address[3] & mask[3]) == network[3];
}

static __always_inline int ipv6_is_unspecified(const __be32 *address)
{
	return !(address[0] | address[1] | address[2] | address[3]);
}

/* Of one link (RFC 4291 2.5.6): never forwarded. */
static __always_inline int ipv6_is_link_local(const __be32 *address)
{
	return (address[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

/* ::, ::1, multicast, and IPv4 in its mapped form (RFC 4291 2.5): no host has such an address on a link. */
static __always_inline int ipv6_is_bogus(const __be32 *address)
{
	if (((__u8 *)address)[0] == 0xff)
		return 1;
	if (address[0] | address[1])
		return 0;
	return address[2] == bpf_htonl(0xffff) || (!address[2] && bpf_ntohl(address[3]) <= 1);
}

/*
 * The header, or NULL if the packet is malformed. A packet of many segments over 64 KB has the length 0, as a
 * jumbogram; the skb knows its length.
 */
static __always_inline struct ipv6 *ipv6_header(struct __sk_buff *skb)
{
	struct ipv6 *ip;

	if (!packet_pull(skb, ETH_HLEN + sizeof(*ip)))
		return NULL;
	ip = packet_start(skb) + ETH_HLEN;
	if ((void *)(ip + 1) > packet_end(skb) ||
	    (ip->version & bpf_htonl(IPV6_VERSION_MASK)) != bpf_htonl(IPV6_VERSION) ||
	    bpf_ntohs(ip->payload) > skb->len - ETH_HLEN - sizeof(*ip))
		return NULL;
	return ip;
}

/*
 * Walks through the extension headers. A header that is cut off ends the walk: what lies behind it has no ports and no
 * type. Not inlined: the verifier proves it once.
 */
__noinline int ipv6_walk(struct __sk_buff *skb, struct ipv6_upper *upper)
{
	struct ipv6_extension header;
	struct tcp_start start = {};

	if (!upper)
		return DROP_FAILED;
	for (int i = 0; i < MOST_EXTENSIONS; i++) {
		__u32 protocol = upper->protocol;

		if (protocol != IPV6_HOP_BY_HOP && protocol != IPV6_ROUTING && protocol != IPV6_FRAGMENT &&
		    protocol != IPV6_OPTIONS)
			break;
		if (bpf_skb_load_bytes(skb, upper->offset, &header, sizeof(header)))
			return DROP_MALFORMED;
		/* Type and segments left of a routing header lie where a fragment header has its offset. */
		if (protocol == IPV6_ROUTING && bpf_ntohs(header.fragment) >> 8 == ROUTING_TYPE_0)
			return DROP_SOURCE_ROUTE;
		upper->protocol = header.next_header;
		upper->offset += protocol == IPV6_FRAGMENT ? 8 : (header.length + 1) * 8;
		if (protocol == IPV6_FRAGMENT && (bpf_ntohs(header.fragment) & 0xfff8)) {
			upper->later = 1;
			return DROP_NONE;
		}
	}
	if (upper->protocol == IPPROTO_TCP || upper->protocol == IPPROTO_UDP) {
		if (bpf_skb_load_bytes(skb, upper->offset, &start, upper->protocol == IPPROTO_TCP ? sizeof(start) : 4))
			return DROP_NONE;
		upper->source_port = start.source;
		upper->destination_port = start.destination;
		upper->tcp_flags = upper->protocol == IPPROTO_TCP ? start.flags : 0;
	} else if (upper->protocol == IPV6_ICMP && bpf_skb_load_bytes(skb, upper->offset, &upper->type, 1)) {
		return DROP_MALFORMED;
	}
	return DROP_NONE;
}

/* Finds the part behind the extension headers; `next_header` is the field of the packet's own header. */
static __always_inline enum drop_reason ipv6_parse_upper(struct __sk_buff *skb, __u8 next_header,
							 struct ipv6_upper *upper)
{
	__builtin_memset(upper, 0, sizeof(*upper));
	upper->protocol = next_header;
	upper->offset = ETH_HLEN + sizeof(struct ipv6);
	return ipv6_walk(skb, upper);
}

static __always_inline int ipv6_is_error(const struct ipv6_upper *upper)
{
	return upper->protocol == IPV6_ICMP && !upper->later && upper->type < ICMP6_ERRORS;
}

/*
 * ICMPv6 that is of one link, or that no router forwards (RFC 4890 4.3). And an error that would make a path narrower
 * than any is (RFC 8201 4).
 */
static __always_inline enum drop_reason icmp6_refuse(struct __sk_buff *skb, const struct ipv6_upper *upper)
{
	__be32 mtu;

	if (upper->protocol != IPV6_ICMP || upper->later)
		return DROP_NONE;
	if (upper->type >= ICMP6_ERRORS)
		return upper->type == ICMP6_ECHO || upper->type == ICMP6_ECHO_REPLY ? DROP_NONE : DROP_IPV6;
	if (upper->type == ICMP6_TOO_BIG &&
	    (bpf_skb_load_bytes(skb, upper->offset + 4, &mtu, sizeof(mtu)) || bpf_ntohl(mtu) < IPV6_MINIMUM_MTU))
		return DROP_ICMP_MTU;
	return DROP_NONE;
}

/* The longest packet on the wire: this one, or the longest that the NIC will cut it into. */
static __always_inline __u32 ipv6_wire_length(struct __sk_buff *skb, const struct ipv6_upper *upper)
{
	__u8 data_offset;

	if (!skb->gso_size)
		return skb->len - ETH_HLEN;
	if (upper->protocol != IPPROTO_TCP)
		return upper->offset - ETH_HLEN + 8 + skb->gso_size;
	if (bpf_skb_load_bytes(skb, upper->offset + 12, &data_offset, 1))
		return skb->len - ETH_HLEN;
	return upper->offset - ETH_HLEN + (data_offset >> 4) * 4 + skb->gso_size;
}

static __always_inline struct binding6 *binding6_lookup(__u32 number)
{
	struct binding6 *binding = bpf_map_lookup_elem(&bindings6, &number);

	return binding && (binding->flags & BINDING_ACTIVE) ? binding : NULL;
}

/* The slot is compared with the key: the index may be older than the slot. */
static __always_inline struct binding6 *binding6_lookup_claimed(const struct claim6_key *key, __u32 *number)
{
	__u32 *found = bpf_map_lookup_elem(&claims6, key);
	struct binding6 *binding;

	if (!found)
		return NULL;
	*number = *found;
	binding = binding6_lookup(*number);
	if (!binding || binding->vlan != key->vlan || !same_mac(binding->mac, key->mac) ||
	    !same_address6(binding->claimed, key->claimed))
		return NULL;
	return binding;
}

/* The device that has the address outside, or NULL. */
static __always_inline struct binding6 *binding6_lookup_legal(const __be32 *legal, __u32 *number)
{
	__u32 *found = bpf_map_lookup_elem(&legals6, legal);
	struct binding6 *binding;

	if (!found)
		return NULL;
	*number = *found;
	binding = binding6_lookup(*number);
	return binding && same_address6(binding->legal, legal) ? binding : NULL;
}

/* The uplink's IPv6, or NULL if there is none outside. */
static __always_inline const struct ipv6_uplink *ipv6_uplink_lookup(__u32 index)
{
	const struct ipv6_uplink *up = bpf_map_lookup_elem(&ipv6_uplinks, &index);

	return up && (up->flags & IPV6_USABLE) ? up : NULL;
}

/*
 * An error quotes a packet of the other direction: our endpoint is in the opposite field there. Without a quote of this
 * address it is no error about a packet of the binding's.
 */
static __always_inline enum drop_reason quote6_translate(struct __sk_buff *skb, const struct ipv6_upper *upper,
							 enum field outer, const __be32 *from, const __be32 *to)
{
	__u32 at = upper->offset + ICMP6_HEADER +
		   (outer == SOURCE ? __builtin_offsetof(struct ipv6, destination)
				    : __builtin_offsetof(struct ipv6, source));
	__be32 quoted[4];

	if (bpf_skb_load_bytes(skb, at, quoted, sizeof(quoted)) || !same_address6(quoted, from))
		return DROP_ICMP_QUOTE;
	return bpf_skb_store_bytes(skb, at, to, sizeof(quoted), 0) ? DROP_FAILED : DROP_NONE;
}

/*
 * Replaces an address, which has the same sum, and counts the hop if it is counted here. Where the driver has summed up
 * the whole packet, the hop is taken off that sum. Invalidates pointers into the packet.
 */
static __always_inline enum drop_reason ipv6_translate(struct __sk_buff *skb, enum field field, const __be32 *to,
						       enum hop hop)
{
	struct ipv6 *ip;

	if (!packet_pull(skb, ETH_HLEN + sizeof(*ip)))
		return DROP_FAILED;
	ip = packet_start(skb) + ETH_HLEN;
	if ((void *)(ip + 1) > packet_end(skb))
		return DROP_FAILED;
	copy_address6(field == SOURCE ? ip->source : ip->destination, to);
	if (hop == NEXT_HOP) {
		ip->hop_limit--;
		bpf_csum_update(skb, ~(__u32)bpf_htons(1));
	}
	return DROP_NONE;
}

#endif
