/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A device's packet that the host's stack forwards to an uplink: the second half of the slow path. */
#ifndef INNKEEPER_UPLINK_EGRESS_H
#define INNKEEPER_UPLINK_EGRESS_H

#include "drop.h"
#include "nat.h"
#include "slow_path.h"

static __always_inline int device_to_uplink(struct __sk_buff *skb, const struct config *config, __u32 index,
					    struct ipv4 *ip)
{
	const struct profile *profile;
	enum drop_reason reason;
	struct binding *binding;
	struct nat_egress out;
	__u32 number;
	int sealed;

	/* No packet that is not of the slow path has an inside source. */
	reason = packet_open(skb, &sealed);
	if (!reason)
		reason = sealed ? ipv4_parse(skb, ip) : DROP_SLOW_PATH;
	if (reason)
		return drop(reason);
	binding = binding_lookup_inside(config, ip->source, &number);
	profile = binding ? profile_lookup(binding) : NULL;
	if (!profile)
		return drop(DROP_NO_BINDING);
	/* The host's routes may be wrong for a moment: a device's packet leaves by its own uplink, or not at all. */
	if (profile->uplink != index || (profile->flags & PROFILE_NO_GATEWAY))
		return drop_of(DROP_WRONG_UPLINK, number);
	skb->mark = 0;
	reason = nat_egress_lookup(skb, ip, binding, number, &out);
	if (!reason)
		reason = nat_egress_apply(skb, ip, &out, SAME_HOP);
	return reason ? drop_of(reason, number) : PASS;
}

#endif
