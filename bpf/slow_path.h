/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The slow path: packets of devices in the host's stack, which forwards them by the gateway's uplink and does for
 * them what a router does (docs/decisions/0015-slow-path.md).
 *
 * They are the host's business no further than that. So they are sealed: while the host has them, they carry a
 * protocol number that no one has. No socket, NAT rule or tunnel of the host is for it, so wherever the host's
 * addresses, routes, rules or firewall would lead a sealed packet, it is a dead letter there. It is opened only by
 * from_stack and to_uplink. Before that, the kernel is asked where it would send the packet: if not out by the
 * uplink, it is refused here.
 */
#ifndef INNKEEPER_SLOW_PATH_H
#define INNKEEPER_SLOW_PATH_H

#include "drop.h"
#include "forward.h"
#include "options.h"

#define NOT_SEALED (-1)
#define ICMP_ERROR_MAX 576 /* octets of the packet (RFC 1812 4.3.2.3) */
#define GSO_SHRINK_MAX 0xfff

/*
 * Protocols 0 to 52 and 99 to 145 under 200 to 252 and 152 to 198, which are unassigned. The others are routing
 * protocols of one link, obsolete, or not assigned: they have no slow path. 0 = none.
 */
static __always_inline __u8 sealed_protocol(__u8 protocol)
{
	if (protocol <= 52)
		return protocol + 200;
	return protocol >= 99 && protocol <= 145 ? protocol + 53 : 0;
}

static __always_inline int opened_protocol(__u8 protocol)
{
	if (protocol >= 200 && protocol <= 252)
		return protocol - 200;
	return protocol >= 152 && protocol <= 198 ? protocol - 53 : NOT_SEALED;
}

/* Invalidates pointers into the packet. */
static __always_inline enum drop_reason protocol_replace(struct __sk_buff *skb, __u8 to)
{
	struct iphdr *header;

	if (!packet_pull(skb, ETH_HLEN + sizeof(*header)))
		return DROP_FAILED;
	header = packet_start(skb) + ETH_HLEN;
	if ((void *)(header + 1) > packet_end(skb))
		return DROP_FAILED;
	header->check = csum_replace(header->check, bpf_htons(header->protocol), bpf_htons(to));
	header->protocol = to;
	return DROP_NONE;
}

/*
 * While it is sealed, the stack cannot cut a packet of many segments into segments, as it must before it fragments
 * them. TCP's are made shorter instead: nothing is to be fragmented then. Other protocols' are not seen from a NIC.
 */
static __always_inline int gso_fits(struct __sk_buff *skb, const struct ipv4 *ip, __u32 mtu)
{
	__u32 length = ipv4_wire_length(skb, ip);
	__be16 fragment;

	if (!skb->gso_size || length <= mtu)
		return 1;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, frag_off), &fragment, sizeof(fragment)))
		return 0;
	if (fragment & bpf_htons(IP_DONT))
		return 1;
	length -= mtu;
	/* Room that is made and taken away again leaves the packet as it was, with shorter segments. */
	return ip->protocol == IPPROTO_TCP && length <= GSO_SHRINK_MAX && length < skb->gso_size &&
	       !bpf_skb_adjust_room(skb, length, BPF_ADJ_ROOM_NET, 0) &&
	       !bpf_skb_adjust_room(skb, -(__s32)length, BPF_ADJ_ROOM_NET, BPF_F_ADJ_ROOM_FIXED_GSO);
}

/* No error answers an error (RFC 1122 3.2.2), and the stack cannot tell. */
static __always_inline int is_error_to_answer(struct __sk_buff *skb, const struct ipv4 *ip)
{
	__u8 type;

	return ip->protocol == IPPROTO_ICMP && ip->first_fragment && (ip->ttl <= 1 || ip->length > ICMP_ERROR_MAX) &&
	       bpf_skb_load_bytes(skb, ip->transport, &type, sizeof(type)) == 0 && icmp_is_error(type);
}

