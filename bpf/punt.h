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
 */
#define STATION_INTERVAL (20 * NSEC_PER_MSEC)
#define STATION_BURST (100 * STATION_INTERVAL)
#define TOTAL_INTERVAL (NSEC_PER_MSEC / 20)
#define DHCP_INTERVAL (NSEC_PER_MSEC / 40)
#define TOTAL_BURST_COUNT 4000

static __always_inline int punt_rate_admit(struct __sk_buff *skb, __u16 vlan, __u64 now, __u32 stranger)
{
	__u64 interval = stranger ? DHCP_INTERVAL : TOTAL_INTERVAL;
	struct station_key key = {.vlan = vlan};
	__u64 first = now + STATION_INTERVAL;
	__u64 *arrival;

	if (bpf_skb_load_bytes(skb, ETH_ALEN, key.mac, sizeof(key.mac)))
		return 0;
	arrival = bpf_map_lookup_elem(&punt_stations, &key);
	if (!arrival)
		bpf_map_update_elem(&punt_stations, &key, &first, BPF_ANY);
	else if (!gcra_admit(arrival, now, STATION_INTERVAL, STATION_BURST))
		return 0;
	arrival = bpf_map_lookup_elem(&punt_total, &stranger);
	return arrival && gcra_admit(arrival, now, interval, TOTAL_BURST_COUNT * interval);
}

/* Copies the frame to the control plane. Returns why it could not; the caller counts that if it drops the frame. */
__noinline int punt_for(struct __sk_buff *skb, enum punt_reason reason, __u16 vlan, __u32 binding)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	__u32 length = skb->len;
	__u32 zero = 0;
	struct punt *header;

	if (!punt_rate_admit(skb, vlan, now, reason == PUNT_DHCP && !binding))
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
