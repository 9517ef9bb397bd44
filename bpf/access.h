/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A frame from the access side: which device sent it, and where it goes. An IPv4 packet takes the numbered steps in
 * order; the first that applies decides.
 */
#ifndef INNKEEPER_ACCESS_H
#define INNKEEPER_ACCESS_H

#include "accounting.h"
#include "config.h"
#include "dhcp.h"
#include "dns_away.h"
#include "dot.h"
#include "garden.h"
#include "hairpin.h"
#include "icmp.h"
#include "ipv6_access.h"
#include "options.h"
#include "services.h"
#include "slow_path.h"
#include "strays.h"

struct access_frame {
	__u8 source[MAC_SIZE];
	__u8 destination[MAC_SIZE];
	__be16 type;
	__u16 vlan; /* 0 = untagged */
};

/* VLAN 0 is a priority tag: the frame counts as untagged (IEEE 802.1Q 6.9.1). */
static __always_inline int access_is_vlan_served(const __u32 *vlan)
{
	__u8 *served = bpf_map_lookup_elem(&vlans, vlan);

	return !*vlan || (served && *served);
}

/* Reads the frame's VLAN, addresses and EtherType. */
static __always_inline enum drop_reason access_frame_parse(struct __sk_buff *skb, const struct config *config,
							   struct access_frame *frame)
{
	struct ethhdr *eth;
	__u32 vlan = 0;

	frame_remove_priority_tag(skb);
	if (!packet_pull(skb, ETH_HLEN))
		return DROP_MALFORMED;
	if (skb->vlan_present) {
		vlan = skb->vlan_tci & VLAN_ID;
		if (!access_is_vlan_served(&vlan))
			return DROP_VLAN;
	}
	frame->vlan = vlan;
	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return DROP_MALFORMED;
	copy_mac(frame->source, eth->h_source);
	copy_mac(frame->destination, eth->h_dest);
	frame->type = eth->h_proto;
	if ((frame->source[0] & 1) || is_zero_mac(frame->source) || same_mac(frame->source, config->access_mac) ||
	    is_own_mac(config, frame->source))
		return DROP_BAD_SOURCE_MAC;
	return DROP_NONE;
}

/*
 * Two arms: a beacon that the control plane sent on an uplink (an ARP message with BEACON_MAGIC behind it) comes back
 * here, so both arms are in one LAN. The control plane knows its own ones by their number.
 */
static __always_inline int access_is_own_beacon(struct __sk_buff *skb, const struct config *config,
						const struct access_frame *frame, enum drop_reason reason)
{
	__be32 magic;

	return reason == DROP_BAD_SOURCE_MAC && !(config->flags & CONFIG_ONE_ARM) &&
	       frame->type == bpf_htons(ETH_P_ARP) && is_own_mac(config, frame->source) &&
	       !bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct arp_ipv4), &magic, sizeof(magic)) &&
	       magic == bpf_htonl(BEACON_MAGIC);
}

/* A frame that is not from a device: the control plane hears of a beacon, and of a station with our own MAC. */
static __always_inline int access_refuse(struct __sk_buff *skb, const struct config *config,
					 const struct access_frame *frame, enum drop_reason reason)
{
	if (access_is_own_beacon(skb, config, frame, reason))
		punt(skb, PUNT_PEER, frame->vlan);
	else if (reason == DROP_BAD_SOURCE_MAC)
		stray_report_own_mac(skb, config, frame->source, frame->vlan);
	return reason == DROP_MALFORMED ? drop(reason) : default_action(config, reason);
}

/*
 * One arm: a host of the LAN sends to its own LAN, to us, or to a foreign device by a legal address. The host's
 * stack takes the packet as if we were not there.
 */
static __always_inline int access_is_within_lan(const struct config *config, const struct ipv4 *ip,
						const struct sender *from)
{
	return (from->binding->flags & BINDING_LOCAL) && ip->destination != from->binding->gateway &&
	       in_network(ip->destination, config->uplinks[0].network, config->uplinks[0].mask);
}

/* As long as a host sends us packets for a neighbour that is off, the control plane must see one from time to time. */
static __always_inline int access_pass_within_lan(struct __sk_buff *skb, const struct config *config,
						  const struct ipv4 *ip, const struct sender *from)
{
	if (!is_own_address(config, ip->destination) && learning_is_due(from->number)) {
		punt(skb, PUNT_LEARN, from->vlan);
		touch(from->number);
	}
	return PASS;
}

