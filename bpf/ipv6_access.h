/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * IPv6 of a device: out by the uplink of its profile, if there is IPv6 outside, or to another device. A packet that
 * leads nowhere is refused at once, or each connection of the device's would wait (decision 27).
 */
#ifndef INNKEEPER_IPV6_ACCESS_H
#define INNKEEPER_IPV6_ACCESS_H

#include "accounting.h"
#include "config.h"
#include "forward.h"
#include "ipv6_limits.h"
#include "ipv6_services.h"
#include "neighbor.h"
#include "options.h"

/* The device that an IPv6 packet comes from. */
struct sender6 {
	struct binding6 *binding;
	const struct profile *profile;
	const struct ipv6_uplink *up;
	__u32 number;
};

/*
 * Where a verdict is expected: minus the number of the binding that the packet is of, and this. Verdicts are greater.
 */
#define OF_BINDING 16

/* The control plane tells the device. `number`: of the binding; 0 = none. */
static __always_inline int ipv6_refuse(struct __sk_buff *skb, enum drop_reason reason, enum punt_reason why, __u16 vlan,
				       __u32 number)
{
	punt(skb, why, vlan);
	return drop_of(reason, number ? number | IPV6_NUMBER : 0);
}

/* Either end of a connection learns the largest segment that fits both MTUs. */
static __always_inline void mss_clamp6(struct __sk_buff *skb, const struct config *config,
				       const struct ipv6_upper *upper, __u32 mtu)
{
	mtu = mtu < config->access_mtu ? mtu : config->access_mtu;
	if ((config->flags & CONFIG_CLAMP_MSS) && (upper->tcp_flags & TCP_SYN) &&
	    mtu > sizeof(struct ipv6) + TCP_HEADER)
		mss_lower(skb, upper->offset, skb->len, mtu - sizeof(struct ipv6) - TCP_HEADER);
}

/*
 * The last step towards a device. `hop`: whether this is where the hop is counted. Not inlined: two programs use it,
 * and from_access has no room on its stack.
 */
__noinline int ipv6_deliver(struct __sk_buff *skb, const struct config *config, const struct ipv6_upper *upper,
			    __u32 number, enum hop hop)
{
	struct binding6 *binding = binding6_lookup(number);
	enum drop_reason reason = DROP_NONE;

	if (!binding || !config || !upper)
		return drop(DROP_FAILED);
	if (ipv6_is_error(upper))
		reason = quote6_translate(skb, upper, DESTINATION, binding->legal, binding->claimed);
	if (!reason)
		reason = ipv6_translate(skb, DESTINATION, binding->claimed, hop);
	if (reason)
		return drop_of(reason, number | IPV6_NUMBER);
	traffic_add_in(skb, bpf_map_lookup_elem(&traffic6, &number));
	return frame_to_device(skb, config, binding->mac, binding->vlan, bpf_htons(ETH_P_IPV6));
}

/* The device's address becomes the one outside. Not inlined, likewise. */
__noinline int ipv6_depart(struct __sk_buff *skb, const struct ipv6_upper *upper, __u32 number)
{
	struct binding6 *binding = binding6_lookup(number);
	enum drop_reason reason = DROP_NONE;

	if (!binding || !upper)
		return DROP_FAILED;
	traffic_add_out(skb, bpf_map_lookup_elem(&traffic6, &number));
	if (ipv6_is_error(upper))
		reason = quote6_translate(skb, upper, SOURCE, binding->claimed, binding->legal);
	return reason ? reason : ipv6_translate(skb, SOURCE, binding->legal, NEXT_HOP);
}

