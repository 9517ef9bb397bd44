/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Services of the gateway itself, at any address that a device asks (figures 13 to 16 of the patent, for DNS). The packet
 * keeps its destination address: the service's socket sees whom the device asked, and answers as that one. So nothing is
 * remembered here, and a device may ask any number of servers at once from one port.
 *
 * In at the stack's end of the pair, where everything is delivered locally (src/Innkeeper/Links/ServiceRoutes.cs) and
 * which the services' sockets are bound to: nothing but a device reaches them.
 */
#ifndef INNKEEPER_SERVICES_H
#define INNKEEPER_SERVICES_H

#include "forward.h"
#include "translate.h"

#define SOURCE_PORT 0 /* offsets in both TCP and UDP */
#define DESTINATION_PORT 2

/* The service that the packet's destination port stands for, or NULL. Fragments but the first show no port. */
static __always_inline const struct service *service_asked(const struct config *config, const struct ipv4 *ip, __be16 port)
{
	if (!port)
		return NULL;
#pragma unroll
	for (int i = 0; i < SERVICES; i++)
		if (config->services[i].port == port && config->services[i].protocol == ip->protocol)
			return &config->services[i];
	return NULL;
}

/* One port for another, in the header and in the checksum. UDP's checksum 0 (none) stays 0. */
static __always_inline enum drop_reason change_port(struct __sk_buff *skb, const struct ipv4 *ip, __u32 offset, __be16 from,
						    __be16 to)
{
	int checksum = pseudo_checksum_offset(ip->protocol);
	__u64 flags = sizeof(to) | (ip->protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0);

	if (bpf_l4_csum_replace(skb, ip->transport + checksum, from, to, flags) ||
	    bpf_skb_store_bytes(skb, ip->transport + offset, &to, sizeof(to), 0))
		return DROP_MALFORMED;
	return DROP_NONE;
}

static __always_inline int send_to_service(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					   __u32 number, const struct service *service)
{
	enum drop_reason reason = translate(skb, ip, SOURCE, inside_address(config, number), SAME_HOP);

	if (!reason)
		reason = change_port(skb, ip, DESTINATION_PORT, service->port, service->local);
	if (reason)
		return drop(reason);
	skb->mark = SERVICE_MARK;
	return enter_stack(skb, config->stack_mac, config->stack_ifindex);
}

/* What a service answers leaves from the port that was asked. */
static __always_inline enum drop_reason restore_service_port(struct __sk_buff *skb, const struct config *config,
							     const struct ipv4 *ip)
{
	__be16 port;

	if (!ip->first_fragment || (ip->protocol != IPPROTO_UDP && ip->protocol != IPPROTO_TCP))
		return DROP_NONE;
	if (bpf_skb_load_bytes(skb, ip->transport + SOURCE_PORT, &port, sizeof(port)))
		return DROP_MALFORMED;
#pragma unroll
	for (int i = 0; i < SERVICES; i++)
		if (config->services[i].local == port && config->services[i].protocol == ip->protocol)
			return change_port(skb, ip, SOURCE_PORT, port, config->services[i].port);
	return DROP_NONE;
}

#endif
