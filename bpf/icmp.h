/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* ICMP that passes in no direction, to a device or from one: what a forger gains by most. */
#ifndef INNKEEPER_ICMP_H
#define INNKEEPER_ICMP_H

#include "parse.h"

/*
 * Fragmentation needed, with an MTU that no path has: hosts that believe it are slowed down at a forger's will (RFC
 * 5927 7). 552 is the least that hosts use themselves (RFC 1191 5; Linux min_pmtu). 0 is of routers older than RFC
 * 1191.
 */
#define ICMP_MTU_LEAST 552

/*
 * A redirect says which router of a link is best: the devices' router is the gateway, whose own routers are settings
 * (RFC 1812 5.2.7.2).
 */
__noinline int icmp_refuse(struct __sk_buff *skb, const struct ipv4 *ip)
{
	struct {
		__u8 type;
		__u8 code;
		__be16 checksum;
		__be16 unused;
		__be16 mtu;
	} icmp;

	if (!ip || ip->protocol != IPPROTO_ICMP || !ip->first_fragment ||
	    bpf_skb_load_bytes(skb, ip->transport, &icmp, sizeof(icmp)))
		return DROP_NONE;
	if (icmp.type == ICMP_REDIRECT)
		return DROP_REDIRECT;
	return icmp.type == ICMP_DEST_UNREACH && icmp.code == ICMP_TOO_BIG && bpf_ntohs(icmp.mtu) < ICMP_MTU_LEAST
		       ? DROP_ICMP_MTU
		       : DROP_NONE;
}

#endif
