/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * NAT between the devices and the external addresses. Egress: which external source a device's packet gets. Ingress:
 * which device a packet to an external address is for. 1:1 if a binding has an address of its own, by mappings if it
 * shares one (mappings.h).
 */
#ifndef INNKEEPER_NAT_H
#define INNKEEPER_NAT_H

#include "drop.h"
#include "fragments.h"
#include "inbound_filter.h"
#include "mappings.h"

/* The change that an outgoing packet needs. */
struct nat_egress {
	struct rewrite as;
	__be16 id;
};

/* Later fragments leave as their first did: by the shared address while their datagram is known there. */
static __always_inline enum drop_reason nat_egress_lookup_fragment(const struct ipv4 *ip, const struct binding *binding,
								   __u32 number, struct nat_egress *out)
{
	if (binding->legal) {
		struct fragment_key key = fragment_key(ip, number, ip->destination, 0);
		struct fragment *first = bpf_map_lookup_elem(&fragments, &key);

		/* An old entry is of an earlier datagram with the same identification. */
		if (!first || !fragment_is_fresh(first, bpf_ktime_get_coarse_ns()))
			return DROP_NONE;
	}
	out->as.address = binding->shared;
	return fragment_egress_id(ip, binding, number, &out->id);
}

static __always_inline enum drop_reason nat_egress_lookup(struct __sk_buff *skb, const struct ipv4 *ip,
							  const struct binding *binding, __u32 number,
							  struct nat_egress *out)
{
	enum drop_reason reason;
	struct flow flow;

	out->as.address = binding->legal;
	out->as.port_from = out->as.port_to = 0;
	out->id = ip->id;
	if (!binding->shared) {
		if (!(binding->flags & BINDING_INBOUND))
			inbound_filter_note(binding, number, ip->destination, ip->protocol, 0);
		return binding->legal ? DROP_NONE : DROP_NO_LEGAL;
	}

	reason = flow_parse(skb, ip, SOURCE, &flow);
	if (reason)
		return reason;
	if (flow.kind == FLOW_FRAGMENT)
		return nat_egress_lookup_fragment(ip, binding, number, out);
	reason = map_out(skb, &flow, binding, number, &out->as);
	/* A reply to the binding's own address is not told by a port. */
	if (!(binding->flags & BINDING_INBOUND) && flow.kind != FLOW_ERROR)
		inbound_filter_note(binding, number, ip->destination, ip->protocol,
				    has_ports(ip->protocol) && (!binding->legal || out->as.address != binding->legal)
					    ? flow.port
					    : 0);
	if (!reason && ip->fragment && out->as.address == binding->shared)
		reason = fragment_egress_id(ip, binding, number, &out->id);
	return reason;
}

/* Applies the result of `nat_egress_lookup`. Invalidates pointers into the packet. */
static __always_inline enum drop_reason nat_egress_apply(struct __sk_buff *skb, const struct ipv4 *ip,
							 const struct nat_egress *out, enum hop hop)
{
	enum drop_reason reason = translate_endpoint(skb, ip, SOURCE, &out->as, hop);

	return !reason && out->id != ip->id ? ipv4_id_replace(skb, ip->id, out->id) : reason;
}

enum nat_owner {
	NAT_NONE, /* not for an external address of a device */
	NAT_DEVICE,
	NAT_HOST,     /* the shared address is the host's own, and the packet is for no device */
	NAT_CONSUMED, /* dropped for `reason`; DROP_NONE: the control plane holds it */
};

struct nat_ingress {
	struct binding *binding;
	struct mapping *mapping; /* NULL: 1:1, or a later fragment */
	struct flow flow;
	struct rewrite to;
	union {
		__u32 number;		 /* NAT_DEVICE: the binding's */
		enum drop_reason reason; /* NAT_CONSUMED */
	};
};

