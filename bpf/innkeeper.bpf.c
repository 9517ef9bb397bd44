// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The data plane: four tc programs, and one that the control plane runs (sweep).
 *
 *   from_access  ingress of the access interface  a device's packet: translate its source, send it on
 *   from_uplink  ingress of the uplink interface  a reply or a call: translate its destination, send it to the device
 *   from_stack   egress of the stack's end         what the host's stack answers a device on the slow path
 *   to_uplink    egress of the uplink interface   what the host's stack forwards for a device on the slow path
 *
 * There may be several uplinks: each profile of devices has a gateway, on one of them (from_uplink and to_uplink hang at each).
 * On one arm, access and uplink are one interface: from_access takes what is an interloper's, and from_uplink looks at the rest.
 *
 * Fast path: claimed <-> legal in one step and a redirect; the host's IP stack never sees the packet.
 * Slow path: claimed <-> inside here, the host's stack works on inside addresses, which are unique (time exceeded,
 * fragmentation needed, fragmentation, options, echo of the gateway), inside <-> legal there.
 *
 * RFC 3022 (NAT and NAPT), RFC 4787, 5382, 7857 and 6888 (how), RFC 5508 (ICMP), RFC 826 and 5227 (ARP), RFC 1812 (forwarding).
 */
#include "abi.h"
#include "maps.h"
#include "packet.h"
#include "translate.h"
#include "uplinks.h"
#include "bindings.h"
#include "punt.h"
#include "border.h"
#include "profiles.h"
#include "forward.h"
#include "services.h"
#include "private_dns.h"
#include "arp.h"
#include "one_arm.h"
#include "dhcp.h"
#include "sweep.h"

/*
 * Device to device by legal address: out and in again in one step, so that the source is external (RFC 4787 REQ-9, RFC 5382
 * REQ-8, RFC 5508 REQ-7).
 */
static __always_inline int hairpin(struct __sk_buff *skb, const struct config *config, struct ipv4 *ip,
				   const struct binding *from, __u32 from_number, const struct profile *profile,
				   struct departure *out, struct arrival *in)
{
	const struct profile *other = profile_of(in->binding);
	int slow = needs_stack(skb, ip, config->access_mtu);
	__be32 claimed = ip->source;
	__be16 port = ip->source_port, id = ip->id;
	enum drop_reason reason;

	/* Different uplinks are different worlds. */
	if (!other || ((profile->flags | other->flags) & PROFILE_ISOLATE) || profile->uplink != other->uplink)
		return drop(DROP_ISOLATED);
	if (!within_rate(skb, &profile->out, from, 1) || !within_rate(skb, &other->in, in->binding, 0))
		return drop(DROP_RATE);
	ip->source = out->as.address;
	ip->id = out->id;
	if (out->as.port_from != out->as.port_to && ip->source_port)
		ip->source_port = out->as.port_to;
	reason = come_in(skb, ip, claimed, in);
	ip->source = claimed;
	ip->source_port = port;
	ip->id = id;
	if (reason)
		return drop(reason);

	if (slow) {
		out->as.address = inside_address(config, from_number);
		in->to.address = inside_address(config, in->number);
	}
	reason = depart(skb, ip, out, slow ? SAME_HOP : NEXT_HOP);
	if (!reason)
		reason = translate_endpoint(skb, ip, DESTINATION, &in->to, SAME_HOP);
	if (reason)
		return drop(reason);
	count_out(skb, from_number);
	if (slow)
		return send_to_stack(skb, config, profile);
	count_in(skb, in->number);
	return send_to_device(skb, config, in->binding);
}

