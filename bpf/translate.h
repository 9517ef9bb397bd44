/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One address of a packet for another: in the IPv4 header, in the transport checksum that covers it, and in the
 * packet that an ICMP error quotes (RFC 5508 section 4; RFC 3022 section 4). 1:1, so no ports, so every protocol and
 * every fragment in any order passes (RFC 4787 REQ-14).
 */
#ifndef INNKEEPER_TRANSLATE_H
#define INNKEEPER_TRANSLATE_H

#include "packet.h"

enum field {
	SOURCE,
	DESTINATION,
};

enum hop {
	SAME_HOP, /* the host's IP stack counts this hop */
	NEXT_HOP, /* forwarded here: TTL - 1 (RFC 1812 5.3.1) */
};

/* Offset of a checksum that covers the pseudo header, or -1: GRE, ESP, SCTP, ICMP and others have none. */
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

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* RFC 1624, equation 3, for a 32-bit field. */
static __always_inline __u16 checksum_replace(__u16 checksum, __be32 from, __be32 to)
{
	return ~fold((__u64)(__u16)~checksum + (__u32)~from + to);
}

/*
 * The packet quoted by an ICMP error carries the opposite field of the error's own: an error about a packet that A
 * sent to B comes to A. The quoted header's checksum is kept right, and the change of both cancels out in the ICMP
 * checksum; the quoted transport checksum, when the quote reaches it, is kept right too and does count.
 */
static __always_inline enum drop_reason translate_quote(struct __sk_buff *skb, const struct ipv4 *ip, enum field outer,
							__be32 from, __be32 to)
{
	__u32 quote = ip->transport + ICMP_HEADER;
	__u32 address = quote + (outer == SOURCE ? __builtin_offsetof(struct iphdr, daddr)
						 : __builtin_offsetof(struct iphdr, saddr));
	struct iphdr inner;
	__u32 checksum_at;
	__u16 before, after;
	int offset;

	if (bpf_skb_load_bytes(skb, quote, &inner, sizeof(inner)) || inner.version != 4 || inner.ihl < 5)
		return DROP_ICMP_QUOTE;
	if ((outer == SOURCE ? inner.daddr : inner.saddr) != from)
		return DROP_ICMP_QUOTE;

	inner.check = checksum_replace(inner.check, from, to);
	if (bpf_skb_store_bytes(skb, address, &to, sizeof(to), 0) ||
	    bpf_skb_store_bytes(skb, quote + __builtin_offsetof(struct iphdr, check), &inner.check,
				sizeof(inner.check), 0))
		return DROP_FAILED;

	/* A later fragment's payload holds no transport header; a short quote ends before TCP's checksum. */
	offset = pseudo_checksum_offset(inner.protocol);
	if (offset < 0 || (inner.frag_off & bpf_htons(IP_OFFSET)))
		return DROP_NONE;
	checksum_at = quote + inner.ihl * 4 + offset;
	if (checksum_at + 2 > ETH_HLEN + ip->length || bpf_skb_load_bytes(skb, checksum_at, &before, sizeof(before)))
		return DROP_NONE;
	if (inner.protocol == IPPROTO_UDP && before == 0)
		return DROP_NONE;
	after = checksum_replace(before, from, to);
	if (inner.protocol == IPPROTO_UDP && after == 0)
		after = 0xffff;
	if (bpf_skb_store_bytes(skb, checksum_at, &after, sizeof(after), 0) ||
	    bpf_l4_csum_replace(skb, ip->transport + ICMP_CHECKSUM, before, after,
				sizeof(after)))
		return DROP_FAILED;
	return DROP_NONE;
}

static __always_inline enum drop_reason translate_transport(struct __sk_buff *skb, const struct ipv4 *ip,
							    enum field field, __be32 from, __be32 to)
{
	int offset = pseudo_checksum_offset(ip->protocol);
	__u64 flags = BPF_F_PSEUDO_HDR | sizeof(to);
	__u8 type;

	if (!ip->first_fragment)
		return DROP_NONE;
	if (offset >= 0) {
		/* The skb may be CHECKSUM_PARTIAL: only the helper does this right. UDP's 0 (no checksum) stays 0. */
		if (ip->protocol == IPPROTO_UDP)
			flags |= BPF_F_MARK_MANGLED_0;
		return bpf_l4_csum_replace(skb, ip->transport + offset, from, to, flags) ? DROP_MALFORMED : DROP_NONE;
	}
	if (ip->protocol == IPPROTO_ICMP) {
		if (bpf_skb_load_bytes(skb, ip->transport, &type, sizeof(type)))
			return DROP_MALFORMED;
		if (is_icmp_error(type))
			return translate_quote(skb, ip, field, from, to);
	}
	return DROP_NONE;
}

/* Invalidates pointers into the packet. */
static __always_inline enum drop_reason translate(struct __sk_buff *skb, const struct ipv4 *ip, enum field field,
						  __be32 to, enum hop hop)
{
	__be32 from = field == SOURCE ? ip->source : ip->destination;
	enum drop_reason reason;
	struct iphdr *header;
	__u64 sum;

	reason = translate_transport(skb, ip, field, from, to);
	if (reason)
		return reason;

	if (!accessible(skb, ETH_HLEN + sizeof(*header)))
		return DROP_FAILED;
	header = packet_start(skb) + ETH_HLEN;
	if ((void *)(header + 1) > packet_end(skb))
		return DROP_FAILED;

	sum = (__u64)(__u16)~header->check + (__u32)~from + to;
	if (field == SOURCE)
		header->saddr = to;
	else
		header->daddr = to;
	if (hop == NEXT_HOP) {
		header->ttl--;
		sum += (__u16)~bpf_htons(0x0100);
	}
	header->check = ~fold(sum);
	return DROP_NONE;
}

#endif
