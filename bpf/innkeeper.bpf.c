// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The data plane: four tc programs for packets, and one that the control plane runs (sweep). This file is the contents
 * page; the steps are in access.h, uplink_ingress.h, stack.h, uplink_egress.h and host.h.
 *
 *   from_access  ingress of the access interface   a device's packet: its source becomes external, and it leaves
 *   from_uplink  ingress of each uplink            a packet to an external address: to the device that it is for
 *   from_stack   egress of the stack's end         a packet of the host's stack for a device (slow path)
 *   to_uplink    egress of each uplink             a packet that the host's stack forwards for a device (slow path)
 *
 * A device's addresses: claimed (its own), inside (unique on this host) and legal (RFC 4787: external).
 *
 * Fast path: claimed <-> legal in one step and a redirect; the host's IP stack never sees the packet.
 * Slow path: claimed <-> inside in one program, inside <-> legal in another. Between them the host's stack does its
 * work: time exceeded, fragmentation needed, fragmentation, options, the gateway's echo replies.
 *
 * IPv6 has the fast path alone (ipv6_access.h, ipv6_uplink.h): routers do not fragment it, and the control plane writes
 * the errors.
 *
 * Each profile of devices has a gateway, on one of the uplinks. On one arm, access and uplink are one interface:
 * from_access takes foreign devices' packets, and from_uplink sees the others.
 *
 * RFC 3022 (NAT and NAPT), RFC 4787, 5382, 7857 and 6888 (its behaviour), RFC 5508 (ICMP), RFC 826 and 5227 (ARP),
 * RFC 1812 (forwarding).
 */
#include "access.h"
#include "arp.h"
#include "host.h"
#include "ipv6_uplink.h"
#include "one_arm.h"
#include "stack.h"
#include "station_drops.h"
#include "sweep.h"
#include "uplink_egress.h"
#include "uplink_ingress.h"

/* From a device. The host's stack gets only EtherTypes that a setting names: devices cannot reach or confuse it. */
static __always_inline int access_receive(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct access_frame frame;
	enum drop_reason reason;

	/* 1. The frame: is its VLAN served, and may its source be a device? */
	if (!config)
		return drop(DROP_MALFORMED);
	reason = access_frame_parse(skb, config, &frame);
	if (reason)
		return access_refuse(skb, config, &frame, reason);

	/* 2. By its EtherType. */
	if (frame.type == bpf_htons(ETH_P_ARP))
		return access_arp(skb, config, frame.vlan);
	if (frame.type == bpf_htons(ETH_P_IP))
		return access_ipv4(skb, config, &frame);
	return access_other(skb, config, &frame);
}

/* From an uplink. A packet that is not for a legal address in use passes to the host unchanged. */
static __always_inline int uplink_receive(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	__u8 mac[MAC_SIZE];
	struct ethhdr *eth;
	__u32 index;

	/* 1. Which uplink? */
	if (!config)
		return PASS;
	index = uplink_lookup(config, skb->ifindex);
	if (index >= UPLINKS)
		return PASS;
	frame_remove_priority_tag(skb);
	if (skb->vlan_present || !packet_pull(skb, ETH_HLEN))
		return PASS;
	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return PASS;

	/* 2. By its EtherType. */
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return arp_from_uplink(skb, config, index);
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return ipv6_from_uplink(skb, config, index);
	if (eth->h_proto != bpf_htons(ETH_P_IP) || !same_mac(eth->h_dest, uplink_get(config, index)->mac))
		return PASS;
	copy_mac(mac, eth->h_source);
	return uplink_ipv4(skb, config, index, mac);
}

/* From the host's stack to an uplink. An inside source becomes legal here, or the packet is dropped. */
static __always_inline int uplink_send(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct ipv4 ip;
	__u32 index;

	/* 1. The fast path has translated its packets. */
	if (skb->mark == FORWARDED_MARK) {
		skb->mark = 0;
		return PASS;
	}
	if (!config || skb->protocol != bpf_htons(ETH_P_IP) || ipv4_load_source(skb, &ip))
		return PASS;

	/* 2. The host's own packet, or a device's on the slow path. */
	index = uplink_lookup(config, skb->ifindex);
	if (index < UPLINKS && ip.source == uplink_get(config, index)->address)
		return host_to_uplink(skb, config, index, &ip);
	return inside_contains(config, ip.source) ? device_to_uplink(skb, config, index, &ip) : PASS;
}

/* The programs: each notes at its end what it dropped. */
SEC("tc")
int from_access(struct __sk_buff *skb)
{
	return verdict_note(skb, DROPPED_FROM_ACCESS, access_receive(skb));
}

SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	return verdict_note(skb, DROPPED_ELSEWHERE, uplink_receive(skb));
}

SEC("tc")
int from_stack(struct __sk_buff *skb)
{
	return verdict_note(skb, DROPPED_ELSEWHERE, stack_receive(skb));
}

SEC("tc")
int to_uplink(struct __sk_buff *skb)
{
	return verdict_note(skb, DROPPED_ELSEWHERE, uplink_send(skb));
}

/* Run by the control plane, with the struct sweep as context that it fills. */
SEC("syscall")
int sweep(struct sweep *result)
{
	return sweep_run(result);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
