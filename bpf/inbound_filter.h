/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The remote hosts that a device has sent to. For profiles that refuse new conversations from outside: a remote
 * address may answer if the device sent to it by the same protocol, and from the same port if the device shares an
 * address (address-dependent filtering, RFC 4787 REQ-8, RFC 5382 REQ-3). An ICMP query is never an answer, nor is a
 * TCP SYN where the port is not known. An ICMP error is judged by the packet that it quotes (RFC 4787 REQ-12a),
 * whatever the profile.
 */
#ifndef INNKEEPER_INBOUND_FILTER_H
#define INNKEEPER_INBOUND_FILTER_H

#include "clock.h"
#include "lookup.h"
#include "recent.h"

static __always_inline __u64 inbound_filter_lifetime(__u32 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 7440 * NSEC_PER_SEC; /* RFC 5382 REQ-5 */
	case IPPROTO_ICMP:
		return 60 * NSEC_PER_SEC; /* RFC 5508 REQ-2 */
	default:
		return 300 * NSEC_PER_SEC; /* RFC 4787 REQ-5c */
	}
}

static __always_inline void inbound_filter_note(const struct binding *binding, __u32 number, __be32 remote,
						__u8 protocol, __be16 port)
{
	struct contact_key key = {.binding = number,
				  .remote = remote,
				  .protocol = protocol,
				  .port = port,
				  .generation = binding->generation};
	__u64 now = bpf_ktime_get_coarse_ns();
	__u64 *last = bpf_map_lookup_elem(&spoken_to, &key);

	if (!last)
		bpf_map_update_elem(&spoken_to, &key, &now, BPF_ANY);
	else if (now - *last > NSEC_PER_SEC)
		*last = now;
}

static __always_inline int inbound_filter_knows(const struct binding *binding, __u32 number, __be32 remote,
						__u8 protocol, __be16 port)
{
	struct contact_key key = {.binding = number,
				  .remote = remote,
				  .protocol = protocol,
				  .port = port,
				  .generation = binding->generation};
	__u64 *last = bpf_map_lookup_elem(&spoken_to, &key);

	return last && bpf_ktime_get_coarse_ns() - *last < inbound_filter_lifetime(protocol);
}

/*
 * A fragment that begins within the TCP header may overwrite the flags of the fragment before it (RFC 1858 section 3).
 */
static __always_inline int fragment_may_hide_flags(struct __sk_buff *skb, const struct ipv4 *ip)
{
	__be16 fragment;

	return ip->protocol == IPPROTO_TCP && !ip->first_fragment &&
	       (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, frag_off), &fragment,
				   sizeof(fragment)) ||
		(bpf_ntohs(fragment) & IP_OFFSET) == 1);
}

/*
 * The remote host of the packet that an error quotes. `claimed`: the claimed address of a sender that is a device
 * too, or 0; its own error quotes that where the receiver knows the external one.
 */
static __always_inline __be32 quoted_remote(const struct ipv4 *ip, const struct iphdr *quoted, __be32 claimed)
{
	return claimed && quoted->daddr == claimed ? ip->source : quoted->daddr;
}

/* `port`: the device's port if it shares an address, or 0. `claimed`: as above. */
static __always_inline int inbound_filter_allows(struct __sk_buff *skb, const struct ipv4 *ip,
						 const struct binding *binding, __u32 number, __be16 port,
						 __be32 claimed)
{
	struct iphdr quoted;
	__u8 type;

	if (!port && ((ip->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN || fragment_may_hide_flags(skb, ip)))
		return 0;
	if (ip->protocol == IPPROTO_ICMP && ip->first_fragment) {
		if (bpf_skb_load_bytes(skb, ip->transport, &type, 1))
			return 0;
		if (icmp_is_error(type))
			return !bpf_skb_load_bytes(skb, ip->transport + ICMP_HEADER, &quoted, sizeof(quoted)) &&
			       inbound_filter_knows(binding, number, quoted_remote(ip, &quoted, claimed),
						    quoted.protocol, port);
		if (icmp_is_request(type))
			return 0;
	}
	return inbound_filter_knows(binding, number, ip->source, ip->protocol, port);
}

/* A packet of a device that has an external address of its own. Without BINDING_INBOUND its filter notes the packet. */
static __always_inline void conversation_note(const struct ipv4 *ip, const struct binding *binding, __u32 number)
{
	if ((binding->flags & BINDING_INBOUND) && binding->legal)
		recent_note(ip, binding, number);
}

/*
 * For an ICMP message to an address that one device has: whether it is no error, or an error about a conversation that
 * there is. The device sent to that remote host, by that protocol and not long ago. Ports are not known: the device
 * compares them itself (RFC 5927 4). Without BINDING_INBOUND the filter has asked already.
 */
__noinline int conversation_knows_error(struct __sk_buff *skb, const struct ipv4 *ip, const struct binding *binding,
					__u32 number, __be32 claimed)
{
	struct iphdr quoted;
	__u8 type;

	if (!ip || !binding || !(binding->flags & BINDING_INBOUND) || !ip->first_fragment ||
	    bpf_skb_load_bytes(skb, ip->transport, &type, 1) || !icmp_is_error(type))
		return 1;
	return !bpf_skb_load_bytes(skb, ip->transport + ICMP_HEADER, &quoted, sizeof(quoted)) &&
	       recent_knows(binding, number, quoted_remote(ip, &quoted, claimed), quoted.protocol,
			    inbound_filter_lifetime(quoted.protocol));
}

#endif
