/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Forwards: a port of a shared address leads to a device's port because the administrator says so. A forward is a
 * mapping that the control plane writes (MAPPING_STATIC), so that no other mapping gets its port, and hairpinning,
 * ICMP errors and fragments need nothing more.
 *
 * A device's port may have several forwards, and the device an external address of its own, by which it is reached too.
 * Answers must leave by the way by which the remote host came, so each remote host that comes by a forward is noted.
 */
#ifndef INNKEEPER_FORWARDS_H
#define INNKEEPER_FORWARDS_H

#include "clock.h"
#include "flows.h"
#include "inbound_filter.h"
#include "maps.h"

static __always_inline struct forwarded_key forwarded_key(const struct mapping *mapping, __be32 remote,
							  __be16 remote_port, __u8 protocol)
{
	struct forwarded_key key = {};

	key.binding = mapping->binding;
	key.generation = mapping->generation;
	key.remote = remote;
	key.remote_port = remote_port;
	key.port = mapping->port;
	key.protocol = protocol;
	return key;
}

/* A packet from outside, `outside` being its destination's port, was led to the device's port. */
__noinline int forwarded_note(const struct ipv4 *ip, const struct mapping *mapping, __be16 outside)
{
	struct forwarded fresh = {.time = bpf_ktime_get_coarse_ns(), .port = outside}, *known;
	struct forwarded_key key;

	if (!ip || !mapping)
		return 0;
	key = forwarded_key(mapping, ip->source, ip->source_port, ip->protocol);
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
	struct forwarded_key key;
	struct forwarded *known;

	if (!flow || !mapping)
		return 0;
	key = forwarded_key(mapping, flow->remote, flow->remote_port, flow->protocol);
	known = bpf_map_lookup_elem(&forwarded, &key);
	if (!known || bpf_ktime_get_coarse_ns() - known->time >= inbound_filter_lifetime(flow->protocol))
		return 0;
	return known->port;
}

/*
 * The port by which an answer leaves; 0 = its receiver came by no forward that still leads to the device, so a device
 * with an external address of its own speaks to it by that. `mapping`: a forward to the same port of the device.
 */
static __always_inline __be16 forward_way_back(const struct flow *flow, const struct binding *binding,
					       const struct mapping *mapping)
{
	__be16 port = forwarded_port(flow, mapping);
	struct mapping_key key = {.side = binding->shared, .port = port, .protocol = flow->protocol};
	struct mapping *way = port ? bpf_map_lookup_elem(&mappings, &key) : NULL;

	return way && (way->flags & MAPPING_STATIC) && way->state != MAPPING_HOLD && way->binding == mapping->binding &&
			       way->generation == mapping->generation && way->port == mapping->port
		       ? port
		       : 0;
}

#endif