static __always_inline int ipv4_from_access(struct __sk_buff *skb, const struct config *config, const __u8 *mac,
					    const __u8 *to, __u16 vlan)
{
	const struct profile *profile;
	const struct service *service;
	const struct uplink *up;
	enum dhcp_kind dhcp;
	struct binding *binding;
	enum drop_reason reason;
	struct departure out;
	struct arrival in;
	enum whose whose;
	struct ipv4 ip;
	__u32 number = 0;
	__be32 claimed;
	__be16 id;

	reason = parse_ipv4(skb, &ip);
	if (reason)
		return not_a_devices(config, reason);
	dhcp = dhcp_kind(config, &ip, to);
	if (dhcp)
		return dhcp_from_access(skb, &ip, dhcp, mac, vlan);
	if (is_bogus(ip.source))
		return not_a_devices(config, DROP_BOGUS_SOURCE);

	/* 1. Who is it? */
	binding = binding_by_claim(mac, vlan, ip.source, &number);
	if (!binding && is_blocked(mac))
		return drop(DROP_BLOCKED);
	if (!binding && (config->flags & CONFIG_ONE_ARM))
		return PASS;
	if (is_bogus(ip.destination) || ip.source == ip.destination || is_directed_broadcast(config, ip.destination))
		return drop(DROP_BOGUS_DESTINATION);
	if (!binding) {
		if (skb->len > PUNT_FRAME_MAX)
			return drop(DROP_PUNT_TOO_LONG);
		return punt_instead(skb, PUNT_NEW_SOURCE, vlan);
	}
	/*
	 * A host of this LAN speaks to its own LAN as it always did: to us, or to an interloper by its legal address. That it
	 * takes us for a neighbour who is off, the control plane must hear of as long as it does.
	 */
	if ((binding->flags & BINDING_LOCAL) && ip.destination != binding->gateway &&
	    in_network(ip.destination, config->uplinks[0].network, config->uplinks[0].mask)) {
		if (!is_own_address(config, ip.destination) && is_time_to_learn(number)) {
			punt(skb, PUNT_LEARN, vlan);
			seen(number);
		}
		return PASS;
	}
	if ((binding->flags & BINDING_LEARN) && is_time_to_learn(number))
		punt(skb, PUNT_LEARN, vlan);

	/* 2. To a service of ours, whomever it asks. One hop away, as traceroute must see (RFC 1812 5.3.1), unless it asks us. */
	service = service_asked(config, &ip, binding->flags & BINDING_HELD);
	if (service && (ip.ttl > 1 || ip.destination == binding->gateway || is_own_address(config, ip.destination))) {
		count_out(skb, number);
		return send_to_service(skb, config, &ip, number, service);
	}
	if (binding->flags & BINDING_HELD) {
		seen(number);
		return refuse(skb, DROP_HELD, vlan);
	}
	profile = profile_of(binding);
	if (!profile)
		return drop(DROP_FAILED);

	if (opens_private_dns(config, &ip)) {
		if (is_silent(ip.destination))
			return punt_instead(skb, PUNT_PRIVATE_DNS_SILENT, vlan);
		punt(skb, PUNT_PRIVATE_DNS, vlan);
	}

	/* 3. To another device, by a legal address; the one that is ours too may be shared. */
	claimed = ip.source;
	id = ip.id;
	if (!ip.first_fragment)
		appear_outside(&ip, binding, number);
	whose = ip.destination == binding->gateway && ip.protocol == IPPROTO_ICMP ? NOBODYS
										  : whose_is(skb, config, &ip, 0, &in);
	ip.source = claimed;
	ip.id = id;
	if (whose == DROPPED)
		return in.reason ? drop(in.reason) : TC_ACT_SHOT;
	if (whose == DEVICES) {
		reason = go_out(skb, &ip, binding, number, &out);
		return reason ? refuse(skb, reason, vlan)
			      : hairpin(skb, config, &ip, binding, number, profile, &out, &in);
	}

	/* 4. To the gateway itself: it answers ICMP, as the gateway the device believes in, and nothing else. */
	if (is_own_address(config, ip.destination) ||
	    (ip.destination == binding->gateway && ip.protocol == IPPROTO_ICMP)) {
		if (ip.protocol != IPPROTO_ICMP)
			return drop(DROP_GATEWAY_SERVICE);
		count_out(skb, number);
		reason = translate(skb, &ip, SOURCE, inside_address(config, number), SAME_HOP);
		if (!reason && ip.destination == binding->gateway)
			reason = translate(skb, &ip, DESTINATION, service_address(config), SAME_HOP);
		return reason ? drop(reason) : send_to_stack(skb, config, profile);
	}

	/*
	 * Inside addresses are nobody's outside: by the slow path one would lead to another device, past what its profile says.
	 * That a device believes in such a gateway is settled above.
	 */
	if (is_inside(config, ip.destination))
		return drop(DROP_BOGUS_DESTINATION);

	/* 5. Out, where its profile lets it, by its profile's gateway. */
	if (!may_reach(config, profile, binding->profile, ip.destination) && !answers_caller(skb, &ip, binding, number))
		return refuse(skb, DROP_DENIED, vlan);
	up = uplink_at(config, profile->uplink);
	if ((profile->flags & PROFILE_NO_GATEWAY) || !up->ifindex)
		return refuse(skb, DROP_NO_GATEWAY, vlan);
	if (!profile->next_hop && !in_network(ip.destination, up->network, up->mask))
		return drop(DROP_NO_ROUTE);
	if (!within_rate(skb, &profile->out, binding, 1))
		return drop(DROP_RATE);
	if (needs_stack(skb, &ip, up->mtu)) {
		count_out(skb, number);
		reason = translate(skb, &ip, SOURCE, inside_address(config, number), SAME_HOP);
		return reason ? drop(reason) : send_to_stack(skb, config, profile);
	}
	reason = go_out(skb, &ip, binding, number, &out);
	if (reason)
		return refuse(skb, reason, vlan);
	count_out(skb, number);
	reason = depart(skb, &ip, &out, NEXT_HOP);
	return reason ? drop(reason) : send_to_uplink(skb, up, profile->next_hop, ip.destination);
}