/*
 * The service that the packet is for, or NULL. A service at another address is one hop away, as traceroute must see
 * (RFC 1812 5.3.1): with TTL 1 the packet does not reach it.
 */
static __always_inline const struct service *access_service(const struct config *config, const struct ipv4 *ip,
							    const struct binding *binding, int held)
{
	const struct service *service = service_lookup(config, ip, held);

	if (service && (ip->ttl > 1 || ip->destination == binding->gateway || is_own_address(config, ip->destination)))
		return service;
	return NULL;
}

/* The gateway answers ICMP in place of the gateway that the device uses, even if a host outside has that address. */
static __always_inline int access_pings_gateway(const struct ipv4 *ip, const struct binding *binding)
{
	return ip->destination == binding->gateway && ip->protocol == IPPROTO_ICMP;
}

/* Whether the packet is for another device. A later fragment is looked up by its external source, as its first was. */
static __always_inline enum nat_owner access_destination_owner(struct __sk_buff *skb, const struct config *config,
							       struct ipv4 *ip, const struct sender *from,
							       struct nat_ingress *in)
{
	__be32 claimed = ip->source;
	__be16 id = ip->id;
	enum nat_owner owner;

	if (!ip->first_fragment)
		fragment_external_source(ip, from->binding, from->number);
	owner = access_pings_gateway(ip, from->binding) ? NAT_NONE : nat_ingress_lookup(skb, config, ip, 0, in);
	ip->source = claimed;
	ip->id = id;
	return owner;
}

static __always_inline int access_to_device(struct __sk_buff *skb, const struct config *config, struct ipv4 *ip,
					    const struct sender *from, struct nat_egress *out, struct nat_ingress *in)
{
	enum drop_reason reason = nat_egress_lookup(skb, ip, from->binding, from->number, out);

	return reason ? reject(skb, reason, from->vlan, from->number) : hairpin(skb, config, ip, from, out, in);
}

static __always_inline int access_is_for_gateway(const struct config *config, const struct ipv4 *ip,
						 const struct binding *binding)
{
	return is_own_address(config, ip->destination) || access_pings_gateway(ip, binding);
}

/*
 * The gateway answers pings and nothing else; other ICMP, a device's errors above all, does not concern the host. A
 * later fragment does not tell, and is nothing without its first.
 */
static __always_inline int access_to_gateway(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					     const struct sender *from)
{
	enum drop_reason reason;

	if (ip->protocol != IPPROTO_ICMP || (ip->first_fragment && !icmp_is_of_type(skb, ip, ICMP_ECHO)))
		return drop(DROP_GATEWAY_SERVICE);
	traffic_count_out(skb, from->number);
	reason = translate(skb, ip, SOURCE, inside_address(config, from->number), SAME_HOP);
	if (!reason && ip->destination == from->binding->gateway)
		reason = translate(skb, ip, DESTINATION, inside_gateway_address(config), SAME_HOP);
	return reason ? drop(reason) : send_to_stack(skb, config, from->profile);
}

/*
 * The slow path: the host's stack forwards the packet from the inside address, and to_uplink makes the source external.
 * It leads out by the profile's gateway, or the packet is refused.
 */
static __always_inline int access_to_stack(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					   const struct sender *from, __u32 mtu)
{
	__be32 inside = inside_address(config, from->number);
	enum drop_reason reason;

	if (!stack_leads_out(skb, config, ip, inside, from->profile))
		return drop(DROP_SLOW_PATH);
	traffic_count_out(skb, from->number);
	reason = translate(skb, ip, SOURCE, inside, SAME_HOP);
	return reason ? drop(reason) : send_sealed(skb, config, ip, from->profile, mtu);
}

