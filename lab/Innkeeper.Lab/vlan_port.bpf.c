// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * An access port of a switch, for kernels without 8021q: what the device sends is
 * tagged with VID on its way into the hub (ingress of the hub's port), and only
 * frames of that VLAN reach the device, untagged (egress of the hub's port).
 * IEEE 802.1Q. Compiled once for each VID by the lab: clang -DVID=10.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_8021Q 0x8100
#define VID_MASK 0x0fff

SEC("push")
int push_tag(struct __sk_buff *skb)
{
	return bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), VID) ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("pop")
int pop_tag(struct __sk_buff *skb)
{
	if (!skb->vlan_present || (skb->vlan_tci & VID_MASK) != VID)
		return TC_ACT_SHOT;
	return bpf_skb_vlan_pop(skb) ? TC_ACT_SHOT : TC_ACT_OK;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
