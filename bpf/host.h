/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The host's own packets to an uplink, where they touch the devices' addresses. */
#ifndef INNKEEPER_HOST_H
#define INNKEEPER_HOST_H

#include "drop.h"
#include "forward.h"
#include "nat.h"
#include "slow_path.h"

/*
 * A packet of the host from an address that devices share, of a flow that no port tells apart from theirs: an echo
 * request's identifier, or a protocol without ports. The host reserves the flow as a device would, if no device has it
 * already.
 */
static __always_inline void host_reserve_flow(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip)
{
	__u32 entry = legal_lookup(config, ip->source);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct mapping hosts = {.last_seen = now, .since = now, .flags = MAPPING_LOGGED}, *known;
	struct mapping_key key;
	struct flow flow;

	if (!(entry & SHARED_LEGAL) || flow_parse(skb, ip, SOURCE, &flow) || flow.kind != FLOW_NEW ||
	    ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP)
		return;
	key = mapping_key(ip->source, &flow, flow.port);
	known = bpf_map_lookup_elem(&mappings, &key);
	if (!known) {
		hosts.state = ip->protocol == IPPROTO_ICMP ? MAPPING_ICMP : MAPPING_OTHER;
		bpf_map_update_elem(&mappings, &key, &hosts, BPF_NOEXIST);
	} else if (!known->binding) {
		known->last_seen = now;
	}
}

/* Moves the host's own packet to another of its addresses. ICMP's checksum does not cover addresses. */
static __always_inline int host_set_source(struct __sk_buff *skb, __be32 from, __be32 to)
{
	return bpf_l3_csum_replace(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, check), from, to, sizeof(to)) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, saddr), &to, sizeof(to), 0);
}

/*
 * Translates the quote in an ICMP error that the host's stack sends outside, about a packet that it had for a device.
 * `beside` becomes the device's profile if that uses another gateway than the main one: the host's routes lead to the
 * main gateway, which must not learn of the device.
 */
static __always_inline enum drop_reason icmp_error_translate_quote(struct __sk_buff *skb, const struct config *config,
								   __u32 index, const struct ipv4 *ip,
								   const struct profile **beside)
{
	const struct profile *profile;
	struct binding *binding;
	enum drop_reason reason;
	struct rewrite as = {};
	struct iphdr quoted;
	struct flow flow;
	__u32 number;
	__u8 type;

	if (!ip->first_fragment || bpf_skb_load_bytes(skb, ip->transport, &type, sizeof(type)) ||
	    !icmp_is_error(type) || bpf_skb_load_bytes(skb, ip->transport + ICMP_HEADER, &quoted, sizeof(quoted)) ||
	    !inside_contains(config, quoted.daddr))
		return DROP_NONE;
	binding = binding_lookup_inside(config, quoted.daddr, &number);
	profile = binding ? profile_lookup(binding) : NULL;
	if (!profile)
		return DROP_NO_BINDING;
	if (profile->gateway)
		*beside = profile;
	else if (profile->uplink != index)
		return DROP_WRONG_UPLINK;
	as.address = binding->legal;
	if (binding->shared) {
		reason = flow_parse(skb, ip, SOURCE, &flow);
		if (!reason)
			reason = map_out(skb, &flow, binding, number, &as);
		if (reason)
			return reason;
	}
	return quote_translate(skb, ip, SOURCE, quoted.daddr, &as);
}

/*
 * A packet of the host's own. Its ICMP errors may quote an inside address, and a flow without ports is reserved. An
 * error about a device's packet leaves by the gateway of the device's profile.
 */
static __always_inline int host_to_uplink(struct __sk_buff *skb, const struct config *config, __u32 index,
					  struct ipv4 *ip)
{
	const struct profile *profile = NULL;
	enum drop_reason reason;
	const struct uplink *up;

	if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, protocol), &ip->protocol, 1) ||
	    ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP)
		return PASS;
	/* A device's, whose source a rule of the host's firewall has made the host's. */
	if (opened_protocol(ip->protocol) != NOT_SEALED)
		return drop(DROP_SLOW_PATH);
	if (ipv4_parse(skb, ip))
		return PASS;
	host_reserve_flow(skb, config, ip);
	reason = quote_open(skb, ip);
	if (!reason && ip->protocol == IPPROTO_ICMP)
		reason = icmp_error_translate_quote(skb, config, index, ip, &profile);
	if (reason || !profile)
		return reason ? drop(reason) : PASS;
	up = uplink_get(config, profile->uplink);
	if ((profile->flags & PROFILE_NO_GATEWAY) || !up->ifindex || !up->address)
		return drop(DROP_NO_GATEWAY);
	if (host_set_source(skb, ip->source, up->address))
		return drop(DROP_FAILED);
	return send_to_uplink(skb, up, profile->next_hop, ip->destination);
}

#endif