/* To another device by its legal address: the packet leaves and comes in again in one step (RFC 4787 REQ-9). */
static __always_inline int ipv6_to_device(struct __sk_buff *skb, const struct config *config,
					  const struct ipv6_upper *upper, const struct sender6 *from,
					  const struct binding6 *to, __u32 number)
{
	__u32 place = to->profile;
	const struct profile *other = bpf_map_lookup_elem(&profiles, &place);
	enum drop_reason reason;

	/* Devices of different uplinks do not see each other. */
	if (!other || ((from->profile->flags | other->flags) & PROFILE_ISOLATE) ||
	    from->profile->uplink != other->uplink)
		return drop_of(DROP_ISOLATED, from->number | IPV6_NUMBER);
	if (!rate_admit(skb, &from->profile->out, from->binding->meter, 1) ||
	    !rate_admit(skb, &other->in, to->meter, 0))
		return drop_of(DROP_RATE, from->number | IPV6_NUMBER);
	if (to->flags & BINDING_HELD)
		return drop_of(DROP_INBOUND_REFUSED, from->number | IPV6_NUMBER);
	reason = ipv6_depart(skb, upper, from->number);
	if (!reason && !inbound6_admits(skb, upper, number))
		reason = DROP_INBOUND_REFUSED;
	if (reason)
		return drop_of(reason, from->number | IPV6_NUMBER);
	return ipv6_deliver(skb, config, upper, number, SAME_HOP);
}

/*
 * The kernel keeps the next hop's MAC, and queues packets while it resolves it. `index`: the uplink's. Not inlined:
 * from_access has no room on its stack.
 */
__noinline int ipv6_send_to_uplink(struct __sk_buff *skb, const struct config *config, __u32 index)
{
	const struct ipv6_uplink *up = ipv6_uplink_lookup(index);
	struct bpf_redir_neigh hop = {.nh_family = 10 /* AF_INET6 */};

	if (!up || !config ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct ipv6, destination), hop.ipv6_nh,
			       sizeof(hop.ipv6_nh)))
		return drop(DROP_FAILED);
	if (!(up->flags & IPV6_ON_LINK) || !in_network6(hop.ipv6_nh, up->prefix, up->mask))
		copy_address6(hop.ipv6_nh, up->router);
	if (skb->vlan_present && bpf_skb_vlan_pop(skb))
		return drop(DROP_FAILED);
	skb->mark = FORWARDED_MARK;
	return bpf_redirect_neigh(uplink_get(config, index)->ifindex, &hop, sizeof(hop), 0);
}

/* The packet of a device that is admitted, and that there is IPv6 outside for. */
static __always_inline int ipv6_forward(struct __sk_buff *skb, const struct config *config,
					const struct ipv6_upper *upper, const struct sender6 *from,
					const __be32 *destination, __u8 hop_limit)
{
	struct binding6 *to = NULL;
	enum drop_reason reason;
	__u32 number;

	if (hop_limit <= 1)
		return ipv6_refuse(skb, DROP_HOP_LIMIT, PUNT_HOP_LIMIT, from->binding->vlan, from->number);

	/* 4. To another device. */
	if (in_network6(destination, from->up->prefix, from->up->mask))
		to = binding6_lookup_legal(destination, &number);
	if (to)
		return ipv6_to_device(skb, config, upper, from, to, number);

	/* 5. Out, if the profile permits it. */
	if (!profile_allows6(from->up, from->profile, from->binding->profile, destination) &&
	    !caller6_is_answered(skb, upper, from->number))
		return ipv6_refuse(skb, DROP_DENIED, PUNT_NO_IPV6, from->binding->vlan, from->number);
	if (!rate_admit(skb, &from->profile->out, from->binding->meter, 1))
		return drop_of(DROP_RATE, from->number | IPV6_NUMBER);
	mss_clamp6(skb, config, upper, from->up->mtu);
	if (ipv6_wire_length(skb, upper) > from->up->mtu)
		return ipv6_refuse(skb, DROP_TOO_LONG, PUNT_TOO_LONG, from->binding->vlan, from->number);
	if (!(from->binding->flags & BINDING_INBOUND))
		contact6_note_packet(skb, from->number, upper->protocol, SOURCE);
	reason = ipv6_depart(skb, upper, from->number);
	if (reason)
		return drop_of(reason, from->number | IPV6_NUMBER);
	return ipv6_send_to_uplink(skb, config, from->profile->uplink);
}

