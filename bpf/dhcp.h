/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * DHCP on the access side (RFC 2131). The control plane is the server (src/Innkeeper/Dhcp): it receives what clients
 * broadcast, or send to our server's address. It hears of other servers, whose messages are dropped.
 */
#ifndef INNKEEPER_DHCP_H
#define INNKEEPER_DHCP_H

#include "one_arm.h"

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68

enum dhcp_kind {
	DHCP_NONE = 0,
	DHCP_FROM_CLIENT = 1,
	DHCP_FROM_SERVER = 2,
};

/* A client's message to another server's unicast address is forwarded like any packet. */
static __always_inline enum dhcp_kind dhcp_classify(const struct config *config, const struct ipv4 *ip, const __u8 *to)
{
	if (!config->dhcp_server || ip->protocol != IPPROTO_UDP || ip->fragment)
		return DHCP_NONE;
	if (ip->source_port == bpf_htons(DHCP_SERVER_PORT) && ip->destination_port == bpf_htons(DHCP_CLIENT_PORT))
		return DHCP_FROM_SERVER;
	if (ip->destination_port == bpf_htons(DHCP_SERVER_PORT) &&
	    ((to[0] & 1) || ip->destination == config->dhcp_server || ip->destination == 0xffffffff))
		return DHCP_FROM_CLIENT;
	return DHCP_NONE;
}

static __always_inline int dhcp_from_access(struct __sk_buff *skb, const struct ipv4 *ip, enum dhcp_kind kind,
					    const __u8 *mac, __u16 vlan)
{
	enum drop_reason failure;
	__u32 number = 0;

	if (station_is_blocked(mac))
		return drop(DROP_BLOCKED);
	if (kind == DHCP_FROM_CLIENT) {
		if (!binding_lookup_claimed(mac, vlan, ip->source, &number))
			number = 0;
		failure = punt_for(skb, PUNT_DHCP, vlan, number);
		return failure ? drop(failure) : TC_ACT_SHOT;
	}
	punt(skb, PUNT_DHCP_SERVER, vlan);
	return drop(DROP_DHCP_SERVER);
}

/*
 * A frame to a group address: a unicast packet may not arrive so (RFC 1122 3.3.6), and other packets are not forwarded.
 */
static __always_inline int dhcp_from_group_frame(struct __sk_buff *skb, const struct config *config, const __u8 *mac,
						 const __u8 *to, __u16 vlan)
{
	enum dhcp_kind dhcp;
	struct ipv4 ip;

	dhcp = ipv4_parse(skb, &ip) ? DHCP_NONE : dhcp_classify(config, &ip, to);
	return dhcp ? dhcp_from_access(skb, &ip, dhcp, mac, vlan) : default_action(config, DROP_BROADCAST);
}

#endif