/* Out by the gateway of the device's profile, if the profile permits the destination. */
static __always_inline int access_to_uplink(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					    const struct sender *from, struct nat_egress *out)
{
	const struct profile *profile = from->profile;
	enum drop_reason reason;
	const struct uplink *up;

	if (!from->detoured && !profile_allows(config, profile, from->binding->profile, ip->destination) &&
	    !caller_is_answered(skb, ip, from->binding, from->number))
		return reject(skb, DROP_DENIED, from->vlan, from->number);
	up = uplink_get(config, profile->uplink);
	if ((profile->flags & PROFILE_NO_GATEWAY) || !up->ifindex)
		return reject(skb, DROP_NO_GATEWAY, from->vlan, from->number);
	if (!profile->next_hop && !in_network(ip->destination, up->network, up->mask))
		return drop_of(DROP_NO_ROUTE, from->number);
	if (!profile_rate_admit(skb, &profile->out, from->binding, 1))
		return drop_of(DROP_RATE, from->number);
	mss_clamp(skb, config, ip, up);
	if (packet_needs_stack(skb, ip, up->mtu, config->access_mtu))
		return access_to_stack(skb, config, ip, from, up->mtu);

	reason = nat_egress_lookup(skb, ip, from->binding, from->number, out);
	if (reason)
		return reject(skb, reason, from->vlan, from->number);
	traffic_count_out(skb, from->number);
	reason = nat_egress_apply(skb, ip, out, NEXT_HOP);
	return reason ? drop(reason) : send_to_uplink(skb, up, profile->next_hop, ip->destination);
}

/* Steps 5 to 7. */
static __always_inline int access_forward(struct __sk_buff *skb, const struct config *config, struct ipv4 *ip,
					  const struct sender *from)
{
	struct nat_egress out;
	struct nat_ingress in;
	enum nat_owner owner;
	enum drop_reason reason = ip->protocol == IPPROTO_ICMP ? icmp_refuse(skb, ip) : DROP_NONE;

	if (reason)
		return drop(reason);
	conversation_note(ip, from->binding, from->number);

	/* 5. To another device, by a legal address. */
	owner = access_destination_owner(skb, config, ip, from, &in);
	if (owner == NAT_CONSUMED)
		return in.reason ? drop(in.reason) : TC_ACT_SHOT;
	if (owner == NAT_DEVICE)
		return access_to_device(skb, config, ip, from, &out, &in);

	/* 6. To the gateway itself. */
	if (access_is_for_gateway(config, ip, from->binding))
		return access_to_gateway(skb, config, ip, from);

	/*
	 * 7. Out, but not to an inside address: no host outside has one, and the slow path would lead to another device
	 * without asking its profile. (Step 6 has answered a device that uses an inside address as its gateway.) Nor to
	 * the portal's address, which is here and has nothing but the services of step 3.
	 */
	if (inside_contains(config, ip->destination) || is_portal(config, ip->destination))
		return drop(DROP_BOGUS_DESTINATION);
	return access_to_uplink(skb, config, ip, from, &out);
}

/* Steps 2 to 4: a packet of a device that has a binding. */
static __always_inline int access_from_device(struct __sk_buff *skb, const struct config *config, struct ipv4 *ip,
					      struct sender *from)
{
	const struct service *service;
	enum drop_reason reason;
	__be32 sent_to = ip->destination;
	int held;

	/* 2. Within the LAN (one arm). To an address that stands for a remote host: to that host. */
	if (access_is_within_lan(config, ip, from))
		return access_pass_within_lan(skb, config, ip, from);
	if (from->binding->flags & BINDING_APPEAR) {
		reason = appear_from_device(skb, ip, from->binding, from->number);
		if (reason)
			return drop_of(reason, from->number);
	}
	/* A packet to a neighbor, as the device takes it, tells no gateway. */
	if ((from->binding->flags & BINDING_LEARN) && ip->destination == sent_to && learning_is_due(from->number))
		punt(skb, PUNT_LEARN, from->vlan);

	/*
	 * 3. To a service of ours, at any address. A device that awaits approval reaches nothing else, but the hosts
	 * of its garden. While DNS is away, a query leaves as other packets do.
	 */
	held = (from->binding->flags & BINDING_HELD) && !garden_admits(ip, from->binding, from->number);
	service = access_service(config, ip, from->binding, held);
	if (service && !dns_is_away(service, from->binding)) {
		traffic_count_out(skb, from->number);
		return send_to_service(skb, config, ip, from->number, service);
	}
	if (held) {
		touch(from->number);
		return reject(skb, DROP_HELD, from->vlan, from->number);
	}
	if (from->binding->flags & BINDING_HELD)
		garden_count();
	from->profile = profile_lookup(from->binding);
	if (!from->profile)
		return drop(DROP_FAILED);
	/* The answer to a host of the LAN itself does not come by us. */
	if (service && !(from->binding->flags & BINDING_LOCAL)) {
		reason = dns_detour(skb, ip, from->number, from->profile->uplink, &from->detoured);
		if (reason)
			return drop(reason);
	}