/*
 * Steps 1 and 2, for a packet in a frame to us: a verdict, or of which binding it is. Not inlined, as the next one:
 * from_access has no room on its stack for both.
 */
__noinline int ipv6_find_binding(struct __sk_buff *skb, const struct config *config, __u32 vlan)
{
	struct claim6_key key = {.vlan = vlan};
	struct binding6 *binding;
	__be32 destination[4];
	struct ipv6 *ip;
	__u32 number;

	ip = ipv6_header(skb);
	if (!ip || !config)
		return drop(DROP_MALFORMED);
	copy_mac(key.mac, (void *)ip - ETH_HLEN + ETH_ALEN);
	copy_address6(key.claimed, ip->source);
	copy_address6(destination, ip->destination);
	if (ipv6_is_bogus(key.claimed))
		return drop(DROP_BOGUS_SOURCE);
	if (ipv6_is_bogus(destination) || same_address6(key.claimed, destination))
		return drop(DROP_BOGUS_DESTINATION);

	/* 1. From or to an address of the link: the control plane answers pings of the gateway, and refuses others. */
	if (ipv6_is_link_local(key.claimed) || ipv6_is_link_local(destination) || !(config->flags & CONFIG_CARRY_IPV6))
		return ipv6_refuse(skb, DROP_NO_IPV6, PUNT_NO_IPV6, vlan, 0);

	/* 2. Which device sent it? While there is IPv6 outside, the control plane makes a binding for a new address. */
	binding = binding6_lookup_claimed(&key, &number);
	if (binding)
		return -OF_BINDING - (int)number;
	if (station_is_blocked(key.mac))
		return ipv6_refuse(skb, DROP_BLOCKED, PUNT_NO_IPV6, vlan, 0);
	if (!ipv6_uplink_lookup(0))
		return ipv6_refuse(skb, DROP_NO_IPV6, PUNT_NO_IPV6, vlan, 0);
	if (skb->len > PUNT_FRAME_MAX)
		return drop(DROP_PUNT_TOO_LONG);
	return punt_instead(skb, PUNT_NEW_SOURCE6, vlan);
}

/* Step 3: is the packet of a binding for a service of ours? Or may it leave, and is there IPv6 outside for it? */
__noinline int ipv6_from_device(struct __sk_buff *skb, const struct config *config, __u32 number)
{
	struct sender6 from = {.number = number};
	struct ipv6_upper upper;
	__be32 destination[4];
	enum drop_reason reason;
	struct ipv6 *ip;
	__u8 hop_limit;
	__u32 service;

	from.binding = binding6_lookup(number);
	ip = ipv6_header(skb);
	if (!ip || !config || !from.binding)
		return drop(DROP_FAILED);
	copy_address6(destination, ip->destination);
	hop_limit = ip->hop_limit;
	reason = ipv6_parse_upper(skb, ip->next_header, &upper);
	if (!reason)
		reason = icmp6_refuse(skb, &upper);
	if (reason)
		return drop_of(reason, number | IPV6_NUMBER);
	service = service6_lookup(config, &upper, from.binding);
	if (service < SERVICES)
		return ipv6_to_service(skb, config, &upper, number, service);
	if (from.binding->flags & BINDING_HELD)
		return ipv6_refuse(skb, DROP_HELD, PUNT_NO_IPV6, from.binding->vlan, number);
	from.profile = bpf_map_lookup_elem(&profiles, &from.binding->profile);
	if (!from.profile)
		return drop(DROP_FAILED);
	from.up = ipv6_uplink_lookup(from.profile->uplink);
	if (!from.up || !in_network6(from.binding->legal, from.up->prefix, from.up->mask))
		return ipv6_refuse(skb, DROP_NO_IPV6, PUNT_NO_IPV6, from.binding->vlan, number);
	return ipv6_forward(skb, config, &upper, &from, destination, hop_limit);
}

#endif