static __always_inline int passes(const struct config *config, __be16 ethertype)
{
#pragma unroll
	for (int i = 0; i < PASS_ETHERTYPES; i++)
		if (config->pass_ethertypes[i] == ethertype)
			return 1;
	return 0;
}

/*
 * The access interface. The host's stack sees nothing of it (unless a setting says so): devices cannot reach, teach
 * or confuse the host.
 */
SEC("tc")
int from_access(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	__u8 mac[MAC_SIZE], to[MAC_SIZE];
	struct ethhdr *eth;
	__u32 vlan = 0;
	__be16 type;

	if (!config || !accessible(skb, ETH_HLEN))
		return drop(DROP_MALFORMED);
	if (skb->vlan_present) {
		__u8 *served;

		/* VLAN 0 is a priority tag: the frame is untagged (IEEE 802.1Q 6.9.1). */
		vlan = skb->vlan_tci & VLAN_ID;
		served = bpf_map_lookup_elem(&vlans, &vlan);
		if (vlan && (!served || !*served))
			return not_a_devices(config, DROP_VLAN);
	}

	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return drop(DROP_MALFORMED);
	copy_mac(mac, eth->h_source);
	copy_mac(to, eth->h_dest);
	type = eth->h_proto;

	if ((mac[0] & 1) || is_zero_mac(mac) || same_mac(mac, config->access_mac) || is_own_mac(config, mac))
		return not_a_devices(config, DROP_BAD_SOURCE_MAC);
	if (type == bpf_htons(ETH_P_ARP))
		return config->flags & CONFIG_ONE_ARM ? arp_from_lan(skb, config) : arp_from_access(skb, config, vlan);
	if (type == bpf_htons(ETH_P_IP)) {
		if (to[0] & 1)
			return group_from_access(skb, config, mac, to, vlan);
		if (!same_mac(to, config->access_mac))
			return not_a_devices(config, DROP_NOT_FOR_US);
		if (station_kind(config, mac) == STATION_IMPOSTOR)
			return drop(DROP_IMPOSTOR);
		return ipv4_from_access(skb, config, mac, to, vlan);
	}
	if (config->flags & CONFIG_ONE_ARM) {
		if (type == bpf_htons(PEER_ETHERTYPE))
			punt(skb, PUNT_PEER, 0);
		return PASS;
	}
	if (passes(config, type))
		return PASS;
	return drop(type == bpf_htons(ETH_P_IPV6) ? DROP_IPV6 : DROP_ETHERTYPE);
}

