/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * For profiles that refuse new conversations from outside: a remote address may answer where the device has spoken
 * to it by the same protocol (address-dependent filtering, RFC 4787 REQ-8, RFC 5382 REQ-3). A TCP SYN or an ICMP
 * query never is an answer; an ICMP error is judged by the packet it quotes (RFC 4787 REQ-12a).
 */
#ifndef INNKEEPER_CONTACTS_H
#define INNKEEPER_CONTACTS_H

#include "bindings.h"

#define NSEC_PER_SEC 1000000000ULL
#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_ACK 0x10

static __always_inline __u64 contact_lifetime(__u32 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 7440 * NSEC_PER_SEC; /* RFC 5382 REQ-5 */
	case IPPROTO_ICMP:
		return 60 * NSEC_PER_SEC; /* RFC 5508 REQ-2 */
	default:
		return 300 * NSEC_PER_SEC; /* RFC 4787 REQ-5c */
	}
}

static __always_inline void remember_contact(const struct ipv4 *ip, __u32 number)
{
	struct contact_key key = {.binding = number, .remote = ip->destination, .protocol = ip->protocol};
	__u64 now = bpf_ktime_get_coarse_ns();
	__u64 *last = bpf_map_lookup_elem(&contacts, &key);

	if (!last)
		bpf_map_update_elem(&contacts, &key, &now, BPF_ANY);
	else if (now - *last > NSEC_PER_SEC)
		*last = now;
}

static __always_inline int is_contact(__u32 number, __be32 remote, __u8 protocol)
{
	struct contact_key key = {.binding = number, .remote = remote, .protocol = protocol};
	__u64 *last = bpf_map_lookup_elem(&contacts, &key);

	return last && bpf_ktime_get_coarse_ns() - *last < contact_lifetime(protocol);
}

static __always_inline int may_enter(struct __sk_buff *skb, const struct ipv4 *ip, __u32 number)
{
	struct iphdr quoted;
	__u8 octet;

	if (ip->protocol == IPPROTO_TCP && ip->first_fragment) {
		if (bpf_skb_load_bytes(skb, ip->transport + 13, &octet, 1))
			return 0;
		if ((octet & (TCP_FLAG_SYN | TCP_FLAG_ACK)) == TCP_FLAG_SYN)
			return 0;
	}
	if (ip->protocol == IPPROTO_ICMP && ip->first_fragment) {
		if (bpf_skb_load_bytes(skb, ip->transport, &octet, 1))
			return 0;
		if (is_icmp_error(octet))
			return !bpf_skb_load_bytes(skb, ip->transport + ICMP_HEADER, &quoted, sizeof(quoted)) &&
			       is_contact(number, quoted.daddr, quoted.protocol);
		if (octet == ICMP_ECHO || octet == ICMP_TIMESTAMP || octet == ICMP_ADDRESS)
			return 0;
	}
	return is_contact(number, ip->source, ip->protocol);
}

#endif
