/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Replaces one endpoint of a packet: the address in the IPv4 header and in the transport checksum that covers it, the
 * port (or an ICMP query's identifier), and both in the packet that an ICMP error quotes (RFC 5508 section 4; RFC 3022
 * section 4). 1:1 changes no port, so every protocol and every fragment in any order passes (RFC 4787 REQ-14).
 */
#ifndef INNKEEPER_TRANSLATE_H
#define INNKEEPER_TRANSLATE_H

#include "parse.h"

enum field {
	SOURCE,
	DESTINATION,
};

enum hop {
	SAME_HOP, /* the host's IP stack counts this hop */
	NEXT_HOP, /* forwarded here: TTL - 1 (RFC 1812 5.3.1) */
};

/* The new source or destination. If the ports are equal, only the address changes. */
struct rewrite {
	__be32 address;
	__be16 port_from;
	__be16 port_to;
};

/*
 * Functions here that are neither static nor inline are so for the verifier: it proves each by itself, once, and knows
 * nothing of the callers. So they check pointers for NULL that callers never pass.
 */

/* Offset of a checksum that covers the pseudo header; -1 = none: GRE, ESP, SCTP, ICMP and others. */
static __always_inline int pseudo_checksum_offset(__u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		return 6;
	default:
		return -1;
	}
}

static __always_inline __u16 csum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* RFC 1624, equation 3, for a field of 32 bits or of 16. */
static __always_inline __u16 csum_replace(__u16 checksum, __be32 from, __be32 to)
{
	return ~csum_fold((__u64)(__u16)~checksum + (__u32)~from + to);
}

/* Offset of the port in the transport header. An ICMP query's identifier is both ports. */
static __always_inline __u32 port_offset(__u8 protocol, enum field field)
{
	if (protocol == IPPROTO_ICMP)
		return ICMP_ID;
	return field == SOURCE ? 0 : 2;
}

/* Replaces a port, in the header and in the checksum. UDP's checksum 0 (none) stays 0. */
static __always_inline enum drop_reason port_replace(struct __sk_buff *skb, const struct ipv4 *ip, enum field field,
						     __be16 from, __be16 to)
{
	int checksum = ip->protocol == IPPROTO_ICMP ? ICMP_CHECKSUM : pseudo_checksum_offset(ip->protocol);
	__u64 flags = sizeof(to) | (ip->protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0);

	if (bpf_l4_csum_replace(skb, ip->transport + checksum, from, to, flags) ||
	    bpf_skb_store_bytes(skb, ip->transport + port_offset(ip->protocol, field), &to, sizeof(to), 0))
		return DROP_MALFORMED;
	return DROP_NONE;
}

/* Replaces 16 bits of an ICMP message, which may be a checksum themselves, and updates the message's checksum. */
static __always_inline int quote_replace(struct __sk_buff *skb, const struct ipv4 *ip, __u32 at, __u16 before,
					 __u16 after)
{
	return bpf_skb_store_bytes(skb, at, &after, sizeof(after), 0) ||
	       bpf_l4_csum_replace(skb, ip->transport + ICMP_CHECKSUM, before, after, sizeof(after));
}

/*
 * The quoted packet has our endpoint in the opposite field: an error about a packet from A to B is sent to A. Updating
 * the address and the quoted header's checksum together leaves the ICMP checksum as it is. Ports and the quoted
 * transport checksum are updated as far as the quote reaches, and change the ICMP checksum. The quoted datagram's
 * length is not compared with the quote (RFC 5508 REQ-3). A quoted later fragment contains no transport header.
 */
static __always_inline enum drop_reason quote_translate(struct __sk_buff *skb, const struct ipv4 *ip, enum field outer,
							__be32 from, const struct rewrite *to)
{
	__u32 quote = ip->transport + ICMP_HEADER;
	__u32 address = quote + (outer == SOURCE ? __builtin_offsetof(struct iphdr, daddr)
						 : __builtin_offsetof(struct iphdr, saddr));
	__u32 end = ETH_HLEN + ip->length;
	__u16 before, after;
	struct iphdr inner;
	__u32 at;
	int offset;

	if (bpf_skb_load_bytes(skb, quote, &inner, sizeof(inner)) || inner.version != 4 || inner.ihl < 5)
		return DROP_ICMP_QUOTE;
	if ((outer == SOURCE ? inner.daddr : inner.saddr) != from)
		return DROP_ICMP_QUOTE;

	inner.check = csum_replace(inner.check, from, to->address);
	if (bpf_skb_store_bytes(skb, address, &to->address, sizeof(to->address), 0) ||
	    bpf_skb_store_bytes(skb, quote + __builtin_offsetof(struct iphdr, check), &inner.check, sizeof(inner.check),
				0))
		return DROP_FAILED;
	if (inner.frag_off & bpf_htons(IP_OFFSET))
		return DROP_NONE;

	at = quote + inner.ihl * 4 + port_offset(inner.protocol, outer == SOURCE ? DESTINATION : SOURCE);
	if (to->port_from != to->port_to && quote_replace(skb, ip, at, to->port_from, to->port_to))
		return DROP_ICMP_QUOTE;

	/* An ICMP query's checksum covers the identifier but no address. A short quote ends before TCP's checksum. */
	offset = inner.protocol == IPPROTO_ICMP ? ICMP_CHECKSUM : pseudo_checksum_offset(inner.protocol);
	at = quote + inner.ihl * 4 + offset;
	if (offset < 0 || at + 2 > end || bpf_skb_load_bytes(skb, at, &before, sizeof(before)))
		return DROP_NONE;
	if (inner.protocol == IPPROTO_UDP && before == 0)
		return DROP_NONE;
	after = inner.protocol == IPPROTO_ICMP ? before : csum_replace(before, from, to->address);
	if (to->port_from != to->port_to)
		after = csum_replace(after, to->port_from, to->port_to);
	if (inner.protocol == IPPROTO_UDP && after == 0)
		after = 0xffff;
	if (after != before && quote_replace(skb, ip, at, before, after))
		return DROP_FAILED;
	return DROP_NONE;
}