/* Ends the program. `mtu`: of the way that the packet is to take. */
__noinline int send_sealed(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
			   const struct profile *profile, __u32 mtu)
{
	__u8 sealed;

	if (!config || !ip || !profile)
		return drop(DROP_FAILED);
	sealed = sealed_protocol(ip->protocol);
	if (!sealed || is_error_to_answer(skb, ip) || !gso_fits(skb, ip, mtu))
		return drop(DROP_SLOW_PATH);
	return protocol_replace(skb, sealed) ? drop(DROP_FAILED) : send_to_stack(skb, config, profile);
}

/*
 * Whether the host's stack leads the packet out by the uplink: not to an address of the host's, and by no other
 * interface. Its own look-up sees the mark too, which this one does not: it finds the route of another gateway than the
 * main one, whose table in turn has no other way (src/Innkeeper/Links/SlowPathRoutes.cs).
 */
__noinline int stack_leads_out(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip, __be32 source,
			       const struct profile *profile)
{
	struct bpf_fib_lookup fib = {};
	long result;

	if (!config || !ip || !profile)
		return 0;
	fib.family = 2; /* AF_INET */
	fib.l4_protocol = sealed_protocol(ip->protocol);
	fib.ifindex = config->edge_ifindex;
	fib.ipv4_src = source;
	fib.ipv4_dst = ip->destination;
	result = bpf_fib_lookup(skb, &fib, sizeof(fib), 0);
	if (profile->gateway)
		return result >= 0 && result != BPF_FIB_LKUP_RET_NOT_FWDED;
	return (result == BPF_FIB_LKUP_RET_SUCCESS || result == BPF_FIB_LKUP_RET_NO_NEIGH ||
		result == BPF_FIB_LKUP_RET_FRAG_NEEDED) &&
	       fib.ifindex == uplink_get(config, profile->uplink)->ifindex;
}

/*
 * Opens a packet that the stack forwarded; another stays as it is. `*was_sealed` tells which. Invalidates pointers into
 * the packet.
 */
static __always_inline enum drop_reason packet_open(struct __sk_buff *skb, int *was_sealed)
{
	__u8 protocol;
	int opened;

	if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, protocol), &protocol, sizeof(protocol)))
		return DROP_MALFORMED;
	opened = opened_protocol(protocol);
	*was_sealed = opened != NOT_SEALED;
	return *was_sealed ? protocol_replace(skb, opened) : DROP_NONE;
}

/*
 * Opens the packet that an ICMP error of the host's stack quotes. The change and that of the quoted header's checksum
 * together leave the ICMP checksum as it is. "No such protocol" says that the host took the packet for itself.
 */
static __always_inline enum drop_reason quote_open(struct __sk_buff *skb, const struct ipv4 *ip)
{
	__u32 quote = ip->transport + ICMP_HEADER;
	struct iphdr inner;
	__u8 type[2], plain;
	int opened;

	if (ip->protocol != IPPROTO_ICMP || !ip->first_fragment ||
	    bpf_skb_load_bytes(skb, ip->transport, type, sizeof(type)) || !icmp_is_error(type[0]) ||
	    bpf_skb_load_bytes(skb, quote, &inner, sizeof(inner)))
		return DROP_NONE;
	opened = opened_protocol(inner.protocol);
	if (opened == NOT_SEALED)
		return DROP_NONE;
	if (type[0] == ICMP_DEST_UNREACH && type[1] == ICMP_NO_PROTOCOL)
		return DROP_SLOW_PATH;
	plain = opened;
	inner.check = csum_replace(inner.check, bpf_htons(inner.protocol), bpf_htons(plain));
	if (bpf_skb_store_bytes(skb, quote + __builtin_offsetof(struct iphdr, protocol), &plain, sizeof(plain), 0) ||
	    bpf_skb_store_bytes(skb, quote + __builtin_offsetof(struct iphdr, check), &inner.check, sizeof(inner.check),
				0))
		return DROP_FAILED;
	return DROP_NONE;
}

#endif