/* An unsolicited SYN to a port that devices share gets no RST: a device's own SYN may cross it (RFC 5382 REQ-4). */
static __always_inline int nat_ingress_is_unsolicited_syn(struct __sk_buff *skb, __u32 index, const struct flow *flow)
{
	struct shared_address *address = bpf_map_lookup_elem(&shared, &index);
	__u32 port = bpf_ntohs(flow->port);

	return (flow->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && address && port >= address->first &&
	       port <= address->last && !host_has_port(skb, address->address, flow->port, flow);
}

static __always_inline enum nat_owner nat_ingress_unmatched(const struct config *config, const struct ipv4 *ip,
							    struct nat_ingress *in, enum drop_reason reason)
{
	in->reason = reason;
	return is_own_address(config, ip->destination) ? NAT_HOST : NAT_CONSUMED;
}

/*
 * A device's later fragment to a shared address: the receiver's entry has the external source and identification of the
 * first.
 */
static __always_inline void fragment_external_source(struct ipv4 *ip, const struct binding *binding, __u32 number)
{
	struct fragment_key key = fragment_key(ip, number, ip->destination, 0);
	struct fragment *sent = binding->shared ? bpf_map_lookup_elem(&fragments, &key) : NULL;

	ip->source = sent ? binding->shared : binding->legal;
	if (sent)
		ip->id = sent->id;
}

static __always_inline enum nat_owner nat_ingress_lookup_fragment(struct __sk_buff *skb, const struct config *config,
								  const struct ipv4 *ip, int held,
								  struct nat_ingress *in)
{
	enum fragment_result result = held ? fragment_lookup_or_hold(skb, ip, &in->number)
					   : fragment_lookup_first(ip, &in->number);

	if (result == FRAGMENT_HELD) {
		in->reason = DROP_NONE;
		return NAT_CONSUMED;
	}
	if (result == FRAGMENT_LOST)
		return nat_ingress_unmatched(config, ip, in, DROP_NO_MAPPING);
	in->binding = in->number ? binding_lookup(in->number) : NULL;
	if (!in->binding)
		return nat_ingress_unmatched(config, ip, in, DROP_NO_MAPPING);
	in->to.address = in->binding->claimed;
	return NAT_DEVICE;
}

/*
 * Finds the device that a packet to an external address is for; changes nothing. `held`: the control plane may hold
 * early fragments.
 */
static __always_inline enum nat_owner nat_ingress_lookup(struct __sk_buff *skb, const struct config *config,
							 const struct ipv4 *ip, int held, struct nat_ingress *in)
{
	__u32 entry = legal_lookup(config, ip->destination);
	enum drop_reason reason;

	in->mapping = NULL;
	in->to.port_from = in->to.port_to = 0;
	if (!entry)
		return NAT_NONE;
	if (!(entry & SHARED_LEGAL)) {
		in->number = entry;
		in->binding = binding_lookup(entry);
		if (!in->binding || in->binding->legal != ip->destination)
			return NAT_NONE;
		in->to.address = in->binding->claimed;
		return NAT_DEVICE;
	}

	reason = flow_parse(skb, ip, DESTINATION, &in->flow);
	if (reason)
		return nat_ingress_unmatched(config, ip, in, reason);
	if (in->flow.kind == FLOW_FRAGMENT)
		return nat_ingress_lookup_fragment(skb, config, ip, held, in);
	if (in->flow.kind == FLOW_NONE || in->flow.kind == FLOW_REPLY)
		return nat_ingress_unmatched(config, ip, in, DROP_UNMAPPABLE);

	in->mapping = map_in(config, ip->destination, &in->flow, &in->binding);
	if (in->mapping && in->binding) {
		in->number = in->mapping->binding;
		in->to.address = in->binding->claimed;
		in->to.port_from = in->flow.port;
		in->to.port_to = in->mapping->port;
		return NAT_DEVICE;
	}
	if (!in->mapping && nat_ingress_is_unsolicited_syn(skb, entry & ~SHARED_LEGAL, &in->flow)) {
		in->reason = DROP_NO_MAPPING;
		return NAT_CONSUMED;
	}
	return nat_ingress_unmatched(config, ip, in, in->flow.kind == FLOW_ERROR ? DROP_ICMP_QUOTE : DROP_NO_MAPPING);
}

/*
 * Whether the packet may come in; updates the mapping's session and notes a first fragment. The packet's source must be
 * the external one; `claimed`: as in `inbound_filter_allows`.
 */
static __always_inline enum drop_reason nat_ingress_admit(struct __sk_buff *skb, const struct ipv4 *ip, __be32 claimed,
							  struct nat_ingress *in)
{
	struct mapping *mapping = in->mapping;
	int is_forward = mapping && (mapping->flags & MAPPING_STATIC);

	/* A later fragment follows a first that was admitted. A forward is the administrator's permission. */
	if (!(in->binding->flags & BINDING_INBOUND) && !is_forward &&
	    (mapping || !in->binding->shared || in->binding->legal == ip->destination) &&
	    !inbound_filter_allows(skb, ip, in->binding, in->number, mapping ? mapping->port : 0, claimed))
		return DROP_INBOUND_REFUSED;
	if (!mapping)
		return ip->protocol != IPPROTO_ICMP ||
				       conversation_knows_error(skb, ip, in->binding, in->number, claimed)
			       ? DROP_NONE
			       : DROP_ICMP_QUOTE;
	if (is_forward) {
		if (in->flow.kind == FLOW_NEW)
			forwarded_note(ip, mapping, in->flow.port);
	} else if (in->flow.kind == FLOW_NEW && ip->protocol == IPPROTO_TCP &&
		   ((ip->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)) || mapping->state == TCP_TRANSITORY)) {
		in->flow.remote = ip->source;
		in->flow.remote_port = ip->source_port;
		mapping_note_ingress(mapping, &in->flow);
	}
	if (ip->fragment && has_ports(ip->protocol))
		return fragment_note_first(skb, ip, in->binding, in->number);
	return DROP_NONE;
}

#endif