/* Whether the ports lie directly behind a header without options: then they are written with it. */
static __always_inline int ports_are_direct(const struct ipv4 *ip)
{
	return (ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP) && ip->first_fragment && !ip->options;
}

static __always_inline enum drop_reason translate_transport(struct __sk_buff *skb, const struct ipv4 *ip,
							    enum field field, __be32 from, const struct rewrite *to)
{
	int offset = pseudo_checksum_offset(ip->protocol);
	__u64 flags = BPF_F_PSEUDO_HDR | sizeof(from);
	__u8 type;

	if (!ip->first_fragment)
		return DROP_NONE;
	if (ip->protocol == IPPROTO_ICMP) {
		if (bpf_skb_load_bytes(skb, ip->transport, &type, sizeof(type)))
			return DROP_MALFORMED;
		if (icmp_is_error(type))
			return quote_translate(skb, ip, field, from, to);
	} else if (offset >= 0) {
		/* The skb may be CHECKSUM_PARTIAL: only the helper handles that. UDP's 0 (no checksum) stays 0. */
		if (ip->protocol == IPPROTO_UDP)
			flags |= BPF_F_MARK_MANGLED_0;
		if (bpf_l4_csum_replace(skb, ip->transport + offset, from, to->address, flags))
			return DROP_MALFORMED;
	}
	if (to->port_from == to->port_to)
		return DROP_NONE;
	if (!ports_are_direct(ip))
		return port_replace(skb, ip, field, to->port_from, to->port_to);
	flags = sizeof(to->port_to) | (ip->protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0);
	return bpf_l4_csum_replace(skb, ip->transport + offset, to->port_from, to->port_to, flags) ? DROP_MALFORMED
												   : DROP_NONE;
}

/* Invalidates pointers into the packet. */
__noinline int translate_endpoint(struct __sk_buff *skb, const struct ipv4 *ip, enum field field,
				  const struct rewrite *to, enum hop hop)
{
	enum drop_reason reason;
	struct iphdr *header;
	__be16 *ports;
	__be32 from;
	__u64 sum;

	if (!ip || !to)
		return DROP_FAILED;
	from = field == SOURCE ? ip->source : ip->destination;
	reason = translate_transport(skb, ip, field, from, to);
	if (reason)
		return reason;

	/* Either 4 octets follow the header, or the packet has no ports. */
	if (!packet_pull(skb, ETH_HLEN + sizeof(*header) + (ports_are_direct(ip) ? 2 * sizeof(*ports) : 0)))
		return DROP_FAILED;
	header = packet_start(skb) + ETH_HLEN;
	ports = (__be16 *)(header + 1);
	if ((void *)(header + 1) > packet_end(skb))
		return DROP_FAILED;
	if (ports_are_direct(ip) && to->port_from != to->port_to) {
		if ((void *)(ports + 2) > packet_end(skb))
			return DROP_FAILED;
		ports[field == SOURCE ? 0 : 1] = to->port_to;
	}

	sum = (__u64)(__u16)~header->check + (__u32)~from + to->address;
	if (field == SOURCE)
		header->saddr = to->address;
	else
		header->daddr = to->address;
	if (hop == NEXT_HOP) {
		header->ttl--;
		sum += (__u16)~bpf_htons(0x0100);
	}
	header->check = ~csum_fold(sum);
	return DROP_NONE;
}

static __always_inline enum drop_reason translate(struct __sk_buff *skb, const struct ipv4 *ip, enum field field,
						  __be32 to, enum hop hop)
{
	struct rewrite address = {.address = to};

	return translate_endpoint(skb, ip, field, &address, hop);
}

/* Replaces a fragment's identification (RFC 6864 5.3.1). Invalidates pointers into the packet. */
static __always_inline enum drop_reason ipv4_id_replace(struct __sk_buff *skb, __be16 from, __be16 to)
{
	struct iphdr *header;

	if (!packet_pull(skb, ETH_HLEN + sizeof(*header)))
		return DROP_FAILED;
	header = packet_start(skb) + ETH_HLEN;
	if ((void *)(header + 1) > packet_end(skb))
		return DROP_FAILED;
	header->check = csum_replace(header->check, from, to);
	header->id = to;
	return DROP_NONE;
}

#endif
