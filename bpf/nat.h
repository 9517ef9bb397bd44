/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The border between devices and the legal LAN, both ways: as whom a device's packet appears outside, and whose a packet
 * from outside is. 1:1 where a binding has a legal address of its own, mappings where it shares one (mappings.h).
 */
#ifndef INNKEEPER_NAT_H
#define INNKEEPER_NAT_H

#include "drop.h"
#include "fragments.h"
#include "inbound_filter.h"
#include "mappings.h"

/* How a leaving packet is to be changed. */
struct departure {
	struct rewrite as;
	__be16 id;
};

/* Fragments but the first go the way of the first: the shared address, while their datagram is known there. */
static __always_inline enum drop_reason later_goes_out(const struct ipv4 *ip, const struct binding *binding,
						       __u32 number, struct departure *out)
{
	if (binding->legal) {
		struct fragment_key key = fragment_key(ip, number, ip->destination, 0);
		struct fragment *first = bpf_map_lookup_elem(&fragments, &key);

		/* An old one is of an earlier datagram with the same identification. */
		if (!first || !is_fresh(first, bpf_ktime_get_coarse_ns()))
			return DROP_NONE;
	}
	out->as.address = binding->shared;
	return fragment_out(ip, binding, number, &out->id);
}

static __always_inline enum drop_reason go_out(struct __sk_buff *skb, const struct ipv4 *ip,
					       const struct binding *binding, __u32 number, struct departure *out)
{
	enum drop_reason reason;
	struct flow flow;

	out->as.address = binding->legal;
	out->as.port_from = out->as.port_to = 0;
	out->id = ip->id;
	if (!binding->shared) {
		if (!(binding->flags & BINDING_INBOUND))
			remember_contact(binding, number, ip->destination, ip->protocol, 0);
		return binding->legal ? DROP_NONE : DROP_NO_LEGAL;
	}

	reason = flow_of(skb, ip, SOURCE, &flow);
	if (reason)
		return reason;
	if (flow.kind == FLOW_LATER)
		return later_goes_out(ip, binding, number, out);
	reason = map_out(skb, &flow, binding, number, &out->as);
	/* What answers an address of its own is not told by a port. */
	if (!(binding->flags & BINDING_INBOUND) && flow.kind != FLOW_ERROR)
		remember_contact(binding, number, ip->destination, ip->protocol,
				 has_ports(ip->protocol) && (!binding->legal || out->as.address != binding->legal)
					 ? flow.port
					 : 0);
	if (!reason && ip->fragment && out->as.address == binding->shared)
		reason = fragment_out(ip, binding, number, &out->id);
	return reason;
}

/* Makes the packet what `go_out` said. Invalidates pointers into the packet. */
static __always_inline enum drop_reason depart(struct __sk_buff *skb, const struct ipv4 *ip,
					       const struct departure *out, enum hop hop)
{
	enum drop_reason reason = translate_endpoint(skb, ip, SOURCE, &out->as, hop);

	return !reason && out->id != ip->id ? change_id(skb, ip->id, out->id) : reason;
}

enum whose {
	NOBODYS, /* no legal address of a device */
	DEVICES,
	HOSTS,	 /* the shared address is the host's own, and this is not for a device */
	DROPPED, /* for the reason given; DROP_NONE: the control plane holds it */
};

struct arrival {
	struct binding *binding;
	struct mapping *mapping; /* NULL: 1:1, or a later fragment */
	struct flow flow;
	struct rewrite to;
	union {
		__u32 number;		 /* DEVICES: of the binding */
		enum drop_reason reason; /* DROPPED */
	};
};

