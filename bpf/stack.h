/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A packet from the host's stack for a device: inside addresses become those that the device knows. */
#ifndef INNKEEPER_STACK_H
#define INNKEEPER_STACK_H

#include "drop.h"
#include "accounting.h"
#include "forward.h"
#include "ipv6_services.h"
#include "services.h"
#include "slow_path.h"

/*
 * The source that the device is to see: 0 = as it is. The gateway speaks as the gateway that the device uses, or as
 * the portal while that is not known; another device by its legal address.
 */
static __always_inline enum drop_reason stack_source(const struct config *config, const struct ipv4 *ip,
						     const struct binding *binding, __be32 *source)
{
	struct binding *sender;
	__u32 number;

	*source = 0;
	if (ip->source == inside_gateway_address(config)) {
		*source = binding->gateway ? binding->gateway : config->portal;
	} else if (inside_contains(config, ip->source)) {
		sender = binding_lookup_inside(config, ip->source, &number);
		if (!sender)
			return DROP_NO_BINDING;
		*source = sender->legal ? sender->legal : sender->shared;
	}
	return DROP_NONE;
}

static __always_inline enum drop_reason stack_translate(struct __sk_buff *skb, const struct config *config,
							struct ipv4 *ip, __be32 source, __be32 claimed)
{
	enum drop_reason reason = translate(skb, ip, DESTINATION, claimed, SAME_HOP);
	__u8 protocol = ip->protocol;

	if (reason || !source)
		return reason;
	/* An ICMP error of the gateway's own quotes the device's packet, translated above: the header alone is left. */
	if (ip->source == inside_gateway_address(config) && protocol == IPPROTO_ICMP)
		ip->first_fragment = 0;
	return translate(skb, ip, SOURCE, source, SAME_HOP);
}

static __always_inline int stack_to_device(struct __sk_buff *skb, const struct config *config)
{
	struct binding *binding;
	enum drop_reason reason;
	__be32 source = 0;
	struct ipv4 ip;
	__u32 number;
	int sealed;

	/* 1. Packets that the stack forwarded are sealed, and its errors quote them so. */
	reason = packet_open(skb, &sealed);
	if (!reason)
		reason = ipv4_parse(skb, &ip);
	if (!reason)
		reason = quote_open(skb, &ip);
	if (reason)
		return drop(reason);

	/* 2. For which device? */
	binding = inside_contains(config, ip.destination) ? binding_lookup_inside(config, ip.destination, &number)
							  : NULL;
	if (!binding)
		return inside_is_probe(config, ip.destination) ? PASS : drop(DROP_NO_BINDING);

	/* 3. As whom? A service answers as the address that the device asked. */
	if (skb->mark == SERVICE_MARK)
		reason = service_restore_port(skb, config, &ip);
	else
		reason = stack_source(config, &ip, binding, &source);

	/* 4. Translated, and on its way. */
	if (!reason)
		reason = stack_translate(skb, config, &ip, source, binding->claimed);
	if (reason)
		return drop_of(reason, number);
	traffic_count_in(skb, number);
	return send_to_device(skb, config, binding, number);
}

/* From the host's stack into the inside network. The control plane sends frames that it held by here, too. */
static __always_inline int stack_receive(struct __sk_buff *skb)
{
	const struct config *config = get_config();
	struct ethhdr *eth;

	if (!config || !packet_pull(skb, ETH_HLEN))
		return drop(DROP_MALFORMED);
	eth = packet_start(skb);
	if ((void *)(eth + 1) > packet_end(skb))
		return drop(DROP_MALFORMED);

	/* 1. A held frame, as if received: on the uplink that the mark names, or on the access interface. */
	if ((skb->mark & ~(UPLINKS - 1)) == UPLINK_MARK)
		return uplink_receive_again(skb, config);
	if (same_mac(eth->h_dest, config->access_mac))
		return bpf_redirect(config->access_ifindex, BPF_F_INGRESS);

	/* 2. For a device. */
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return ipv6_from_stack(skb, config);
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return drop(DROP_STACK_OTHER);
	return stack_to_device(skb, config);
}

#endif
