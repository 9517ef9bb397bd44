/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Punts: frames handed to the control plane, with a limit for each station and one in all, because attackers can send
 * unknown sources at will.
 */
#ifndef INNKEEPER_PUNT_H
#define INNKEEPER_PUNT_H

#include "clock.h"
#include "drop.h"
#include "parse.h"

/*
 * A station may punt 100 frames at once and 50 a second; all stations together 4,000 at once and 20,000 a second, on
 * each CPU.
 *
 * DHCP of stations without a binding has a limit of its own, 40,000 a second: 10,000 devices may arrive at once with
 * four messages each, new devices look like a flood, and the control plane decides 100,000 a second. So a flood of DHCP
 * does not touch the first packets of new devices, nor the other way round. A device with a binding renews outside that
 * limit, counted with all other punts.
 *
 * IPv6 has limits of its own, 10,000 a second in all: a device's programs try it again and again, and must not use up
 * what its IPv4 needs.
 */
#define STATION_INTERVAL (20 * NSEC_PER_MSEC)
#define STATION_BURST (100 * STATION_INTERVAL)
#define TOTAL_INTERVAL (NSEC_PER_MSEC / 20)
#define DHCP_INTERVAL (NSEC_PER_MSEC / 40)
#define IPV6_INTERVAL (NSEC_PER_MSEC / 10)
#define TOTAL_BURST_COUNT 4000
#define PUNT_STATION_IPV6 0x8000 /* beside the VLAN in the key of `punt_stations` */

enum punt_class { PUNTS_OTHER = 0, PUNTS_DHCP_OF_STRANGERS = 1, PUNTS_IPV6 = 2 };

static __always_inline enum punt_class punt_class_of(enum punt_reason reason, __u32 binding)
{
	if (reason >= PUNT_NEIGHBOR)
		return PUNTS_IPV6;
	return reason == PUNT_DHCP && !binding ? PUNTS_DHCP_OF_STRANGERS : PUNTS_OTHER;
}

/* The limit on all punts of a class. The classes other than IPv6 share a map, whose keys they are. */
static __always_inline int punt_total_admit(enum punt_class class, __u64 now)
{
	__u64 interval = class == PUNTS_IPV6 ? IPV6_INTERVAL : class == PUNTS_OTHER ? TOTAL_INTERVAL : DHCP_INTERVAL;
	__u32 key = class, zero = 0;
	__u64 *arrival;

	arrival = class == PUNTS_IPV6 ? bpf_map_lookup_elem(&punt_ipv6, &zero) : bpf_map_lookup_elem(&punt_total, &key);
	return arrival && gcra_admit(arrival, now, interval, TOTAL_BURST_COUNT * interval);
}

static __always_inline int punt_rate_admit(struct __sk_buff *skb, __u16 vlan, __u64 now, enum punt_class class)
{
	struct station_key key = {.vlan = vlan | (class == PUNTS_IPV6 ? PUNT_STATION_IPV6 : 0)};
	__u64 first = now + STATION_INTERVAL;
	__u64 *arrival;

	if (bpf_skb_load_bytes(skb, ETH_ALEN, key.mac, sizeof(key.mac)))
		return 0;
	arrival = bpf_map_lookup_elem(&punt_stations, &key);
	if (!arrival)
		bpf_map_update_elem(&punt_stations, &key, &first, BPF_ANY);
	else if (!gcra_admit(arrival, now, STATION_INTERVAL, STATION_BURST))
		return 0;
	return punt_total_admit(class, now);
}

/* Copies the frame to the control plane. Returns why it could not; the caller counts that if it drops the frame. */
__noinline int punt_for(struct __sk_buff *skb, enum punt_reason reason, __u16 vlan, __u32 binding)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	__u32 length = skb->len;
	__u32 zero = 0;
	struct punt *header;

	if (!punt_rate_admit(skb, vlan, now, punt_class_of(reason, binding)))
		return DROP_PUNT_LIMIT;
	header = bpf_map_lookup_elem(&punt_scratch, &zero);
	if (!header)
		return DROP_FAILED;
	if (length > PUNT_FRAME_MAX)
		length = PUNT_FRAME_MAX;
	if (length < ETH_HLEN)
		return DROP_MALFORMED;

	header->time = now;
	header->reason = reason;
	header->length = skb->len;
	header->captured = length;
	header->vlan = vlan;
	header->reserved = 0;
	header->binding = binding;
	header->filler = 0;
	if (bpf_skb_load_bytes(skb, 0, header + 1, length))
		return DROP_FAILED;
	return bpf_ringbuf_output(&punts, header, sizeof(*header) + length, 0) ? DROP_PUNT_FULL : DROP_NONE;
}

static __always_inline enum drop_reason punt(struct __sk_buff *skb, enum punt_reason reason, __u16 vlan)
{
	return punt_for(skb, reason, vlan, 0);
}

/* Hands the frame over: the control plane decides about it. */
static __always_inline int punt_instead(struct __sk_buff *skb, enum punt_reason reason, __u16 vlan)
{
	enum drop_reason failure = punt(skb, reason, vlan);

	return failure ? drop(failure) : TC_ACT_SHOT;
}

/*
 * Drops the packet and has the control plane inform the device by ICMP, so that its programs need not wait (RFC 5508
 * REQ-8, RFC 6888 REQ-11). `number`: its binding's.
 */
static __always_inline int reject(struct __sk_buff *skb, enum drop_reason reason, __u16 vlan, __u32 number)
{
	if (reason == DROP_PORT_LIMIT || reason == DROP_MAPPING_RATE || reason == DROP_PORTS_EXHAUSTED ||
	    reason == DROP_MAPPINGS_FULL || reason == DROP_REMOTE_TAKEN || reason == DROP_UNMAPPABLE ||
	    reason == DROP_NO_LEGAL || reason == DROP_NO_GATEWAY)
		punt(skb, PUNT_REFUSED, vlan);
	else if (reason == DROP_HELD || reason == DROP_DENIED)
		punt(skb, PUNT_DENIED, vlan);
	return drop_of(reason, number);
}

#endif
