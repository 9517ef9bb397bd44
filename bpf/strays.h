/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Two arms: frames from the access side that show that a station is wrong about where we are. A frame with our own MAC
 * as its source makes a switch send our frames elsewhere; a frame to a MAC that no station has may be for a gateway
 * that we replaced. The control plane gets a copy of some of them (Beacon.cs and StrayFrames.cs in
 * src/Innkeeper/ControlPlane).
 */
#ifndef INNKEEPER_STRAYS_H
#define INNKEEPER_STRAYS_H

#include "punt.h"

/* Of one station once a second, of all together 100 a second: floods take nothing from punts that devices wait for. */
#define STRAY_STATION_INTERVAL NSEC_PER_SEC
#define STRAY_INTERVAL (10 * NSEC_PER_MSEC)
#define STRAY_BURST (100 * STRAY_INTERVAL)
/* Of our own MAC more: the sooner a switch learns again, the fewer frames are lost. */
#define OWN_MAC_INTERVAL (50 * NSEC_PER_MSEC)

/* Not inlined: its variables would lie on the stack of the packet path. */
__noinline int stray_admit(__u64 number, __u64 interval)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	union station station = {.number = number};
	__u32 zero = 0;
	__u64 *last;

	last = bpf_map_lookup_elem(&strays, &station.key);
	if (last && now - *last < interval)
		return 0;
	if (last)
		*last = now;
	else
		bpf_map_update_elem(&strays, &station.key, &now, BPF_ANY);
	last = bpf_map_lookup_elem(&stray_total, &zero);
	return last && gcra_admit(last, now, STRAY_INTERVAL, STRAY_BURST);
}

static __always_inline void stray_report_own_mac(struct __sk_buff *skb, const struct config *config, const __u8 *mac,
						 __u16 vlan)
{
	if (!(config->flags & CONFIG_ONE_ARM) && same_mac(mac, config->access_mac) &&
	    stray_admit(station_number(mac, vlan), OWN_MAC_INTERVAL))
		punt(skb, PUNT_OWN_MAC, vlan);
}

static __always_inline void stray_report(struct __sk_buff *skb, const struct config *config, const __u8 *mac,
					 __u16 vlan)
{
	if (!(config->flags & CONFIG_ONE_ARM) && stray_admit(station_number(mac, vlan), STRAY_STATION_INTERVAL))
		punt(skb, PUNT_STRAY, vlan);
}

#endif
