/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Which conversation a packet belongs to: by its own ports, or by those of the packet that an ICMP error quotes. */
#ifndef INNKEEPER_FLOWS_H
#define INNKEEPER_FLOWS_H

#include "translate.h"

enum flow_kind {
	FLOW_NONE,     /* no port or identifier tells the devices of a shared address apart */
	FLOW_NEW,      /* may create a mapping, and refreshes it */
	FLOW_REPLY,    /* an ICMP reply: needs an existing mapping */
	FLOW_ERROR,    /* an ICMP error: belongs to the flow of the packet it quotes */
	FLOW_FRAGMENT, /* a later fragment of a protocol with ports */
};

/* A conversation, seen from our side. */
struct flow {
	__be32 remote;
	__be16 remote_port;
	__be16 port; /* ours: the device's port in a packet from it, the shared address's port in one from outside */
	__u8 protocol;
	__u8 tcp_flags;
	__u8 kind;
	__u8 reserved;
};

static __always_inline int has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_ICMP;
}

/*
 * Our endpoint is the source of an outgoing packet and the destination of an incoming one; in the quote of an error,
 * the opposite.
 */
static __always_inline enum drop_reason flow_parse_error(struct __sk_buff *skb, const struct ipv4 *ip, enum field ours,
							 struct flow *flow)
{
	__u32 quote = ip->transport + ICMP_HEADER;
	enum field quoted = ours == SOURCE ? DESTINATION : SOURCE;
	struct iphdr inner;
	__u8 type;
	__u32 at;

	if (bpf_skb_load_bytes(skb, quote, &inner, sizeof(inner)) || inner.version != 4 || inner.ihl < 5 ||
	    (inner.frag_off & bpf_htons(IP_OFFSET)))
		return DROP_ICMP_QUOTE;
	flow->kind = FLOW_ERROR;
	flow->protocol = inner.protocol;
	flow->remote = quoted == SOURCE ? inner.daddr : inner.saddr;
	if (!has_ports(inner.protocol))
		return DROP_NONE;
	at = quote + inner.ihl * 4;
	if (bpf_skb_load_bytes(skb, at + port_offset(inner.protocol, quoted), &flow->port, sizeof(flow->port)) ||
	    bpf_skb_load_bytes(skb, at + port_offset(inner.protocol, ours), &flow->remote_port,
			       sizeof(flow->remote_port)))
		return DROP_ICMP_QUOTE;
	/* No host sends an error about an error (RFC 1122 3.2.2). */
	if (inner.protocol == IPPROTO_ICMP &&
	    (bpf_skb_load_bytes(skb, at, &type, sizeof(type)) || !(icmp_is_request(type) || icmp_is_reply(type))))
		return DROP_ICMP_QUOTE;
	return DROP_NONE;
}

/* Fragments, ICMP, and TCP or UDP packets too short for ports. */
__noinline int flow_parse_other(struct __sk_buff *skb, const struct ipv4 *ip, enum field ours, struct flow *flow)
{
	__u8 type;

	if (!ip || !flow)
		return DROP_FAILED;
	if (!ip->first_fragment) {
		flow->kind = FLOW_FRAGMENT;
		return DROP_NONE;
	}
	if (ip->protocol != IPPROTO_ICMP || bpf_skb_load_bytes(skb, ip->transport, &type, sizeof(type)))
		return DROP_MALFORMED;
	if (icmp_is_error(type))
		return flow_parse_error(skb, ip, ours, flow);
	if (!icmp_is_request(type) && !icmp_is_reply(type)) {
		flow->kind = FLOW_NONE;
		return DROP_NONE;
	}
	/* A query goes out and its answer comes in. In the other direction no mapping begins (RFC 5508 REQ-1). */
	if (icmp_is_reply(type) == (ours == SOURCE))
		flow->kind = FLOW_REPLY;
	return bpf_skb_load_bytes(skb, ip->transport + ICMP_ID, &flow->port, sizeof(flow->port)) ? DROP_MALFORMED
												 : DROP_NONE;
}

static __always_inline enum drop_reason flow_parse(struct __sk_buff *skb, const struct ipv4 *ip, enum field ours,
						   struct flow *flow)
{
	flow->remote = ours == SOURCE ? ip->destination : ip->source;
	flow->remote_port = ours == SOURCE ? ip->destination_port : ip->source_port;
	flow->port = ours == SOURCE ? ip->source_port : ip->destination_port;
	flow->protocol = ip->protocol;
	flow->tcp_flags = ip->tcp_flags;
	flow->kind = FLOW_NEW;
	flow->reserved = 0;

	if (!has_ports(ip->protocol) || (flow->port && flow->remote_port))
		return DROP_NONE;
	return flow_parse_other(skb, ip, ours, flow);
}

#endif
