/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Services of the gateway, at any address that a device asks (figures 13 to 16 of the patent, for DNS). The packet
 * keeps its destination address, so the service's socket sees which address the device asked and answers as that
 * address. The data plane keeps no state for it, and a device may ask any number of servers at once from one port.
 *
 * The packet enters at the stack's end of the veth pair, where the kernel delivers every address locally
 * (src/Innkeeper/Links/ServiceRoutes.cs). The services' sockets are bound to that interface: only devices reach them.
 */
#ifndef INNKEEPER_SERVICES_H
#define INNKEEPER_SERVICES_H

#include "inside.h"
#include "forward.h"
#include "translate.h"

/* Whether the service is offered to this device at this address: some are for held devices, or at the portal's. */
static __always_inline int service_is_offered(const struct config *config, const struct service *service,
					      const struct ipv4 *ip, __u32 held)
{
	return !(service->flags & ~SERVICE_IPV6) || ((service->flags & SERVICE_HELD) && held) ||
	       ((service->flags & SERVICE_OWN) && is_portal(config, ip->destination));
}

/* The service for the packet's destination port, or NULL. Later fragments have no port. */
static __always_inline const struct service *service_lookup(const struct config *config, const struct ipv4 *ip,
							    __u32 held)
{
	if (!ip->destination_port)
		return NULL;
#pragma unroll
	for (int i = 0; i < SERVICES; i++)
		if (config->services[i].port == ip->destination_port && config->services[i].protocol == ip->protocol &&
		    service_is_offered(config, &config->services[i], ip, held))
			return &config->services[i];
	return NULL;
}

static __always_inline int send_to_service(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					   __u32 number, const struct service *service)
{
	enum drop_reason reason = translate(skb, ip, SOURCE, inside_address(config, number), SAME_HOP);

	if (!reason)
		reason = port_replace(skb, ip, DESTINATION, service->port, service->local);
	if (reason)
		return drop(reason);
	skb->mark = SERVICE_MARK;
	return stack_enter(skb, config->stack_mac, config->stack_ifindex, bpf_htons(ETH_P_IP));
}

/* Gives a service's answer the source port that the device asked. */
static __always_inline enum drop_reason service_restore_port(struct __sk_buff *skb, const struct config *config,
							     const struct ipv4 *ip)
{
	if (!ip->source_port)
		return DROP_NONE;
#pragma unroll
	for (int i = 0; i < SERVICES; i++)
		if (config->services[i].local == ip->source_port && config->services[i].protocol == ip->protocol)
			return port_replace(skb, ip, SOURCE, ip->source_port, config->services[i].port);
	return DROP_NONE;
}

#endif
