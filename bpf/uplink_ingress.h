/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A packet from an uplink: its owner, and whether and how it reaches that device. */
#ifndef INNKEEPER_UPLINK_INGRESS_H
#define INNKEEPER_UPLINK_INGRESS_H

#include "drop.h"
#include "accounting.h"
#include "dns_away.h"
#include "dot.h"
#include "forward.h"
#include "icmp.h"
#include "nat.h"
#include "one_arm.h"
#include "options.h"
#include "profiles.h"
#include "slow_path.h"

/* The slow path: the host's stack fragments the packet, or answers that it may not. */
static __always_inline int uplink_to_stack(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					   const struct profile *profile, struct nat_ingress *in)
{
	enum drop_reason reason;

	in->to.address = inside_address(config, in->number);
	reason = translate_endpoint(skb, ip, DESTINATION, &in->to, SAME_HOP);
	return reason ? drop(reason) : send_sealed(skb, config, ip, profile, config->access_mtu);
}

/* The control plane learns which addresses lie outside, and which servers answer DNS over TLS. */
static __always_inline void uplink_report(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					  const struct nat_ingress *in)
{
	if ((in->binding->flags & BINDING_LEARN) && icmp_is_echo_reply(skb, ip))
		punt_for(skb, PUNT_ANSWERED, 0, in->number);
	if (dot_is_answer(config, ip))
		punt(skb, PUNT_PRIVATE_DNS_ANSWER, 0);
}

static __always_inline int uplink_to_device(struct __sk_buff *skb, const struct config *config, __u32 index,
					    struct ipv4 *ip, struct nat_ingress *in)
{
	const struct profile *profile;
	enum drop_reason reason;
	__u32 detoured = 0;

	/* 2. May it come in? */
	if (inside_contains(config, ip->source))
		return drop_of(DROP_SPOOFED_INSIDE, in->number);
	if (ipv4_is_bogus(ip->source) || ip->source == ip->destination)
		return drop_of(DROP_BOGUS_SOURCE, in->number);
	reason = ip->protocol == IPPROTO_ICMP ? icmp_refuse(skb, ip) : DROP_NONE;
	if (reason)
		return drop_of(reason, in->number);
	profile = profile_lookup(in->binding);
	if (!profile || profile->uplink != index)
		return drop_of(DROP_WRONG_UPLINK, in->number);
	reason = nat_ingress_admit(skb, ip, 0, in);
	if (reason)
		return drop_of(reason, in->number);
	if (!profile_rate_admit(skb, &profile->in, in->binding, 0))
		return drop_of(DROP_RATE, in->number);
	/* An answer of the fallback resolver comes as the server that was asked, and permits the device nothing. */
	if (dns_may_be_detoured(ip)) {
		reason = dns_detour_return(skb, ip, in->number, in->mapping ? in->mapping->port : ip->destination_port,
					   &detoured);
		if (reason)
			return drop_of(reason, in->number);
	}
	if (!detoured && !profile_allows(config, profile, in->binding->profile, ip->source))
		caller_note(in->binding, in->number, ip->source, ip->protocol,
			    in->mapping ? in->mapping->port : ip->destination_port);

	/* 3. By the host's stack, or directly. */
	mss_clamp(skb, config, ip, uplink_get(config, index));
	if (packet_needs_stack(skb, ip, config->access_mtu, uplink_get(config, index)->mtu))
		return uplink_to_stack(skb, config, ip, profile, in);
	uplink_report(skb, config, ip, in);
	traffic_count_in(skb, in->number);
	reason = translate_endpoint(skb, ip, DESTINATION, &in->to, NEXT_HOP);
	return reason ? drop_of(reason, in->number) : send_to_device(skb, config, in->binding, in->number);
}

/*
 * Whether the source is an address of ours, which no other host has: filters, and devices, take it for a neighbour
 * behind the gateway. On one arm, what is not for a device passes as if we were not there. An address of the pool
 * that is not in use may be another host's by mistake: the host itself may speak with that.
 */
static __always_inline int uplink_source_is_ours(const struct config *config, __be32 source, enum nat_owner owner)
{
	if (owner == NAT_DEVICE || owner == NAT_CONSUMED)
		return is_own_address(config, source) || external_is_used(config, source) ||
		       pool_contains(config, source);
	return !(config->flags & CONFIG_ONE_ARM) &&
	       (is_own_address(config, source) || external_is_used(config, source));
}

/* `mac`: the frame's source. */
static __always_inline int uplink_ipv4(struct __sk_buff *skb, const struct config *config, __u32 index, const __u8 *mac)
{
	struct nat_ingress in;
	enum nat_owner owner;
	struct ipv4 ip;

	if (ipv4_parse(skb, &ip))
		return PASS;
	/* The host must not route it as a packet of one of its own networks, to a device or to a service. */
	if (inside_contains(config, ip.destination))
		return drop(DROP_SPOOFED_INSIDE);
	if (ipv4_is_source_routed(skb, &ip))
		return drop(DROP_SOURCE_ROUTE);

	/* 1. Its owner. */
	owner = nat_ingress_lookup(skb, config, &ip, 1, &in);
	if (uplink_source_is_ours(config, ip.source, owner))
		return drop(DROP_OWN_SOURCE);
	if (is_own_address(config, ip.destination) && icmp_is_of_type(skb, &ip, ICMP_REDIRECT))
		return drop(DROP_REDIRECT);
	if (owner == NAT_HOST && ip.fragment && ip.first_fragment && has_ports(ip.protocol))
		fragment_note_first(skb, &ip, NULL, 0);
	if (owner == NAT_NONE || owner == NAT_HOST)
		return may_be_new_device(skb, config, mac, &ip) ? punt_instead(skb, PUNT_NEW_SOURCE, 0) : PASS;
	if (owner == NAT_CONSUMED)
		return in.reason ? drop(in.reason) : TC_ACT_SHOT;
	return uplink_to_device(skb, config, index, &ip, &in);
}

#endif
