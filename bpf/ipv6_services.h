/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The gateway's services at any IPv6 address that a device asks, as services.h has them for IPv4. The packet keeps its
 * destination, and its source becomes the device's inside address, which has the same sum as the claimed one: only the
 * port changes a checksum.
 */
#ifndef INNKEEPER_IPV6_SERVICES_H
#define INNKEEPER_IPV6_SERVICES_H

#include "accounting.h"
#include "dns_away.h"
#include "forward.h"
#include "ipv6.h"

static __always_inline int port6_replace(struct __sk_buff *skb, const struct ipv6_upper *upper, enum field field,
					 __be16 from, __be16 to)
{
	__u64 flags = sizeof(to) | (upper->protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0);

	return bpf_l4_csum_replace(skb, upper->offset + pseudo_checksum_offset(upper->protocol), from, to, flags) ||
	       bpf_skb_store_bytes(skb, upper->offset + port_offset(upper->protocol, field), &to, sizeof(to), 0);
}

/* The index of the service that the packet is for, or SERVICES. Only those that listen to IPv6 are offered. */
static __always_inline __u32 service6_lookup(const struct config *config, const struct ipv6_upper *upper,
					     const struct binding6 *binding)
{
	const struct dns_watch *watch;

	if (!upper->destination_port)
		return SERVICES;
#pragma unroll
	for (int i = 0; i < SERVICES; i++) {
		const struct service *service = &config->services[i];

		if (service->port != upper->destination_port || service->protocol != upper->protocol ||
		    !(service->flags & SERVICE_IPV6))
			continue;
		/* While DNS is away, the query of a device that may leave goes to the server that it asks. */
		watch = dns_watch_get();
		if (!(binding->flags & BINDING_HELD) && watch && !is_before(bpf_ktime_get_coarse_ns(), watch->until))
			return SERVICES;
		return i;
	}
	return SERVICES;
}

/* Not inlined: from_access has no room on its stack. */
__noinline int ipv6_to_service(struct __sk_buff *skb, const struct config *config, const struct ipv6_upper *upper,
			       __u32 number, __u32 index)
{
	struct binding6 *binding = binding6_lookup(number);
	const struct service *service;
	enum drop_reason reason;

	if (!config || !upper || !binding)
		return drop(DROP_FAILED);
	service = &config->services[index & (SERVICES - 1)];
	traffic_add_out(skb, bpf_map_lookup_elem(&traffic6, &number));
	reason = ipv6_translate(skb, SOURCE, binding->inside, SAME_HOP);
	if (!reason && port6_replace(skb, upper, DESTINATION, service->port, service->local))
		reason = DROP_FAILED;
	if (reason)
		return drop_of(reason, number | IPV6_NUMBER);
	skb->mark = SERVICE_MARK;
	return stack_enter(skb, config->stack_mac, config->stack_ifindex, bpf_htons(ETH_P_IPV6));
}

/* Gives a service's answer the source port that the device asked. */
static __always_inline int service6_restore_port(struct __sk_buff *skb, const struct config *config,
						 const struct ipv6_upper *upper)
{
#pragma unroll
	for (int i = 0; i < SERVICES; i++)
		if (upper->source_port && config->services[i].local == upper->source_port &&
		    config->services[i].protocol == upper->protocol)
			return port6_replace(skb, upper, SOURCE, upper->source_port, config->services[i].port);
	return 1;
}

/* A service's answer. The host's stack sends nothing else to inside addresses of IPv6 that a device should get. */
__noinline int ipv6_from_stack(struct __sk_buff *skb, const struct config *config)
{
	struct ipv6_upper upper;
	struct binding6 *binding;
	__be32 destination[4];
	enum drop_reason reason;
	struct ipv6 *ip;
	__u32 number;

	ip = ipv6_header(skb);
	if (!ip || !config || skb->mark != SERVICE_MARK)
		return drop(DROP_STACK_OTHER);
	copy_address6(destination, ip->destination);
	number = bpf_ntohl(destination[2]);
	binding = binding6_lookup(number);
	if (!binding || !same_address6(binding->inside, destination))
		return drop(DROP_NO_BINDING);
	reason = ipv6_parse_upper(skb, ip->next_header, &upper);
	if (!reason && service6_restore_port(skb, config, &upper))
		reason = DROP_STACK_OTHER;
	if (!reason)
		reason = ipv6_translate(skb, DESTINATION, binding->claimed, SAME_HOP);
	if (reason)
		return drop_of(reason, number | IPV6_NUMBER);
	traffic_add_in(skb, bpf_map_lookup_elem(&traffic6, &number));
	return frame_to_device(skb, config, binding->mac, binding->vlan, bpf_htons(ETH_P_IPV6));
}

#endif