/* An unsolicited SYN to a port that devices share is not refused, for it may cross one of theirs (RFC 5382 REQ-4). */
static __always_inline int is_unsolicited(struct __sk_buff *skb, __u32 index, const struct flow *flow)
{
	struct shared_address *address = bpf_map_lookup_elem(&shared, &index);
	__u32 port = bpf_ntohs(flow->port);

	return (flow->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && address && port >= address->first &&
	       port <= address->last && !is_hosts_port(skb, address->address, flow->port, flow);
}

static __always_inline enum whose nobody(const struct config *config, const struct ipv4 *ip, struct arrival *in,
					 enum drop_reason reason)
{
	in->reason = reason;
	return is_own_address(config, ip->destination) ? HOSTS : DROPPED;
}

/* A device's later fragment to a shared address: whose its first was is noted under what that is outside. */
static __always_inline void appear_outside(struct ipv4 *ip, const struct binding *binding, __u32 number)
{
	struct fragment_key key = fragment_key(ip, number, ip->destination, 0);
	struct fragment *sent = binding->shared ? bpf_map_lookup_elem(&fragments, &key) : NULL;

	ip->source = sent ? binding->shared : binding->legal;
	if (sent)
		ip->id = sent->id;
}

static __always_inline enum whose whose_is_later(struct __sk_buff *skb, const struct config *config,
						 const struct ipv4 *ip, int held, struct arrival *in)
{
	enum later later = held ? find_first(skb, ip, &in->number) : look_for_first(ip, &in->number);

	if (later == LATER_HELD) {
		in->reason = DROP_NONE;
		return DROPPED;
	}
	if (later == LATER_LOST)
		return nobody(config, ip, in, DROP_NO_MAPPING);
	in->binding = in->number ? binding_at(in->number) : NULL;
	if (!in->binding)
		return nobody(config, ip, in, DROP_NO_MAPPING);
	in->to.address = in->binding->claimed;
	return DEVICES;
}

/* Whose a packet to a legal address is. Changes nothing; `held`: whether early fragments may wait. */
static __always_inline enum whose whose_is(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					   int held, struct arrival *in)
{
	__u32 entry = legal_entry(config, ip->destination);
	enum drop_reason reason;

	in->mapping = NULL;
	in->to.port_from = in->to.port_to = 0;
	if (!entry)
		return NOBODYS;
	if (!(entry & SHARED_LEGAL)) {
		in->number = entry;
		in->binding = binding_at(entry);
		if (!in->binding || in->binding->legal != ip->destination)
			return NOBODYS;
		in->to.address = in->binding->claimed;
		return DEVICES;
	}

	reason = flow_of(skb, ip, DESTINATION, &in->flow);
	if (reason)
		return nobody(config, ip, in, reason);
	if (in->flow.kind == FLOW_LATER)
		return whose_is_later(skb, config, ip, held, in);
	if (in->flow.kind == FLOW_NONE || in->flow.kind == FLOW_ANSWER)
		return nobody(config, ip, in, DROP_UNMAPPABLE);

	in->mapping = map_in(config, ip->destination, &in->flow, &in->binding);
	if (in->mapping && in->binding) {
		in->number = in->mapping->binding;
		in->to.address = in->binding->claimed;
		in->to.port_from = in->flow.port;
		in->to.port_to = in->mapping->port;
		return DEVICES;
	}
	if (!in->mapping && is_unsolicited(skb, entry & ~SHARED_LEGAL, &in->flow)) {
		in->reason = DROP_NO_MAPPING;
		return DROPPED;
	}
	return nobody(config, ip, in, in->flow.kind == FLOW_ERROR ? DROP_ICMP_QUOTE : DROP_NO_MAPPING);
}

/* Whether it may come in, and what is to be remembered of it. The source must be as it is outside; `claimed`: as in `may_enter`. */
static __always_inline enum drop_reason come_in(struct __sk_buff *skb, const struct ipv4 *ip, __be32 claimed,
						struct arrival *in)
{
	struct mapping *mapping = in->mapping;

	/* A later fragment follows a first that was let in. */
	if (!(in->binding->flags & BINDING_INBOUND) &&
	    (mapping || !in->binding->shared || in->binding->legal == ip->destination) &&
	    !may_enter(skb, ip, in->binding, in->number, mapping ? mapping->port : 0, claimed))
		return DROP_INBOUND_REFUSED;
	if (!mapping)
		return DROP_NONE;
	if (in->flow.kind == FLOW_OPENING && ip->protocol == IPPROTO_TCP &&
	    ((ip->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)) || mapping->state == TCP_TRANSITORY)) {
		in->flow.remote = ip->source;
		in->flow.remote_port = ip->source_port;
		note_incoming(mapping, &in->flow);
	}
	if (ip->fragment && has_ports(ip->protocol))
		return remember_first(skb, ip, in->binding, in->number);
	return DROP_NONE;
}

#endif
