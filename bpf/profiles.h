/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The limits of a profile for its devices: destinations and rate. A remote host that the device may not contact
 * may contact the device, and then gets its answers: the callers are noted, so that 1:1 needs no state for other
 * conversations.
 */
#ifndef INNKEEPER_PROFILES_H
#define INNKEEPER_PROFILES_H

#include "inbound_filter.h"
#include "punt.h"

/* The longest network of the profile decides; without one the destination is allowed. */
static __always_inline int profile_allows(const struct config *config, const struct profile *profile, __u32 number,
					  __be32 address)
{
	struct destination_key key = {.prefix = 64, .profile = number, .network = address};
	__u32 *verdict;

	if (profile->flags & PROFILE_DESTINATIONS) {
		verdict = bpf_map_lookup_elem(&destinations, &key);
		return !verdict || *verdict == DESTINATION_ALLOWED;
	}
	return !(profile->flags & PROFILE_DENY_UPLINKS) || !uplink_subnet_contains(config, address);
}

static __always_inline struct contact_key caller_key(const struct binding *binding, __u32 number, __be32 remote,
						     __u8 protocol, __be16 port)
{
	struct contact_key key = {.binding = number,
				  .remote = remote,
				  .protocol = protocol,
				  .port = port,
				  .generation = binding->generation};

	return key;
}

/*
 * Notes that a remote host, which the device may not contact, sent to its port. Later fragments of the answer have no
 * port: noted under 0 too.
 */
__noinline int caller_note(const struct binding *binding, __u32 number, __be32 remote, __u32 protocol, __be16 port)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	if (!binding)
		return 0;
	for (int i = 0; i < 2; i++) {
		struct contact_key key = caller_key(binding, number, remote, protocol, i ? 0 : port);
		__u64 *last = bpf_map_lookup_elem(&called_by, &key);

		if (!last)
			bpf_map_update_elem(&called_by, &key, &now, BPF_ANY);
		else if (now - *last > NSEC_PER_SEC)
			*last = now;
	}
	return 0;
}

/*
 * Whether the packet may be an answer to a caller: from the port that was called, and not an opening of a conversation.
 */
__noinline int caller_is_answered(struct __sk_buff *skb, const struct ipv4 *ip, const struct binding *binding,
				  __u32 number)
{
	struct contact_key key;
	__u32 protocol;
	struct {
		struct iphdr header;
		__be16 source;
		__be16 destination;
	} quoted;
	__be16 port;
	__u64 *last;
	__u8 type;

	if (!ip || !binding || (ip->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN || fragment_may_hide_flags(skb, ip))
		return 0;
	protocol = ip->protocol;
	port = ip->source_port;
	if (protocol == IPPROTO_ICMP && ip->first_fragment) {
		port = 0;
		if (bpf_skb_load_bytes(skb, ip->transport, &type, 1) || icmp_is_request(type))
			return 0;
		if (icmp_is_error(type)) {
			/* About the caller's packet, which was sent to the device's port. */
			if (bpf_skb_load_bytes(skb, ip->transport + ICMP_HEADER, &quoted, sizeof(quoted)) ||
			    quoted.header.saddr != ip->destination)
				return 0;
			protocol = quoted.header.protocol;
			port = quoted.header.ihl == 5 && has_ports(protocol) ? quoted.destination : 0;
		}
	}
	key = caller_key(binding, number, ip->destination, protocol, port);
	last = bpf_map_lookup_elem(&called_by, &key);
	return last && bpf_ktime_get_coarse_ns() - *last < inbound_filter_lifetime(protocol);
}

/* Whether the device may send, or receive, this packet now. */
static __always_inline int rate_admit(struct __sk_buff *skb, const struct rate *rate, __u32 number, int out)
{
	struct meter *meter;

	if (!rate->interval)
		return 1;
	meter = bpf_map_lookup_elem(&meters, &number);
	return meter && gcra_admit(out ? &meter->out : &meter->in, bpf_ktime_get_coarse_ns(),
				   (skb->len * rate->interval) >> 10, rate->burst);
}

static __always_inline int profile_rate_admit(struct __sk_buff *skb, const struct rate *rate,
					      const struct binding *binding, int out)
{
	return rate_admit(skb, rate, binding->meter, out);
}

#endif
