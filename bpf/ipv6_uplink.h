/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* IPv6 from an uplink: to the device that has the address outside. All other packets pass to the host unchanged. */
#ifndef INNKEEPER_IPV6_UPLINK_H
#define INNKEEPER_IPV6_UPLINK_H

#include "ipv6_access.h"

/* The control plane tells the sender, by the uplink that the packet came by. */
static __always_inline int ipv6_refuse_outside(struct __sk_buff *skb, enum drop_reason reason, enum punt_reason why,
					       __u32 index, __u32 number)
{
	punt_for(skb, why, 0, index + 1);
	return drop_of(reason, number | IPV6_NUMBER);
}

static __always_inline int ipv6_to_claimed(struct __sk_buff *skb, const struct config *config, __u32 index,
					   struct binding6 *binding, __u32 number)
{
	const struct ipv6_uplink *up = ipv6_uplink_lookup(index);
	struct ipv6_upper upper;
	const struct profile *profile;
	enum drop_reason reason;
	__be32 source[4];
	__u8 next_header, hop_limit;
	struct ipv6 *ip;
	__u32 other;

	ip = ipv6_header(skb);
	if (!ip)
		return drop_of(DROP_MALFORMED, number | IPV6_NUMBER);
	copy_address6(source, ip->source);
	next_header = ip->next_header;
	hop_limit = ip->hop_limit;

	/* 2. May it come in? */
	if (ipv6_is_bogus(source) || ipv6_is_link_local(source) || same_address6(source, binding->legal))
		return drop_of(DROP_BOGUS_SOURCE, number | IPV6_NUMBER);
	if (up && in_network6(source, up->prefix, up->mask) && binding6_lookup_legal(source, &other))
		return drop_of(DROP_OWN_SOURCE, number | IPV6_NUMBER);
	reason = ipv6_parse_upper(skb, next_header, &upper);
	if (!reason)
		reason = icmp6_refuse(skb, &upper);
	if (reason)
		return drop_of(reason, number | IPV6_NUMBER);
	profile = bpf_map_lookup_elem(&profiles, &binding->profile);
	if (!up || !profile || profile->uplink != index || !in_network6(binding->legal, up->prefix, up->mask))
		return drop_of(DROP_WRONG_UPLINK, number | IPV6_NUMBER);
	if ((binding->flags & BINDING_HELD) || !inbound6_admits(skb, &upper, number))
		return drop_of(DROP_INBOUND_REFUSED, number | IPV6_NUMBER);
	if (!rate_admit(skb, &profile->in, binding->meter, 0))
		return drop_of(DROP_RATE, number | IPV6_NUMBER);
	if (hop_limit <= 1)
		return ipv6_refuse_outside(skb, DROP_HOP_LIMIT, PUNT_HOP_LIMIT, index, number);
	if (!profile_allows6(up, profile, binding->profile, source))
		contact6_note_packet(skb, number, upper.protocol, DESTINATION);

	/* 3. To the device. */
	mss_clamp6(skb, config, &upper, up->mtu);
	if (ipv6_wire_length(skb, &upper) > config->access_mtu)
		return ipv6_refuse_outside(skb, DROP_TOO_LONG, PUNT_TOO_LONG, index, number);
	return ipv6_deliver(skb, config, &upper, number, NEXT_HOP);
}

/* Not inlined: few uplinks see much of it, and the verifier proves it once. */
__noinline int ipv6_from_uplink(struct __sk_buff *skb, const struct config *config, __u32 index)
{
	struct binding6 *binding;
	__be32 destination[4];
	struct ethhdr *eth;
	struct ipv6 *ip;
	__u32 number;
	int type;

	if (!config || !(config->flags & CONFIG_CARRY_IPV6))
		return PASS;
	ip = ipv6_header(skb);
	eth = packet_start(skb);
	if (!ip || (void *)(eth + 1) > packet_end(skb))
		return PASS;
	type = neighbor_type(skb, ip);
	if (type)
		return neighbor_from_uplink(skb, config, index, type);
	if (!same_mac(eth->h_dest, uplink_get(config, index)->mac))
		return PASS;

	/* 1. Its owner. */
	copy_address6(destination, ip->destination);
	binding = binding6_lookup_legal(destination, &number);
	return binding ? ipv6_to_claimed(skb, config, index, binding, number) : PASS;
}

#endif