/* The uplink interface. Whatever is not for a legal address in use is the host's, untouched. */
SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	const struct profile *profile;
	enum drop_reason reason;
	__u8 mac[MAC_SIZE];
	struct arrival in;
	struct ethhdr *eth;
	enum whose whose;
	struct ipv4 ip;
	__u32 index;

	if (!config || skb->vlan_present || !accessible(skb, ETH_HLEN))
		return PASS;
	index = uplink_of(config, skb->ifindex);
	if (index >= UPLINKS)
		return PASS;
	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return PASS;
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return arp_from_uplink(skb, config, index);
	if (eth->h_proto != bpf_htons(ETH_P_IP) || !same_mac(eth->h_dest, uplink_at(config, index)->mac))
		return PASS;
	copy_mac(mac, eth->h_source);
	if (parse_ipv4(skb, &ip))
		return PASS;

	/* The host must not take it for one of its own networks, and pass it on to a device or a service. */
	if (is_inside(config, ip.destination))
		return drop(DROP_SPOOFED_INSIDE);
	whose = whose_is(skb, config, &ip, 1, &in);
	if (whose == HOSTS && ip.fragment && ip.first_fragment && has_ports(ip.protocol))
		remember_first(skb, &ip, NULL, 0);
	if (whose == NOBODYS || whose == HOSTS)
		return is_strangers(skb, config, mac, &ip) ? punt_instead(skb, PUNT_NEW_SOURCE, 0) : PASS;
	if (whose == DROPPED)
		return in.reason ? drop(in.reason) : TC_ACT_SHOT;
	if (is_inside(config, ip.source))
		return drop(DROP_SPOOFED_INSIDE);
	if (is_bogus(ip.source) || ip.source == ip.destination)
		return drop(DROP_BOGUS_SOURCE);
	profile = profile_of(in.binding);
	if (!profile || profile->uplink != index)
		return drop(DROP_WRONG_UPLINK);
	reason = come_in(skb, &ip, 0, &in);
	if (reason)
		return drop(reason);
	if (!within_rate(skb, &profile->in, in.binding, 0))
		return drop(DROP_RATE);
	if (!may_reach(config, profile, in.binding->profile, ip.source))
		remember_caller(in.binding, in.number, ip.source, ip.protocol,
				in.mapping ? in.mapping->port : ip.destination_port);

	if (needs_stack(skb, &ip, config->access_mtu)) {
		in.to.address = inside_address(config, in.number);
		reason = translate_endpoint(skb, &ip, DESTINATION, &in.to, SAME_HOP);
		return reason ? drop(reason) : send_to_stack(skb, config, profile);
	}
	if ((in.binding->flags & BINDING_LEARN) && is_echo_reply(skb, &ip))
		punt_of(skb, PUNT_ANSWERED, 0, in.number);
	if (answers_private_dns(config, &ip))
		punt(skb, PUNT_PRIVATE_DNS_ANSWER, 0);
	count_in(skb, in.number);
	reason = translate_endpoint(skb, &ip, DESTINATION, &in.to, NEXT_HOP);
	return reason ? drop(reason) : send_to_device(skb, config, in.binding);
}

/*
 * Leaving the host's stack for the inside network. What the control plane held comes back this way, to be treated as
 * received: on the uplink, told by a mark, or on the access interface, told by its MAC. All else is for a device.
 */
SEC("tc")
int from_stack(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct binding *binding, *sender;
	enum drop_reason reason;
	struct ethhdr *eth;
	__be32 source = 0;
	struct ipv4 ip;
	__u32 number, sender_number;

	if (!config || !accessible(skb, ETH_HLEN))
		return drop(DROP_MALFORMED);
	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return drop(DROP_MALFORMED);
	if ((skb->mark & ~(UPLINKS - 1)) == UPLINK_MARK) {
		const struct uplink *up = uplink_at(config, skb->mark);

		skb->mark = 0;
		return bpf_redirect(up->ifindex, BPF_F_INGRESS);
	}
	if (same_mac(eth->h_dest, config->access_mac))
		return bpf_redirect(config->access_ifindex, BPF_F_INGRESS);
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return drop(DROP_STACK_OTHER);

	reason = parse_ipv4(skb, &ip);
	if (reason)
		return drop(reason);
	binding = is_inside(config, ip.destination) ? binding_by_inside(config, ip.destination, &number) : NULL;
	if (!binding)
		return drop(DROP_NO_BINDING);

	/* A service speaks as whom it was asked as; the gateway as the one the device believes in; another device by its legal address. */
	if (skb->mark == SERVICE_MARK) {
		reason = restore_service_port(skb, config, &ip);
		if (reason)
			return drop(reason);
	} else if (ip.source == service_address(config)) {
		source = binding->gateway;
	} else if (is_inside(config, ip.source)) {
		sender = binding_by_inside(config, ip.source, &sender_number);
		if (!sender)
			return drop(DROP_NO_BINDING);
		source = sender->legal ? sender->legal : sender->shared;
	}
	reason = translate(skb, &ip, DESTINATION, binding->claimed, SAME_HOP);
	if (!reason && source) {
		__u8 protocol = ip.protocol;

		/* An ICMP error of the gateway's own quotes the device's packet, done above: only the header is left. */
		if (ip.source == service_address(config) && protocol == IPPROTO_ICMP)
			ip.first_fragment = 0;
		reason = translate(skb, &ip, SOURCE, source, SAME_HOP);
	}
	if (reason)
		return drop(reason);
	count_in(skb, number);
	return send_to_device(skb, config, binding);
}

