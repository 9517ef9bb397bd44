/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * One arm (figures 17 to 24 of the patent): access and uplink are one interface of a LAN whose own hosts we leave
 * alone. A foreign device gets a binding when we answer its ARP, and the binding tells its packets. All other packets
 * pass, as if we were not there.
 */
#ifndef INNKEEPER_ONE_ARM_H
#define INNKEEPER_ONE_ARM_H

#include "arp.h"

/* One arm: what the control plane found out about a station (enum station_kind); 0 = nothing. */
static __always_inline __u32 station_lookup(const struct config *config, const __u8 *mac)
{
	struct station_key key = {};
	__u32 *kind;

	if (!(config->flags & CONFIG_ONE_ARM))
		return 0;
	copy_mac(key.mac, mac);
	kind = bpf_map_lookup_elem(&stations, &key);
	return kind ? *kind : 0;
}

/*
 * One arm: a frame to our MAC that leads beyond the LAN, from a source that is not of the LAN. Unless the router or
 * another forwarding station sent it, the sender is a device that still uses us as its gateway.
 */
static __always_inline int may_be_new_device(struct __sk_buff *skb, const struct config *config, const __u8 *mac,
					     const struct ipv4 *ip)
{
	return (config->flags & (CONFIG_ONE_ARM | CONFIG_PASSIVE)) == CONFIG_ONE_ARM && skb->len <= PUNT_FRAME_MAX &&
	       !in_network(ip->source, config->uplinks[0].network, config->uplinks[0].mask) &&
	       !in_network(ip->destination, config->uplinks[0].network, config->uplinks[0].mask) &&
	       !ipv4_is_bogus(ip->source) && !ipv4_is_bogus(ip->destination) && !(mac[0] & 1) &&
	       !same_mac(mac, config->access_mac) && !same_mac(mac, config->router_mac) && !station_lookup(config, mac);
}

/* Whether the message claims, for another station, the address of the LAN's router or our own. */
static __always_inline int arp_is_spoofed(const struct config *config, const struct arp_ipv4 *arp)
{
	if (arp->sender == config->uplinks[0].address)
		return !same_mac(arp->sender_mac, config->uplinks[0].mac);
	return arp->sender && arp->sender == config->next_hop && !is_zero_mac(config->router_mac) &&
	       !same_mac(arp->sender_mac, config->router_mac);
}

/*
 * One arm: the control plane and the host's stack see every message; we answer only a foreign device's request that
 * the control plane has decided on. The host must not learn its router's address from a spoofer.
 */
static __always_inline int arp_from_lan(struct __sk_buff *skb, const struct config *config)
{
	struct arp_ipv4 *arp = arp_parse(skb);
	struct ethhdr *eth = packet_start(skb);
	struct binding *binding;
	__u32 number;

	if (!arp || (void *)(eth + 1) > packet_end(skb) || same_mac(arp->sender_mac, config->access_mac))
		return PASS;
	if (arp_is_spoofed(config, arp)) {
		punt(skb, PUNT_ARP_LAN, 0);
		return drop(DROP_IMPOSTOR);
	}
	if (!(config->flags & CONFIG_PASSIVE) && arp->operation == bpf_htons(ARP_REQUEST) &&
	    arp->sender != arp->target && same_mac(eth->h_source, arp->sender_mac) &&
	    ((eth->h_dest[0] & 1) || same_mac(eth->h_dest, config->access_mac))) {
		binding = binding_lookup_claimed(eth->h_source, 0, arp->sender, &number);
		if (binding && ((binding->gateway && arp->target == binding->gateway) ||
				((binding->flags & BINDING_APPEAR) && appearance_is_ours(number, arp->target))))
			return arp_reply(skb, arp, config->access_mac, config->access_ifindex);
	}
	punt(skb, PUNT_ARP_LAN, 0);
	return PASS;
}

#endif
