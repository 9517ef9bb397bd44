/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The verdicts that end a program without a redirect: drop, and pass to the host. */
#ifndef INNKEEPER_DROP_H
#define INNKEEPER_DROP_H

#include <linux/pkt_cls.h>

#include "maps.h"

/* Not ours: the next program or classifier of the interface takes the packet, then the host. */
#define PASS TC_ACT_UNSPEC

/*
 * Of the binding with this number, or for it; IPV6_NUMBER marks those of IPv6. Not inlined: it is rare, and the packet
 * path's stack is full.
 */
__noinline int drop_of(enum drop_reason reason, __u32 binding)
{
	__u32 key = reason, zero = 0;
	__u64 *count = bpf_map_lookup_elem(&drops, &key);
	struct drop_cause *cause = bpf_map_lookup_elem(&drop_cause, &zero);

	if (count)
		*count += 1;
	if (cause) {
		cause->reason = reason;
		cause->binding = binding;
	}
	return TC_ACT_SHOT;
}

static __always_inline int drop(enum drop_reason reason)
{
	return drop_of(reason, 0);
}

/*
 * For a packet that cannot be a device's. On a LAN of devices it is dropped. On one arm it belongs to the LAN, and
 * passes as if we were not there.
 */
static __always_inline int default_action(const struct config *config, enum drop_reason reason)
{
	return config->flags & CONFIG_ONE_ARM ? PASS : drop(reason);
}

#endif
