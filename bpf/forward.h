/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The three ways out: to an uplink, to a device, into the host's IP stack. Each ends the program. */
#ifndef INNKEEPER_FORWARD_H
#define INNKEEPER_FORWARD_H

#include "appear.h"
#include "drop.h"
#include "lookup.h"

/*
 * The host's stack handles an expiring TTL, options, and packets longer than the MTU (RFC 1812). If a datagram's
 * fragments may be too long, it gets all of them: a firewall that tracks connections puts them together there.
 * `from`: the MTU of the link that the packet came by.
 */
static __always_inline int packet_needs_stack(struct __sk_buff *skb, const struct ipv4 *ip, __u32 mtu, __u32 from)
{
	return ip->ttl <= 1 || ip->options || (ip->fragment && from > mtu) || ipv4_wire_length(skb, ip) > mtu;
}

/*
 * The caller gives the next hop; the kernel keeps its MAC, and queues packets while it resolves it
 * (bpf_redirect_neigh).
 */
static __always_inline int send_to_uplink(struct __sk_buff *skb, const struct uplink *up, __be32 next_hop,
					  __be32 destination)
{
	struct bpf_redir_neigh hop = {};

	hop.nh_family = 2; /* AF_INET */
	hop.ipv4_nh = in_network(destination, up->network, up->mask) ? destination : next_hop;
	if (skb->vlan_present && bpf_skb_vlan_pop(skb))
		return drop(DROP_FAILED);
	skb->mark = FORWARDED_MARK;
	return bpf_redirect_neigh(up->ifindex, &hop, sizeof(hop), 0);
}

/* The MAC comes from the binding, never from a neighbour table: two devices may claim the same address. */
static __always_inline int frame_to_device(struct __sk_buff *skb, const struct config *config, const __u8 *mac,
					   __u16 vlan, __be16 type)
{
	struct ethhdr eth;

	copy_mac(eth.h_dest, mac);
	copy_mac(eth.h_source, config->access_mac);
	eth.h_proto = type;
	if (skb->vlan_present && bpf_skb_vlan_pop(skb))
		return drop(DROP_FAILED);
	if (bpf_skb_store_bytes(skb, 0, &eth, sizeof(eth), 0))
		return drop(DROP_FAILED);
	if (vlan && bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), vlan))
		return drop(DROP_FAILED);
	/* On one arm the packet leaves by the uplink too; to_uplink must not look at it again. */
	if (config->flags & CONFIG_ONE_ARM)
		skb->mark = FORWARDED_MARK;
	return bpf_redirect(config->access_ifindex, 0);
}

static __always_inline int send_to_device(struct __sk_buff *skb, const struct config *config,
					  const struct binding *binding, __u32 number)
{
	enum drop_reason reason = binding->flags & BINDING_APPEAR ? appear_to_device(skb, binding, number) : DROP_NONE;

	if (reason)
		return drop_of(reason, number);
	return frame_to_device(skb, config, binding->mac, binding->vlan, bpf_htons(ETH_P_IP));
}

/*
 * Into the host's stack, as if received on one end of the veth pair. That end's own MAC as destination makes the packet
 * PACKET_HOST: for the host.
 */
static __always_inline int stack_enter(struct __sk_buff *skb, const __u8 *mac, __u32 ifindex, __be16 type)
{
	struct ethhdr eth;

	copy_mac(eth.h_dest, mac);
	copy_mac(eth.h_source, mac);
	eth.h_proto = type;
	if (skb->vlan_present && bpf_skb_vlan_pop(skb))
		return drop(DROP_FAILED);
	if (bpf_skb_store_bytes(skb, 0, &eth, sizeof(eth), 0))
		return drop(DROP_FAILED);
	return bpf_redirect(ifindex, BPF_F_INGRESS);
}

/*
 * To the host's stack by the edge, on inside addresses. The mark makes it forward by the profile's gateway
 * (src/Innkeeper/Links/SlowPathRoutes.cs).
 */
static __always_inline int send_to_stack(struct __sk_buff *skb, const struct config *config,
					 const struct profile *profile)
{
	skb->mark = profile->gateway ? PATH_MARK + profile->gateway : 0;
	return stack_enter(skb, config->edge_mac, config->edge_ifindex, bpf_htons(ETH_P_IP));
}

/* Takes back a frame that the control plane held, as if received on the uplink whose index is in the mark. */
static __always_inline int uplink_receive_again(struct __sk_buff *skb, const struct config *config)
{
	const struct uplink *up = uplink_get(config, skb->mark);

	skb->mark = 0;
	return bpf_redirect(up->ifindex, BPF_F_INGRESS);
}

#endif
