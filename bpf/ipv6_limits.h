/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The limits of a profile for its devices' IPv6: destinations, and conversations that hosts outside begin. As
 * inbound_filter.h and profiles.h for IPv4, with one difference: a device whose profile admits callers judges ICMPv6
 * errors itself, by the packet that they quote, which has its address.
 */
#ifndef INNKEEPER_IPV6_LIMITS_H
#define INNKEEPER_IPV6_LIMITS_H

#include "ipv6.h"
#include "profiles.h"

/* The longest network of the profile decides; the uplink's prefix counts where no network names the address. */
static __always_inline int profile_allows6(const struct ipv6_uplink *up, const struct profile *profile, __u32 number,
					   const __be32 *address)
{
	struct destination6_key key = {.prefix = 160, .profile = number};
	__u32 *verdict;

	if (profile->flags & PROFILE_DESTINATIONS) {
		copy_address6(key.network, address);
		verdict = bpf_map_lookup_elem(&destinations6, &key);
		if (verdict)
			return *verdict == DESTINATION_ALLOWED;
	}
	return !(profile->flags & PROFILE_DENY_UPLINKS) || !(up->flags & IPV6_ON_LINK) ||
	       !in_network6(address, up->prefix, up->mask);
}

static __always_inline struct contact6_key contact6(const struct binding6 *binding, __u32 number, const __be32 *remote,
						    __u32 protocol)
{
	struct contact6_key key = {.binding = number, .generation = binding->generation, .protocol = protocol};

	copy_address6(key.remote, remote);
	return key;
}

static __always_inline void contact6_note(void *map, const struct contact6_key *key)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	__u64 *last = bpf_map_lookup_elem(map, key);

	if (!last)
		bpf_map_update_elem(map, key, &now, BPF_ANY);
	else if (now - *last > NSEC_PER_SEC)
		*last = now;
}

static __always_inline int contact6_knows(void *map, const struct contact6_key *key)
{
	__u64 *last = bpf_map_lookup_elem(map, key);

	return last && bpf_ktime_get_coarse_ns() - *last <
			       inbound_filter_lifetime(key->protocol == IPV6_ICMP ? IPPROTO_ICMP : key->protocol);
}

/* The remote host and the protocol of the packet that an error quotes. */
static __always_inline enum drop_reason quote6_contact(struct __sk_buff *skb, const struct ipv6_upper *upper,
						       struct contact6_key *key, enum field remote)
{
	__u32 quote = upper->offset + ICMP6_HEADER;
	__u8 protocol;

	if (bpf_skb_load_bytes(skb, quote + __builtin_offsetof(struct ipv6, next_header), &protocol, 1) ||
	    bpf_skb_load_bytes(skb,
			       quote + (remote == SOURCE ? __builtin_offsetof(struct ipv6, source)
							 : __builtin_offsetof(struct ipv6, destination)),
			       key->remote, sizeof(key->remote)))
		return DROP_ICMP_QUOTE;
	key->protocol = protocol;
	return DROP_NONE;
}

/*
 * A device whose profile refuses callers may be answered by hosts that it sent to, by the same protocol. A connection's
 * opening and an echo request are never answers. Not inlined: its key would lie on the stack of the packet path.
 */
__noinline int inbound6_admits(struct __sk_buff *skb, const struct ipv6_upper *upper, __u32 number)
{
	struct binding6 *binding = binding6_lookup(number);
	struct contact6_key key = {};

	if (!binding || !upper)
		return 0;
	if (binding->flags & BINDING_INBOUND)
		return 1;
	if ((upper->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		return 0;
	key.binding = number;
	key.generation = binding->generation;
	key.protocol = upper->protocol;
	if (upper->protocol == IPV6_ICMP && !upper->later && upper->type == ICMP6_ECHO)
		return 0;
	if (ipv6_is_error(upper)) {
		if (quote6_contact(skb, upper, &key, DESTINATION))
			return 0;
	} else if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct ipv6, source), key.remote,
				      sizeof(key.remote))) {
		return 0;
	}
	return contact6_knows(&spoken_to6, &key);
}

/*
 * The device's packet may be an answer to a host that its profile denies, if that host sent to it by that protocol.
 * Not inlined, likewise.
 */
__noinline int caller6_is_answered(struct __sk_buff *skb, const struct ipv6_upper *upper, __u32 number)
{
	struct binding6 *binding = binding6_lookup(number);
	struct contact6_key key = {};

	if (!binding || !upper || (upper->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN ||
	    (upper->protocol == IPV6_ICMP && !upper->later && upper->type == ICMP6_ECHO))
		return 0;
	key.binding = number;
	key.generation = binding->generation;
	key.protocol = upper->protocol;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct ipv6, destination), key.remote,
			       sizeof(key.remote)))
		return 0;
	/* About the caller's packet. */
	if (ipv6_is_error(upper) && quote6_contact(skb, upper, &key, SOURCE))
		return 0;
	return contact6_knows(&called_by6, &key);
}

/* Notes a host outside, whose packet this is: the device sends to it (SOURCE), or it called the device. */
__noinline int contact6_note_packet(struct __sk_buff *skb, __u32 number, __u32 protocol, enum field device)
{
	struct binding6 *binding = binding6_lookup(number);
	struct contact6_key key = {.binding = number, .protocol = protocol};

	if (!binding || bpf_skb_load_bytes(skb,
					   ETH_HLEN + (device == SOURCE ? __builtin_offsetof(struct ipv6, destination)
									: __builtin_offsetof(struct ipv6, source)),
					   key.remote, sizeof(key.remote)))
		return 0;
	key.generation = binding->generation;
	if (device == SOURCE)
		contact6_note(&spoken_to6, &key);
	else
		contact6_note(&called_by6, &key);
	return 0;
}

#endif