/* Leaving by the uplink: an inside address becomes legal here or goes nowhere. */
SEC("tc")
int to_uplink(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	const struct profile *profile = NULL;
	enum drop_reason reason;
	const struct uplink *up;
	struct binding *binding;
	struct departure out;
	struct ipv4 ip;
	__u32 number, index;

	if (skb->mark == FORWARDED_MARK) {
		skb->mark = 0;
		return PASS;
	}
	if (!config || skb->protocol != bpf_htons(ETH_P_IP))
		return PASS;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, saddr), &ip.source, sizeof(ip.source)))
		return PASS;
	index = uplink_of(config, skb->ifindex);
	if (index < UPLINKS && ip.source == uplink_at(config, index)->address) {
		/* The host's own: ICMP errors may quote an inside address, and what has no ports is noted. */
		if (bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, protocol), &ip.protocol, 1) ||
		    ip.protocol == IPPROTO_TCP || ip.protocol == IPPROTO_UDP || parse_ipv4(skb, &ip))
			return PASS;
		reserve_for_host(skb, config, &ip);
		reason = ip.protocol == IPPROTO_ICMP ? hide_inside(skb, config, index, &ip, &profile) : DROP_NONE;
		if (reason || !profile)
			return reason ? drop(reason) : PASS;
		up = uplink_at(config, profile->uplink);
		if ((profile->flags & PROFILE_NO_GATEWAY) || !up->ifindex || !up->address)
			return drop(DROP_NO_GATEWAY);
		if (set_own_source(skb, ip.source, up->address))
			return drop(DROP_FAILED);
		return send_to_uplink(skb, up, profile->next_hop, ip.destination);
	}
	if (!is_inside(config, ip.source))
		return PASS;

	reason = parse_ipv4(skb, &ip);
	if (reason)
		return drop(reason);
	binding = binding_by_inside(config, ip.source, &number);
	profile = binding ? profile_of(binding) : NULL;
	if (!profile)
		return drop(DROP_NO_BINDING);
	/* The host's routes may be wrong for a moment: a device's packet leaves by its own uplink, or not at all. */
	if (profile->uplink != index || (profile->flags & PROFILE_NO_GATEWAY))
		return drop(DROP_WRONG_UPLINK);
	skb->mark = 0;
	reason = go_out(skb, &ip, binding, number, &out);
	if (!reason)
		reason = depart(skb, &ip, &out, SAME_HOP);
	return reason ? drop(reason) : PASS;
}

/* Run by the control plane with a struct sweep as context, which it fills. */
SEC("syscall")
int sweep(struct sweep *result)
{
	struct sweeping sweeping = {.now = bpf_ktime_get_ns(), .config = get_config()};

	if (!sweeping.config)
		return 1;
	bpf_for_each_map_elem(&mappings, sweep_mapping, &sweeping, 0);
	bpf_for_each_map_elem(&port_blocks, sweep_block, &sweeping, 0);
	result->live = sweeping.result.live;
	result->resting = sweeping.result.resting;
	result->blocks = sweeping.result.blocks;
	result->reserved = 0;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
