/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Forwards: a port of a shared address leads to a device's port because the administrator says so. A forward is a
 * mapping that the control plane writes (MAPPING_STATIC), so that no other mapping gets its port, and hairpinning,
 * ICMP errors and fragments need nothing more.
 *
 * What mappings do not know is by which way a remote host came: a device's port may have several forwards, and the
 * device an external address of its own, by which it is reached too. Answers must leave by the way by which the host
 * came, so each remote host that comes by a forward is noted.
 */
#ifndef INNKEEPER_FORWARDS_H
#define INNKEEPER_FORWARDS_H

#include "clock.h"
#include "flows.h"
#include "inbound_filter.h"
#include "maps.h"

/* A packet from outside, `outside` being its destination's port, was led to the device's port. */
__noinline int forwarded_note(const struct ipv4 *ip, const struct mapping *mapping, __be16 outside)
{
	struct forwarded fresh = {.time = bpf_ktime_get_coarse_ns(), .port = outside}, *known;
	struct forwarded_key key = {};

	if (!ip || !mapping)
		return 0;
	key.binding = mapping->binding;
	key.generation = mapping->generation;
	key.remote = ip->source;
	key.remote_port = ip->source_port;
	key.port = mapping->port;
	key.protocol = ip->protocol;
	known = bpf_map_lookup_elem(&forwarded, &key);
	if (known && known->port == outside) {
		if (fresh.time - known->time > NSEC_PER_SEC)
			known->time = fresh.time;
		return 0;
	}
	bpf_map_update_elem(&forwarded, &key, &fresh, BPF_ANY);
	return 0;
}

/* The port by which the other end of a device's flow came, in network order; 0 = by no forward. */
__noinline int forwarded_port(const struct flow *flow, const struct mapping *mapping)
{
	struct forwarded_key key = {};
	struct forwarded *known;

	if (!flow || !mapping)
		return 0;
	key.binding = mapping->binding;
	key.generation = mapping->generation;
	key.remote = flow->remote;
	key.remote_port = flow->remote_port;
	key.port = mapping->port;
	key.protocol = flow->protocol;
	known = bpf_map_lookup_elem(&forwarded, &key);
	return known && bpf_ktime_get_coarse_ns() - known->time < inbound_filter_lifetime(flow->protocol) ? known->port
													    : 0;
}

#endif
