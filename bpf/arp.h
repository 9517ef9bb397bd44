/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * ARP (RFC 826). The control plane decides (src/Innkeeper/Arp); the data plane repeats its decisions here, so that
 * known devices and the uplink's router keep their entries while no control plane runs.
 */
#ifndef INNKEEPER_ARP_H
#define INNKEEPER_ARP_H

#include "appear.h"
#include "drop.h"
#include "lookup.h"
#include "punt.h"

static __always_inline struct arp_ipv4 *arp_parse(struct __sk_buff *skb)
{
	struct arp_ipv4 *arp;

	if (!packet_pull(skb, ETH_HLEN + sizeof(*arp)))
		return NULL;
	arp = packet_start(skb) + ETH_HLEN;
	if ((void *)(arp + 1) > packet_end(skb))
		return NULL;
	if (arp->hardware != bpf_htons(ARP_HARDWARE_ETHERNET) || arp->protocol != bpf_htons(ETH_P_IP) ||
	    arp->hardware_size != MAC_SIZE || arp->protocol_size != sizeof(__be32))
		return NULL;
	return arp;
}

/* Turns the request into its reply: "the target is at `mac`" (figure 12 of the patent). The VLAN tag stays. */
static __always_inline int arp_reply(struct __sk_buff *skb, struct arp_ipv4 *arp, const __u8 *mac, __u32 ifindex)
{
	struct ethhdr *eth = packet_start(skb);
	__be32 target = arp->target;

	if ((void *)(eth + 1) > packet_end(skb))
		return drop(DROP_FAILED);
	arp->operation = bpf_htons(ARP_REPLY);
	copy_mac(arp->target_mac, arp->sender_mac);
	arp->target = arp->sender;
	copy_mac(arp->sender_mac, mac);
	arp->sender = target;
	copy_mac(eth->h_dest, eth->h_source);
	copy_mac(eth->h_source, mac);
	return bpf_redirect(ifindex, 0);
}

static __always_inline int arp_from_access(struct __sk_buff *skb, const struct config *config, __u16 vlan)
{
	struct arp_ipv4 *arp = arp_parse(skb);
	struct ethhdr *eth = packet_start(skb);
	struct binding *binding;
	__u32 number;

	if (!arp || (void *)(eth + 1) > packet_end(skb))
		return drop(DROP_MALFORMED);
	if (station_is_blocked(eth->h_source))
		return drop(DROP_BLOCKED);
	/* Probes and announcements inform the control plane and get no answer (RFC 5227). */
	if (arp->operation != bpf_htons(ARP_REQUEST) || arp->sender == 0 || arp->sender == arp->target)
		return punt_instead(skb, PUNT_ARP_ACCESS, vlan);
	if (!same_mac(eth->h_source, arp->sender_mac))
		return punt_instead(skb, PUNT_ARP_ACCESS, vlan);

	/*
	 * A known device broadcasts a request for the gateway it uses, or sends a request to our own MAC: answer. A
	 * request to another station's MAC is for that station (RFC 4436). While both arms are in one LAN, no request
	 * is answered.
	 */
	binding = binding_lookup_claimed(eth->h_source, vlan, arp->sender, &number);
	if (binding && !(config->flags & CONFIG_PASSIVE) &&
	    (((eth->h_dest[0] & 1) && (arp->target == binding->gateway || ((binding->flags & BINDING_APPEAR) &&
									   appearance_is_ours(number, arp->target)))) ||
	     (!(eth->h_dest[0] & 1) && mac_is_ours(config, eth->h_dest))))
		return arp_reply(skb, arp, config->access_mac, config->access_ifindex);
	return punt_instead(skb, PUNT_ARP_ACCESS, vlan);
}

/*
 * A message that claims the address of a next hop that the control plane watches: every reply, as signs of life, and
 * other messages unless they are the main router's own, which asks for many addresses.
 */
static __always_inline int arp_is_from_watched(const struct config *config, const struct arp_ipv4 *arp)
{
	if (arp->operation != bpf_htons(ARP_REPLY) && same_mac(arp->sender_mac, config->router_mac))
		return 0;
#pragma unroll
	for (int i = 0; i < GATEWAYS; i++)
		if (arp->sender && config->watched[i] == arp->sender)
			return 1;
	return 0;
}

static __always_inline int arp_from_uplink(struct __sk_buff *skb, const struct config *config, __u32 index)
{
	const struct uplink *up = uplink_get(config, index);
	struct arp_ipv4 *arp = arp_parse(skb);
	__u32 entry;

	if (!arp || same_mac(arp->sender_mac, up->mac))
		return PASS;
	/* A host uses, announces or probes an address of the pool: the control plane must know (RFC 5227 2.1, 2.4). */
	if (arp_is_from_watched(config, arp) ||
	    (!(config->flags & CONFIG_ONE_ARM) &&
	     (legal_is_in_range(config, arp->sender) || (arp->sender == 0 && legal_is_in_range(config, arp->target)))))
		punt_for(skb, PUNT_ARP_UPLINK, 0, index);

	arp = arp_parse(skb);
	if (!arp)
		return PASS;
	/* The host's stack answers for its own address, even if devices share it. */
	if (arp->operation != bpf_htons(ARP_REQUEST) || arp->sender == arp->target ||
	    is_own_address(config, arp->target))
		return PASS;
	entry = legal_lookup(config, arp->target);
	if (!entry || legal_uplink(entry) != index)
		return PASS;
	return arp_reply(skb, arp, up->mac, up->ifindex);
}

#endif
