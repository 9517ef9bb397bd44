/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Counting a binding's traffic, and noting when its device was last heard. */
#ifndef INNKEEPER_ACCOUNTING_H
#define INNKEEPER_ACCOUNTING_H

#include "clock.h"
#include "maps.h"

/* The coarse clock may be behind an exact time that is stored already. */
static __always_inline void traffic_stamp_out(struct traffic *t, __u64 now)
{
	if (now > t->last_out)
		t->last_out = now;
}

/*
 * The control plane tells a real device by this: it sent something after it received its first answer. The coarse clock
 * advances in steps of milliseconds, within which a nearby server may have answered completely. So the first packets
 * are stamped by the exact clock.
 */
#define EXACT_PACKETS 16

static __always_inline void traffic_add_out(struct __sk_buff *skb, struct traffic *t)
{
	if (!t)
		return;
	traffic_stamp_out(t, t->out_packets < EXACT_PACKETS ? bpf_ktime_get_ns() : bpf_ktime_get_coarse_ns());
	t->out_packets += skb->gso_segs > 1 ? skb->gso_segs : 1;
	t->out_bytes += skb->len;
}

static __always_inline void traffic_count_out(struct __sk_buff *skb, __u32 number)
{
	traffic_add_out(skb, bpf_map_lookup_elem(&traffic, &number));
}

/* Notes that the device is present; the packet is not counted. */
static __always_inline void touch(__u32 number)
{
	struct traffic *t = bpf_map_lookup_elem(&traffic, &number);

	if (t)
		traffic_stamp_out(t, bpf_ktime_get_coarse_ns());
}

/*
 * While a device's gateway is not known, the control plane sees one of its packets per interval, not each. Ask before
 * traffic_count_out, which moves the time.
 */
#define LEARN_INTERVAL (20 * NSEC_PER_MSEC)

static __always_inline int learning_is_due(__u32 number)
{
	struct traffic *t = bpf_map_lookup_elem(&traffic, &number);

	return t && bpf_ktime_get_coarse_ns() > t->last_out + LEARN_INTERVAL;
}

static __always_inline void traffic_add_in(struct __sk_buff *skb, struct traffic *t)
{
	if (!t)
		return;
	if (!t->in_packets)
		t->first_in = bpf_ktime_get_ns();
	t->in_packets += skb->gso_segs > 1 ? skb->gso_segs : 1;
	t->in_bytes += skb->len;
}

static __always_inline void traffic_count_in(struct __sk_buff *skb, __u32 number)
{
	traffic_add_in(skb, bpf_map_lookup_elem(&traffic, &number));
}

#endif
