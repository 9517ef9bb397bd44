/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Counting a binding's traffic, and noting when its device was last heard. */
#ifndef INNKEEPER_ACCOUNTING_H
#define INNKEEPER_ACCOUNTING_H

#include "clock.h"
#include "maps.h"

/* The coarse clock may be behind an exact time that is there already. */
static __always_inline void traffic_stamp_out(struct traffic *t, __u64 now)
{
	if (now > t->last_out)
		t->last_out = now;
}

/*
 * Whether a device went on after it was answered is known by the order of its first packets and of what came for it. The
 * coarse clock stands for milliseconds, in which a nearby server may have said all there is.
 */
#define EXACT_PACKETS 16

static __always_inline void traffic_count_out(struct __sk_buff *skb, __u32 number)
{
	struct traffic *t = bpf_map_lookup_elem(&traffic, &number);

	if (!t)
		return;
	traffic_stamp_out(t, t->out_packets < EXACT_PACKETS ? bpf_ktime_get_ns() : bpf_ktime_get_coarse_ns());
	t->out_packets += skb->gso_segs > 1 ? skb->gso_segs : 1;
	t->out_bytes += skb->len;
}

/* Not our traffic, but it shows that the device is there. */
static __always_inline void touch(__u32 number)
{
	struct traffic *t = bpf_map_lookup_elem(&traffic, &number);

	if (t)
		traffic_stamp_out(t, bpf_ktime_get_coarse_ns());
}

/* A device whose gateway is not known is listened to from time to time, not at every packet. Ask before count_out. */
#define LEARN_INTERVAL (20 * NSEC_PER_MSEC)

static __always_inline int learning_is_due(__u32 number)
{
	struct traffic *t = bpf_map_lookup_elem(&traffic, &number);

	return t && bpf_ktime_get_coarse_ns() > t->last_out + LEARN_INTERVAL;
}

static __always_inline void traffic_count_in(struct __sk_buff *skb, __u32 number)
{
	struct traffic *t = bpf_map_lookup_elem(&traffic, &number);

	if (!t)
		return;
	if (!t->in_packets)
		t->first_in = bpf_ktime_get_ns();
	t->in_packets += skb->gso_segs > 1 ? skb->gso_segs : 1;
	t->in_bytes += skb->len;
}

#endif
