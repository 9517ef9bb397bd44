/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * DNS over TLS (RFC 7858, port 853) of devices: where the server they try does not answer, they are to fall back to port
 * 53 at once, not after minutes. The control plane sees who is tried and who answers, and resets what goes to the silent.
 */
#ifndef INNKEEPER_PRIVATE_DNS_H
#define INNKEEPER_PRIVATE_DNS_H

#include "bindings.h"
#include "punt.h"

#define PRIVATE_DNS_PORT 853
#define LONGEST_HANDSHAKE 120 /* octets of a packet with headers and all options: what is longer opens no connection */
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/* The beginning of a TCP header, as far as the flags. */
struct tcp_start {
	__be16 source;
	__be16 destination;
	__u8 between[9];
	__u8 flags;
};

static __always_inline int load_handshake(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					  struct tcp_start *tcp)
{
	return (config->flags & CONFIG_PRIVATE_DNS) && ip->protocol == IPPROTO_TCP && ip->first_fragment &&
	       ip->length <= LONGEST_HANDSHAKE && bpf_skb_load_bytes(skb, ip->transport, tcp, sizeof(*tcp)) == 0;
}

static __always_inline int opens_private_dns(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip,
					     __be16 port)
{
	struct tcp_start tcp;

	return port == bpf_htons(PRIVATE_DNS_PORT) && load_handshake(skb, config, ip, &tcp) &&
	       (tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static __always_inline int answers_private_dns(struct __sk_buff *skb, const struct config *config, const struct ipv4 *ip)
{
	struct tcp_start tcp;

	return load_handshake(skb, config, ip, &tcp) && tcp.source == bpf_htons(PRIVATE_DNS_PORT) &&
	       (tcp.flags & (TCP_SYN | TCP_RST));
}

/* Whether the control plane found that nobody answers there, not long ago. */
static __always_inline int is_silent(__be32 address)
{
	__u64 *until = bpf_map_lookup_elem(&silent, &address);

	return until && bpf_ktime_get_coarse_ns() < *until;
}

#endif
