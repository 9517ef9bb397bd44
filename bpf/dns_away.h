/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * DNS while the control plane is away: stopped, killed or hung. Its DNS service gives a sign of life in `dns_watch`
 * several times a second. When that is too old, queries of admitted devices are no longer for the service: they go to
 * the fallback resolver by NAT, as any other packet, and their answers come back as those of the server that the device
 * asked. Without a fallback they go to the server that the device asked. Held devices get no detour: what they send to
 * port 53 is still for the service alone.
 *
 * Each binding has its own place for the queries that are under way, so no device can push out another's.
 */
#ifndef INNKEEPER_DNS_AWAY_H
#define INNKEEPER_DNS_AWAY_H

#include "clock.h"
#include "config.h"
#include "lookup.h"
#include "translate.h"

#define DNS_PORT 53
#define UDP_HEADER 8
#define DETOUR_LIFETIME (30 * NSEC_PER_SEC) /* longer than any client waits for an answer */

static __always_inline const struct dns_watch *dns_watch_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&dns_watch, &zero);
}

/* Whether the service is DNS, does not answer now, and this device may do without it. */
static __always_inline int dns_is_away(const struct service *service, const struct binding *binding)
{
	const struct dns_watch *watch;

	if (service->port != bpf_htons(DNS_PORT) || (binding->flags & BINDING_HELD))
		return 0;
	watch = dns_watch_get();
	return watch && !is_before(bpf_ktime_get_coarse_ns(), watch->until);
}

/* The identifier of the DNS message in a UDP datagram; 0 for TCP, whose connection the port tells. */
static __always_inline __be16 dns_message_id(struct __sk_buff *skb, const struct ipv4 *ip)
{
	__be16 id = 0;

	if (ip->protocol == IPPROTO_UDP && bpf_skb_load_bytes(skb, ip->transport + UDP_HEADER, &id, sizeof(id)))
		return 0;
	return id;
}

/* Where a query is noted. */
static __always_inline __u32 dns_detour_slot(__be16 port, __be16 id)
{
	return (bpf_ntohs(port) + bpf_ntohs(id)) & (DNS_DETOURS - 1);
}

/*
 * A fallback in the subnet of an uplink that is not the device's own cannot be reached from there, nor one on this
 * host.
 */
static __always_inline int dns_fallback_is_reachable(const struct config *config, __be32 fallback, __u32 uplink)
{
	const struct uplink *up = uplink_get(config, uplink);

	return fallback && !is_own_address(config, fallback) &&
	       (in_network(fallback, up->network, up->mask) || !uplink_subnet_contains(config, fallback));
}

/*
 * Sends a query to the fallback resolver if there is one for devices of this uplink. `ip` follows. Returns a drop
 * reason; `*detoured` says whether the packet is for the fallback.
 */
__noinline int dns_detour(struct __sk_buff *skb, struct ipv4 *ip, __u32 number, __u32 uplink, __u32 *detoured)
{
	const struct dns_watch *watch = dns_watch_get();
	const struct config *config = get_config();
	struct dns_detours *detours;
	struct dns_detour *slot;
	struct rewrite to = {};
	int reason;

	if (!ip || !detoured || !config || !watch)
		return DROP_FAILED;
	to.address = watch->fallback;
	to.port_from = ip->destination_port;
	to.port_to = watch->port;
	/* A later fragment has no port and would not follow. */
	if (ip->fragment || !dns_fallback_is_reachable(config, to.address, uplink))
		return DROP_NONE;
	detours = bpf_map_lookup_elem(&dns_detours, &number);
	if (!detours)
		return DROP_NONE;
	slot = &detours->recent[dns_detour_slot(ip->source_port, dns_message_id(skb, ip))];
	slot->id = dns_message_id(skb, ip);
	slot->port = ip->source_port;
	slot->asked = detours->asked = ip->destination;
	detours->fallback = to.address;
	detours->time = bpf_ktime_get_coarse_ns();
	*detoured = 1;

	reason = translate_endpoint(skb, ip, DESTINATION, &to, SAME_HOP);
	ip->destination = to.address;
	ip->destination_port = to.port_to;
	return reason;
}

/*
 * The answer of a detoured query gets the address that the device asked as its source. `port`: the device's. Two
 * queries under way in one slot: the answer gets the address that the device asked last, mostly the same. Returns a
 * drop reason; `*detoured` says whether it is such an answer.
 */
__noinline int dns_detour_return(struct __sk_buff *skb, struct ipv4 *ip, __u32 number, __be16 port, __u32 *detoured)
{
	struct dns_detours *detours = bpf_map_lookup_elem(&dns_detours, &number);
	struct dns_detour *slot;
	struct rewrite as = {};
	__be16 id;
	int reason;

	if (!ip || !detoured || !detours || detours->fallback != ip->source ||
	    bpf_ktime_get_coarse_ns() - detours->time > DETOUR_LIFETIME)
		return DROP_NONE;
	id = dns_message_id(skb, ip);
	slot = &detours->recent[dns_detour_slot(port, id)];
	as.address = slot->port == port && slot->id == id ? slot->asked : detours->asked;
	as.port_from = ip->source_port;
	as.port_to = bpf_htons(DNS_PORT);
	*detoured = 1;
	reason = translate_endpoint(skb, ip, SOURCE, &as, SAME_HOP);
	ip->source = as.address;
	ip->source_port = as.port_to;
	return reason;
}

/* Whether the packet may be such an answer: a first and cheap test. */
static __always_inline int dns_may_be_detoured(const struct ipv4 *ip)
{
	const struct dns_watch *watch = dns_watch_get();

	return watch && ip->source_port && ip->source_port == watch->port && !ip->fragment;
}

#endif
