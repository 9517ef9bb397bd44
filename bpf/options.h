/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Options of IPv4 (RFC 791 3.1) and of TCP (RFC 9293 3.1), which have one form: kind, length, value. */
#ifndef INNKEEPER_OPTIONS_H
#define INNKEEPER_OPTIONS_H

#include "parse.h"
#include "translate.h"

#define OPTIONS_MAX 40
#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_LSRR 131
#define OPTION_SSRR 137
#define OPTION_MSS 2
#define TCP_HEADER 20
#define TCP_DATA_OFFSET 12 /* offset, of the octet with it */
#define TCP_CHECKSUM 16	   /* offset */

/*
 * The offset of the first option of one of two kinds in `size` octets at `first`; 0 = there is none. Indexes are masked
 * and not compared: so the verifier sees one path through each round.
 */
__noinline int option_find(struct __sk_buff *skb, __u32 first, __u32 size, __u32 kind, __u32 other)
{
	__u8 options[64] = {};
	__u32 at = 0;

	if (size < 2 || size > OPTIONS_MAX || bpf_skb_load_bytes(skb, first, options, size))
		return 0;
	for (int i = 0; i < OPTIONS_MAX && at + 2 <= size; i++) {
		__u32 found = options[at & 63], length = options[(at + 1) & 63];

		if (found == kind || found == other)
			return first + at;
		if (found == OPTION_END || (found != OPTION_NOP && length < 2))
			break;
		at += found == OPTION_NOP ? 1 : length;
	}
	return 0;
}

/* Whether the sender chose the packet's route: no packet may go round what its addresses say (RFC 7126 4.3, 4.4). */
static __always_inline int ipv4_is_source_routed(struct __sk_buff *skb, const struct ipv4 *ip)
{
	const __u32 first = ETH_HLEN + sizeof(struct iphdr);

	return ip->options && option_find(skb, first, ip->transport - first, OPTION_LSRR, OPTION_SSRR);
}

/*
 * Lowers the MSS that a SYN offers. The option may begin at an odd octet, so that its value lies in two words of the
 * checksum: then both of its octets count as if swapped (RFC 1071 2). A SYN without the option stays without: its
 * sender takes segments of 536 octets (RFC 9293 3.7.1). `end`: of the packet.
 */
__noinline int mss_lower(struct __sk_buff *skb, __u32 transport, __u32 end, __u32 limit)
{
	__u16 before, after = bpf_htons(limit);
	struct {
		__u8 kind;
		__u8 length;
		__be16 value;
	} mss;
	__u8 data_offset;
	__u32 size;
	int at;

	if (bpf_skb_load_bytes(skb, transport + TCP_DATA_OFFSET, &data_offset, sizeof(data_offset)))
		return 0;
	size = (data_offset >> 4) * 4;
	if (size <= TCP_HEADER || transport + size > end)
		return 0;
	at = option_find(skb, transport + TCP_HEADER, size - TCP_HEADER, OPTION_MSS, OPTION_MSS);
	if (!at || at + sizeof(mss) > transport + size || bpf_skb_load_bytes(skb, at, &mss, sizeof(mss)) ||
	    mss.length != sizeof(mss) || bpf_ntohs(mss.value) <= limit)
		return 0;
	if (bpf_skb_store_bytes(skb, at + 2, &after, sizeof(after), 0))
		return 0;
	before = mss.value;
	if ((at - transport) & 1) {
		before = __builtin_bswap16(before);
		after = __builtin_bswap16(after);
	}
	return bpf_l4_csum_replace(skb, transport + TCP_CHECKSUM, before, after, sizeof(after));
}

/* Either end of a connection learns the largest segment that fits both MTUs (RFC 9293 3.7.1, RFC 2923 2.1). */
static __always_inline void mss_clamp(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
				      const struct uplink *up)
{
	__u32 mtu = up->mtu < config->access_mtu ? up->mtu : config->access_mtu;

	if ((config->flags & CONFIG_CLAMP_MSS) && (ip->tcp_flags & TCP_SYN) && mtu > sizeof(struct iphdr) + TCP_HEADER)
		mss_lower(skb, ip->transport, ETH_HLEN + ip->length, mtu - sizeof(struct iphdr) - TCP_HEADER);
}

#endif
