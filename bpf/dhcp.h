/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * DHCP on the access side (RFC 2131). The control plane serves (src/Innkeeper/Dhcp): what clients send comes there, by
 * broadcast, or to our server's address where they know it. Other servers are heard, and go no further.
 */
#ifndef INNKEEPER_DHCP_H
#define INNKEEPER_DHCP_H

#include "bindings.h"
#include "punt.h"

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68

enum dhcp_kind {
	DHCP_NONE = 0,
	DHCP_CLIENTS = 1,
	DHCP_SERVERS = 2,
};

/* What a client sends to a server of its own choice is its business: that goes its way as any packet does. */
static __always_inline enum dhcp_kind dhcp_kind(const struct config *config, const struct ipv4 *ip, const __u8 *to)
{
	if (!config->dhcp_server || ip->protocol != IPPROTO_UDP || ip->fragment)
		return DHCP_NONE;
	if (ip->source_port == bpf_htons(DHCP_SERVER_PORT) && ip->destination_port == bpf_htons(DHCP_CLIENT_PORT))
		return DHCP_SERVERS;
	if (ip->destination_port == bpf_htons(DHCP_SERVER_PORT) &&
	    ((to[0] & 1) || ip->destination == config->dhcp_server || ip->destination == 0xffffffff))
		return DHCP_CLIENTS;
	return DHCP_NONE;
}

static __always_inline int dhcp_from_access(struct __sk_buff *skb, enum dhcp_kind kind, __u16 vlan)
{
	__u8 mac[MAC_SIZE];

	if (bpf_skb_load_bytes(skb, ETH_ALEN, mac, sizeof(mac)))
		return drop(DROP_MALFORMED);
	if (is_blocked(mac))
		return drop(DROP_BLOCKED);
	if (kind == DHCP_CLIENTS)
		return punt_instead(skb, PUNT_DHCP, vlan);
	punt(skb, PUNT_DHCP_SERVER, vlan);
	return drop(DROP_DHCP_SERVER);
}

#endif
