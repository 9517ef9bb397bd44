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
#include "access.h"
#include "arp.h"
#include "config.h"
#include "host.h"
#include "one_arm.h"
#include "stack.h"
#include "sweep.h"
#include "uplink_egress.h"
#include "uplink_ingress.h"

/* From a device. The host's stack sees none of it but what a setting names: no device reaches, teaches or confuses it. */
SEC("tc")
int from_access(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct access_frame frame;
	enum drop_reason reason;

	/* 1. The frame: a VLAN that is served, a source that may be a device. */
	if (!config)
		return drop(DROP_MALFORMED);
	reason = access_frame_parse(skb, config, &frame);
	if (reason)
		return reason == DROP_MALFORMED ? drop(reason) : default_action(config, reason);

	/* 2. By its EtherType. */
	if (frame.type == bpf_htons(ETH_P_ARP))
		return access_arp(skb, config, frame.vlan);
	if (frame.type == bpf_htons(ETH_P_IP))
		return access_ipv4(skb, config, &frame);
	return access_other(skb, config, frame.type);
}

/* From an uplink. A packet that is not for a legal address in use goes to the host, unchanged. */
SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	__u8 mac[MAC_SIZE];
	struct ethhdr *eth;
	__u32 index;

	/* 1. Which uplink? */
	if (!config || skb->vlan_present || !packet_pull(skb, ETH_HLEN))
		return PASS;
	index = uplink_lookup(config, skb->ifindex);
	eth = packet_start(skb);
	if (index >= UPLINKS || (void *)(eth + 1) > packet_end(skb))
		return PASS;

	/* 2. By its EtherType. */
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return arp_from_uplink(skb, config, index);
	if (eth->h_proto != bpf_htons(ETH_P_IP) || !same_mac(eth->h_dest, uplink_get(config, index)->mac))
		return PASS;
	copy_mac(mac, eth->h_source);
	return uplink_ipv4(skb, config, index, mac);
}

/* From the host's stack into the inside network: for a device, or a frame that the control plane held and sends again. */
SEC("tc")
int from_stack(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct ethhdr *eth;

	if (!config || !packet_pull(skb, ETH_HLEN))
		return drop(DROP_MALFORMED);
	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return drop(DROP_MALFORMED);

	/* 1. Sent again, to be treated as received: on the uplink that the mark names, or on the access interface. */
	if ((skb->mark & ~(UPLINKS - 1)) == UPLINK_MARK)
		return uplink_receive_again(skb, config);
	if (same_mac(eth->h_dest, config->access_mac))
		return bpf_redirect(config->access_ifindex, BPF_F_INGRESS);

	/* 2. For a device. */
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return drop(DROP_STACK_OTHER);
	return stack_to_device(skb, config);
}

/* From the host's stack to an uplink: an inside address becomes legal here, or the packet goes nowhere. */
SEC("tc")
int to_uplink(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct ipv4 ip;
	__u32 index;

	/* 1. The fast path is done with its packets. */
	if (skb->mark == FORWARDED_MARK) {
		skb->mark = 0;
		return PASS;
	}
	if (!config || skb->protocol != bpf_htons(ETH_P_IP) || ipv4_load_source(skb, &ip))
		return PASS;

	/* 2. The host's own packet, or a device's by the slow path. */
	index = uplink_lookup(config, skb->ifindex);
	if (index < UPLINKS && ip.source == uplink_get(config, index)->address)
		return host_to_uplink(skb, config, index, &ip);
	return inside_contains(config, ip.source) ? device_to_uplink(skb, config, index, &ip) : PASS;
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
