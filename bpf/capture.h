/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A capture of one station has the reason beside each frame that is dropped: the program that drops it copies it to the
 * control plane. Packets that pass cost nothing. A copy that finds no room is lost; the capture has the frame anyway.
 */
#ifndef INNKEEPER_CAPTURE_H
#define INNKEEPER_CAPTURE_H

#include <linux/if_ether.h>

#include "maps.h"
#include "parse.h"

static __always_inline int is_captured(const __u8 *mac)
{
	__u32 zero = 0;
	const struct capture_target *target = bpf_map_lookup_elem(&capture, &zero);

	return target && target->is_on && same_mac(target->mac, mac);
}

__noinline int capture_copy(struct __sk_buff *skb, __u32 reason)
{
	__u32 length = skb->len;
	struct captured_drop *copy;

	if (length > CAPTURE_FRAME_MAX)
		length = CAPTURE_FRAME_MAX;
	if (length < ETH_HLEN)
		return 0;
	copy = bpf_ringbuf_reserve(&captured_drops, sizeof(*copy) + CAPTURE_FRAME_MAX, 0);
	if (!copy)
		return 0;
	copy->time = bpf_ktime_get_ns();
	copy->reason = reason;
	copy->ifindex = skb->ifindex;
	copy->length = skb->len;
	copy->captured = length;
	copy->vlan = skb->vlan_present ? skb->vlan_tci : 0;
	copy->reserved = 0;
	copy->filler = 0;
	if (bpf_skb_load_bytes(skb, 0, copy + 1, length))
		bpf_ringbuf_discard(copy, 0);
	else
		bpf_ringbuf_submit(copy, 0);
	return 0;
}

#endif
