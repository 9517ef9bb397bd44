/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * DNS over TLS (RFC 7858, port 853) of devices. If the server that a device tries does not answer, the device should
 * fall back to port 53 at once, not after minutes. The control plane sees the connections that devices open and the
 * servers that answer, and resets connections to servers that do not.
 */
#ifndef INNKEEPER_DOT_H
#define INNKEEPER_DOT_H

#include "clock.h"
#include "lookup.h"
#include "punt.h"

#define PRIVATE_DNS_PORT 853
#define LONGEST_HANDSHAKE 120 /* octets of a packet with headers and all options; longer packets open no connection */

static __always_inline int dot_is_handshake(const struct config *config, const struct ipv4 *ip)
{
	return (config->flags & CONFIG_PRIVATE_DNS) && ip->protocol == IPPROTO_TCP && ip->first_fragment &&
	       ip->length <= LONGEST_HANDSHAKE;
}

static __always_inline int dot_is_opening(const struct config *config, const struct ipv4 *ip)
{
	return ip->destination_port == bpf_htons(PRIVATE_DNS_PORT) && dot_is_handshake(config, ip) &&
	       (ip->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static __always_inline int dot_is_answer(const struct config *config, const struct ipv4 *ip)
{
	return ip->source_port == bpf_htons(PRIVATE_DNS_PORT) && dot_is_handshake(config, ip) &&
	       (ip->tcp_flags & (TCP_SYN | TCP_RST));
}

/* Whether the control plane found, not long ago, that the server does not answer. */
static __always_inline int dot_is_unanswered(__be32 address)
{
	__u64 *until = bpf_map_lookup_elem(&dot_unanswered, &address);

	return until && bpf_ktime_get_coarse_ns() < *until;
}

#endif
