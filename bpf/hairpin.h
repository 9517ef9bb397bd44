/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Device to device by a legal address: the packet leaves and comes in again in one step, so that the receiver sees the
 * sender's external address (RFC 4787 REQ-9, RFC 5382 REQ-8, RFC 5508 REQ-7).
 */
#ifndef INNKEEPER_HAIRPIN_H
#define INNKEEPER_HAIRPIN_H

#include "drop.h"
#include "accounting.h"
#include "forward.h"
#include "nat.h"
#include "profiles.h"
#include "slow_path.h"

/* Asks the receiver's filter about the packet as the receiver would see it, then puts the sender's fields back. */
static __always_inline enum drop_reason hairpin_admit(struct __sk_buff *skb, struct ipv4 *ip,
						      const struct nat_egress *out, struct nat_ingress *in)
{
	__be16 port = ip->source_port, id = ip->id;
	__be32 claimed = ip->source;
	enum drop_reason reason;

	ip->source = out->as.address;
	ip->id = out->id;
	if (out->as.port_from != out->as.port_to && ip->source_port)
		ip->source_port = out->as.port_to;
	reason = nat_ingress_admit(skb, ip, claimed, in);
	ip->source = claimed;
	ip->source_port = port;
	ip->id = id;
	return reason;
}

static __always_inline int hairpin(struct __sk_buff *skb, const struct config *config, struct ipv4 *ip,
				   const struct sender *from, struct nat_egress *out, struct nat_ingress *in)
{
	const struct profile *other = profile_lookup(in->binding);
	int slow = packet_needs_stack(skb, ip, config->access_mtu, config->access_mtu);
	enum drop_reason reason;

	/* Devices of different uplinks do not see each other. */
	if (!other || ((from->profile->flags | other->flags) & PROFILE_ISOLATE) ||
	    from->profile->uplink != other->uplink)
		return drop_of(DROP_ISOLATED, from->number);
	if (!profile_rate_admit(skb, &from->profile->out, from->binding, 1) ||
	    !profile_rate_admit(skb, &other->in, in->binding, 0))
		return drop_of(DROP_RATE, from->number);
	reason = hairpin_admit(skb, ip, out, in);
	if (reason)
		return drop_of(reason, from->number);

	if (slow) {
		out->as.address = inside_address(config, from->number);
		in->to.address = inside_address(config, in->number);
	}
	reason = nat_egress_apply(skb, ip, out, slow ? SAME_HOP : NEXT_HOP);
	if (!reason)
		reason = translate_endpoint(skb, ip, DESTINATION, &in->to, SAME_HOP);
	if (reason)
		return drop(reason);
	traffic_count_out(skb, from->number);
	if (slow)
		return send_sealed(skb, config, ip, from->profile, config->access_mtu);
	traffic_count_in(skb, in->number);
	return send_to_device(skb, config, in->binding, in->number);
}

#endif
