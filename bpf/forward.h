/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The three ways out: to the uplink, to a device, into the host's IP stack. Each ends the program.
 */
#ifndef INNKEEPER_FORWARD_H
#define INNKEEPER_FORWARD_H

#include "drop.h"
#include "lookup.h"

/* TTL that runs out here, options, and what is too long for the way out: the host's stack knows how (RFC 1812). */
static __always_inline int packet_needs_stack(struct __sk_buff *skb, const struct ipv4 *ip, __u32 mtu)
{
	return ip->ttl <= 1 || ip->options || ipv4_wire_length(skb, ip) > mtu;
}

/* The next hop is given, the kernel keeps its MAC and queues while it asks for it (bpf_redirect_neigh). */
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
static __always_inline int send_to_device(struct __sk_buff *skb, const struct config *config,
					  const struct binding *binding)
{
	struct ethhdr eth;

	copy_mac(eth.h_dest, binding->mac);
	copy_mac(eth.h_source, config->access_mac);
	eth.h_proto = bpf_htons(ETH_P_IP);
	if (skb->vlan_present && bpf_skb_vlan_pop(skb))
		return drop(DROP_FAILED);
	if (bpf_skb_store_bytes(skb, 0, &eth, sizeof(eth), 0))
		return drop(DROP_FAILED);
	if (binding->vlan && bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), binding->vlan))
		return drop(DROP_FAILED);
	/* On one arm it leaves by the uplink too, and is not to be looked at there. */
	if (config->flags & CONFIG_ONE_ARM)
		skb->mark = FORWARDED_MARK;
	return bpf_redirect(config->access_ifindex, 0);
}

/*
 * Into the host's stack, as received on one end of the pair. That end's own MAC as destination makes the packet the
 * host's (PACKET_HOST).
 */
static __always_inline int stack_enter(struct __sk_buff *skb, const __u8 *mac, __u32 ifindex)
{
	struct ethhdr eth;

	copy_mac(eth.h_dest, mac);
	copy_mac(eth.h_source, mac);
	eth.h_proto = bpf_htons(ETH_P_IP);
	if (skb->vlan_present && bpf_skb_vlan_pop(skb))
		return drop(DROP_FAILED);
	if (bpf_skb_store_bytes(skb, 0, &eth, sizeof(eth), 0))
		return drop(DROP_FAILED);
	return bpf_redirect(ifindex, BPF_F_INGRESS);
}

/* The slow path: on inside addresses, by the edge. What leads out from there leaves by the profile's gateway (Links/SlowRoutes.cs). */
static __always_inline int send_to_stack(struct __sk_buff *skb, const struct config *config,
					 const struct profile *profile)
{
	skb->mark = profile->gateway ? PATH_MARK + profile->gateway : 0;
	return stack_enter(skb, config->edge_mac, config->edge_ifindex);
}

/* A frame that the control plane held, as received on the uplink whose index its mark names. */
static __always_inline int uplink_receive_again(struct __sk_buff *skb, const struct config *config)
{
	const struct uplink *up = uplink_get(config, skb->mark);

	skb->mark = 0;
	return bpf_redirect(up->ifindex, BPF_F_INGRESS);
}

#endif