	/* 4. The control plane watches connections to DNS over TLS, and resets those to servers that do not answer. */
	if (dot_is_opening(config, ip)) {
		if (dot_is_unanswered(ip->destination))
			return punt_instead(skb, PUNT_PRIVATE_DNS_SILENT, from->vlan);
		punt(skb, PUNT_PRIVATE_DNS, from->vlan);
	}
	return access_forward(skb, config, ip, from);
}

/* Step 1, after DHCP. */
static __always_inline int access_ipv4_unicast(struct __sk_buff *skb, const struct config *config,
					       const struct access_frame *frame)
{
	struct sender from = {.vlan = frame->vlan};
	enum drop_reason reason;
	enum dhcp_kind dhcp;
	struct ipv4 ip;

	reason = ipv4_parse(skb, &ip);
	if (reason)
		return default_action(config, reason);
	dhcp = dhcp_classify(config, &ip, frame->destination);
	if (dhcp)
		return dhcp_from_access(skb, &ip, dhcp, frame->source, frame->vlan);
	if (ipv4_is_bogus(ip.source))
		return default_action(config, DROP_BOGUS_SOURCE);

	/* 1. Which device sent it? The control plane makes a binding for a new one. */
	from.binding = binding_lookup_claimed(frame->source, frame->vlan, ip.source, &from.number);
	if (!from.binding && station_is_blocked(frame->source))
		return drop(DROP_BLOCKED);
	if (!from.binding && (config->flags & CONFIG_ONE_ARM))
		return PASS;
	if (ipv4_is_bogus(ip.destination) || ip.source == ip.destination || uplink_is_broadcast(config, ip.destination))
		return drop(DROP_BOGUS_DESTINATION);
	if (ipv4_is_source_routed(skb, &ip))
		return drop(DROP_SOURCE_ROUTE);
	if (!from.binding && skb->len > PUNT_FRAME_MAX)
		return drop(DROP_PUNT_TOO_LONG);
	if (!from.binding)
		return punt_instead(skb, PUNT_NEW_SOURCE, frame->vlan);
	return access_from_device(skb, config, &ip, &from);
}

static __always_inline int access_ipv4(struct __sk_buff *skb, const struct config *config,
				       const struct access_frame *frame)
{
	if (frame->destination[0] & 1)
		return dhcp_from_group_frame(skb, config, frame->source, frame->destination, frame->vlan);
	if (!mac_is_ours(config, frame->destination)) {
		stray_report(skb, config, frame->source, frame->vlan);
		return default_action(config, DROP_NOT_FOR_US);
	}
	if (station_lookup(config, frame->source) == STATION_IMPOSTOR)
		return drop(DROP_IMPOSTOR);
	return access_ipv4_unicast(skb, config, frame);
}

/* Not inlined: from_access has no room on its stack. */
__noinline int access_arp(struct __sk_buff *skb, const struct config *config, __u16 vlan)
{
	if (!config)
		return drop(DROP_FAILED);
	return config->flags & CONFIG_ONE_ARM ? arp_from_lan(skb, config) : arp_from_access(skb, config, vlan);
}

static __always_inline int access_passes_ethertype(const struct config *config, __be16 ethertype)
{
#pragma unroll
	for (int i = 0; i < PASS_ETHERTYPES; i++)
		if (ethertype && config->pass_ethertypes[i] == ethertype)
			return 1;
	return 0;
}

static __always_inline int access_ipv6(struct __sk_buff *skb, const struct config *config,
				       const struct access_frame *frame)
{
	int verdict = neighbor_from_access(skb, config, station_number(frame->destination, frame->vlan));

	if (verdict == NOT_NEIGHBOR)
		verdict = ipv6_find_binding(skb, config, frame->vlan);
	return verdict < -OF_BINDING ? ipv6_from_device(skb, config, -OF_BINDING - verdict) : verdict;
}

/* Neither IPv4 nor ARP. */
static __always_inline int access_other(struct __sk_buff *skb, const struct config *config,
					const struct access_frame *frame)
{
	__be16 type = frame->type;

	if (config->flags & CONFIG_ONE_ARM) {
		if (type == bpf_htons(PEER_ETHERTYPE))
			punt(skb, PUNT_PEER, 0);
		return PASS;
	}
	if (access_passes_ethertype(config, type))
		return PASS;
	return type == bpf_htons(ETH_P_IPV6) ? access_ipv6(skb, config, frame) : drop(DROP_ETHERTYPE);
}

#endif
