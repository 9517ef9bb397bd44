/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Which station's packets are dropped, and why: each program notes it where it ends, so that the administrator can ask
 * why a device is not online. The station is the one that the packet is from, or for.
 */
#ifndef INNKEEPER_STATION_DROPS_H
#define INNKEEPER_STATION_DROPS_H

#include "capture.h"
#include "clock.h"
#include "drop.h"
#include "ipv6.h"
#include "lookup.h"
#include "parse.h"

/* An entry that counts from longer ago begins again: a drop an hour ago explains nothing. */
#define STATION_DROPS_WINDOW (600 * NSEC_PER_SEC)
/* A flood of invented stations brings 100 a second, on each CPU, after the first 4096. Bindings have no such limit. */
#define STATION_DROPS_INTERVAL (10 * NSEC_PER_MSEC)
#define STATION_DROPS_BURST (4096 * STATION_DROPS_INTERVAL)

/* Whether the program gets frames from the access side. Then the station is the frame's source. */
enum drop_side { DROPPED_ELSEWHERE, DROPPED_FROM_ACCESS };

static __always_inline int station_of_drop(struct __sk_buff *skb, enum drop_side side, __u32 number,
					   struct station_key *station)
{
	const struct binding *binding;
	const struct binding6 *other;

	if (number & IPV6_NUMBER) {
		other = binding6_lookup(number & ~IPV6_NUMBER);
		if (!other)
			return 0;
		copy_mac(station->mac, other->mac);
		station->vlan = other->vlan;
		return 1;
	}
	binding = number ? binding_lookup(number) : NULL;
	if (binding) {
		copy_mac(station->mac, binding->mac);
		station->vlan = binding->vlan;
		return 1;
	}
	if (side != DROPPED_FROM_ACCESS || bpf_skb_load_bytes(skb, ETH_ALEN, station->mac, sizeof(station->mac)))
		return 0;
	station->vlan = skb->vlan_present ? skb->vlan_tci & VLAN_ID : 0;
	return 1;
}

static __always_inline int station_drop_is_admitted(__u64 now)
{
	__u32 zero = 0;
	__u64 *arrival = bpf_map_lookup_elem(&drop_admission, &zero);

	return arrival && gcra_admit(arrival, now, STATION_DROPS_INTERVAL, STATION_DROPS_BURST);
}

static __always_inline void station_drop_count(const struct station_drop_key *key, const struct station_drop *news,
					       int is_binding)
{
	struct station_drop *drop = bpf_map_lookup_elem(&station_drops, key);

	if (!drop) {
		if (is_binding || station_drop_is_admitted(news->last))
			bpf_map_update_elem(&station_drops, key, news, BPF_ANY);
		return;
	}
	if (news->last - drop->since > STATION_DROPS_WINDOW) {
		drop->since = news->since;
		drop->count = 0;
	}
	drop->last = news->last;
	drop->count += 1;
	drop->destination = news->destination;
	drop->type = news->type;
}

/* Not inlined: its variables would lie on the stack of the packet path. */
__noinline int station_drop_note(struct __sk_buff *skb, enum drop_side side)
{
	struct station_drop news = {.count = 1};
	struct station_drop_key key = {};
	struct drop_cause *cause;
	__u32 zero = 0, number;

	/* A frame that the control plane has taken is no drop. */
	cause = bpf_map_lookup_elem(&drop_cause, &zero);
	if (!cause || !cause->reason)
		return 0;
	key.reason = cause->reason;
	number = cause->binding;
	cause->reason = DROP_NONE;
	if (!station_of_drop(skb, side, number, &key.station))
		return 0;
	if (is_captured(key.station.mac))
		capture_copy(skb, key.reason);

	news.since = news.last = bpf_ktime_get_coarse_ns();
	bpf_skb_load_bytes(skb, ETH_HLEN - sizeof(news.type), &news.type, sizeof(news.type));
	if (news.type == bpf_htons(ETH_P_IP))
		bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, daddr), &news.destination,
				   sizeof(news.destination));
	station_drop_count(&key, &news, number != 0);
	return 0;
}

/* The end of every program. */
static __always_inline int verdict_note(struct __sk_buff *skb, enum drop_side side, int verdict)
{
	if (verdict == TC_ACT_SHOT)
		station_drop_note(skb, side);
	return verdict;
}

#endif
