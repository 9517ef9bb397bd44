/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Which remote hosts a device with an external address of its own has sent to. No mapping tells, and a hash map would
 * cost each packet more than the fast path can afford: so a cache, with two places for each hash. It is only asked
 * about ICMP errors, and never wrong about what it has.
 */
#ifndef INNKEEPER_RECENT_H
#define INNKEEPER_RECENT_H

#include "clock.h"
#include "maps.h"
#include "parse.h"

static __always_inline __u32 recent_place(__u32 number, __be32 remote, __u8 protocol)
{
	/* Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4): the upper bits are the best. */
	return ((remote ^ (number * 0x85ebca6bu) ^ ((__u32)protocol << 24)) * 0x9e3779b1u) >> 16;
}

static __always_inline struct recent_remote *recent_at(__u32 place)
{
	place &= RECENT_REMOTES - 1;
	return bpf_map_lookup_elem(&recent_remotes, &place);
}

static __always_inline int recent_is(const struct recent_remote *entry, const struct binding *binding, __u32 number,
				     __be32 remote, __u8 protocol)
{
	return entry->remote == remote && entry->binding == number && entry->protocol == protocol &&
	       entry->generation == binding->generation;
}

/* Writes at most once a second. Two CPUs that write one place at once leave an entry of no device. */
__noinline int recent_note(const struct ipv4 *ip, const struct binding *binding, __u32 number)
{
	struct recent_remote *entry, *other;
	__u64 now = bpf_ktime_get_coarse_ns();
	__be32 remote;
	__u8 protocol;
	__u32 place;

	if (!ip || !binding)
		return 0;
	remote = ip->destination;
	protocol = ip->protocol;
	place = recent_place(number, remote, protocol);
	entry = recent_at(place);
	if (!entry)
		return 0;
	if (!recent_is(entry, binding, number, remote, protocol)) {
		other = recent_at(place ^ 1);
		if (!other)
			return 0;
		if (recent_is(other, binding, number, remote, protocol) || is_before(other->time, entry->time))
			entry = other;
	}
	if (recent_is(entry, binding, number, remote, protocol) && now - entry->time < NSEC_PER_SEC)
		return 0;
	entry->time = now;
	entry->binding = number;
	entry->generation = binding->generation;
	entry->remote = remote;
	entry->protocol = protocol;
	return 0;
}

static __always_inline int recent_knows(const struct binding *binding, __u32 number, __be32 remote, __u8 protocol,
					__u64 lifetime)
{
	__u32 place = recent_place(number, remote, protocol);

	for (__u32 i = 0; i < 2; i++) {
		const struct recent_remote *entry = recent_at(place ^ i);

		if (entry && entry->time && recent_is(entry, binding, number, remote, protocol))
			return bpf_ktime_get_coarse_ns() - entry->time < lifetime;
	}
	return 0;
}

#endif
