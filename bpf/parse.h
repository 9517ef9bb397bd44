/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Parsing: Ethernet (RFC 894), ARP (RFC 826), IPv4 (RFC 791). A parser returns DROP_NONE or the reason to drop, and
 * makes the headers that it read directly accessible. At the tc hook a VLAN tag is in skb->vlan_tci, not in the bytes.
 */
#ifndef INNKEEPER_PARSE_H
#define INNKEEPER_PARSE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

#define IP_OFFSET 0x1fff
#define IP_MORE 0x2000
#define IP_DONT 0x4000 /* fragment */
#define VLAN_ID 0x0fff

/* ICMP (RFC 792). The kernel's own header includes the C library's, which BPF does not have. */
#define ICMP_HEADER 8
#define ICMP_CHECKSUM 2	   /* offset */
#define ICMP_ID 4	   /* offset, in queries */
#define ICMP_NO_PROTOCOL 2 /* code of ICMP_DEST_UNREACH: no such protocol */
#define ICMP_TOO_BIG 4	   /* code of ICMP_DEST_UNREACH: fragmentation needed */
#define ICMP_ECHO_REPLY 0
#define ICMP_DEST_UNREACH 3
#define ICMP_SOURCE_QUENCH 4
#define ICMP_REDIRECT 5
#define ICMP_ECHO 8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETER_PROBLEM 12
#define ICMP_TIMESTAMP 13
#define ICMP_ADDRESS 17

#define ARP_HARDWARE_ETHERNET 1
#define ARP_REQUEST 1
#define ARP_REPLY 2

struct arp_ipv4 {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_size;
	__u8 protocol_size;
	__be16 operation;
	__u8 sender_mac[MAC_SIZE];
	__be32 sender;
	__u8 target_mac[MAC_SIZE];
	__be32 target;
} __attribute__((packed));

/* The fields of an IPv4 header that we need. Offsets count from the frame's first octet. */
struct ipv4 {
	__be32 source;
	__be32 destination;
	__u32 transport; /* offset of the transport header */
	__u32 length;	 /* of header and payload; for a GSO packet, of all its segments together */
	__u8 protocol;
	__u8 ttl;
	__u8 first_fragment; /* or a whole packet: it contains the transport header */
	__u8 fragment;	     /* a fragment, the first included */
	__u8 options;
	__u8 tcp_flags;
	__be16 id;
	__be16 source_port; /* of TCP and UDP; 0 = none: other protocols, and later fragments */
	__be16 destination_port;
};

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/* The beginning of a TCP header, up to the flags. UDP's ports are at the same place. */
struct tcp_start {
	__be16 source;
	__be16 destination;
	__u8 between[9];
	__u8 flags;
};

static __always_inline int same_mac(const __u8 *a, const __u8 *b)
{
	return *(__u32 *)a == *(__u32 *)b && *(__u16 *)(a + 4) == *(__u16 *)(b + 4);
}

static __always_inline int is_zero_mac(const __u8 *mac)
{
	return *(__u32 *)mac == 0 && *(__u16 *)(mac + 4) == 0;
}

static __always_inline void copy_mac(__u8 *to, const __u8 *from)
{
	__builtin_memcpy(to, from, MAC_SIZE);
}

/*
 * The packet's bounds. In assembly, because clang at -mcpu=v3 may copy a pointer through a 32-bit register, which the
 * verifier takes for a number.
 */
static __always_inline void *packet_start(const struct __sk_buff *skb)
{
	void *pointer;

	asm volatile("%0 = *(u32 *)(%1 + %2)"
		     : "=r"(pointer)
		     : "r"(skb), "i"(__builtin_offsetof(struct __sk_buff, data)));
	return pointer;
}

static __always_inline void *packet_end(const struct __sk_buff *skb)
{
	void *pointer;

	asm volatile("%0 = *(u32 *)(%1 + %2)"
		     : "=r"(pointer)
		     : "r"(skb), "i"(__builtin_offsetof(struct __sk_buff, data_end)));
	return pointer;
}

static __always_inline int is_vlan_tag(__u32 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

/*
 * Takes a priority tag off, a tag of VLAN 0: the frame is untagged (IEEE 802.1Q 6.9.1). The tag is in vlan_tci, or in
 * the frame. A frame with another tag behind it stays as it is.
 */
static __always_inline void frame_remove_priority_tag(struct __sk_buff *skb)
{
	struct {
		__be16 tci;
		__be16 type;
	} tag = {};

	if (skb->vlan_present) {
		if ((skb->vlan_tci & VLAN_ID) || skb->vlan_proto != bpf_htons(ETH_P_8021Q) ||
		    is_vlan_tag(skb->protocol))
			return;
	} else if (skb->protocol != bpf_htons(ETH_P_8021Q) || bpf_skb_load_bytes(skb, ETH_HLEN, &tag, sizeof(tag)) ||
		   (tag.tci & bpf_htons(VLAN_ID)) || is_vlan_tag(tag.type)) {
		return;
	}
	bpf_skb_vlan_pop(skb);
}

/* Makes the first `size` octets directly accessible; they may lie in fragments of the skb. */
static __always_inline int packet_pull(struct __sk_buff *skb, __u32 size)
{
	if (packet_start(skb) + size <= packet_end(skb))
		return 1;
	return bpf_skb_pull_data(skb, size) == 0;
}

/* First looks directly behind a header without options, which is cheap. A packet too short for ports has none. */
static __always_inline void ipv4_parse_ports(struct __sk_buff *skb, struct ipv4 *ip, const void *behind,
					     const void *end)
{
	struct tcp_start copy = {};
	const struct tcp_start *start = behind;

	ip->source_port = ip->destination_port = 0;
	ip->tcp_flags = 0;
	if (!ip->first_fragment || (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP))
		return;
	if ((const void *)(start + 1) > end || ip->options) {
		__u32 size = ip->protocol == IPPROTO_TCP ? sizeof(copy) : 4;

		if (bpf_skb_load_bytes(skb, ip->transport, &copy, size))
			return;
		start = &copy;
	}
	ip->source_port = start->source;
	ip->destination_port = start->destination;
	if (ip->protocol == IPPROTO_TCP)
		ip->tcp_flags = start->flags;
}

static __always_inline enum drop_reason ipv4_parse(struct __sk_buff *skb, struct ipv4 *ip)
{
	void *data, *end;
	struct iphdr *header;
	__u32 size;
	__u16 fragment;

	if (!packet_pull(skb, ETH_HLEN + sizeof(*header)))
		return DROP_MALFORMED;
	data = packet_start(skb);
	end = packet_end(skb);
	header = data + ETH_HLEN;
	if ((void *)(header + 1) > end)
		return DROP_MALFORMED;

	size = header->ihl * 4;
	ip->length = bpf_ntohs(header->tot_len);
	/* A GSO packet over 64 KB (BIG TCP) has 0 here; the skb knows its length. */
	if (ip->length == 0 && skb->gso_size)
		ip->length = skb->len - ETH_HLEN;
	if (header->version != 4 || size < sizeof(*header) || ip->length < size || ip->length > skb->len - ETH_HLEN)
		return DROP_MALFORMED;

	fragment = bpf_ntohs(header->frag_off);
	/* A fragment that would end beyond the largest packet (ping of death). */
	if ((__u32)(fragment & IP_OFFSET) * 8 + ip->length > 0xffff + size && (fragment & IP_OFFSET))
		return DROP_MALFORMED;

	ip->source = header->saddr;
	ip->destination = header->daddr;
	ip->protocol = header->protocol;
	ip->ttl = header->ttl;
	ip->transport = ETH_HLEN + size;
	ip->options = size > sizeof(*header);
	ip->first_fragment = (fragment & IP_OFFSET) == 0;
	ip->fragment = (fragment & (IP_OFFSET | IP_MORE)) != 0;
	ip->id = header->id;
	ipv4_parse_ports(skb, ip, header + 1, end);
	return DROP_NONE;
}

/* Reads the source alone, for a first look. */
static __always_inline int ipv4_load_source(struct __sk_buff *skb, struct ipv4 *ip)
{
	return bpf_skb_load_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, saddr), &ip->source,
				  sizeof(ip->source));
}

/* The longest packet on the wire: this one, or the longest that the NIC will cut it into. */
static __always_inline __u32 ipv4_wire_length(struct __sk_buff *skb, const struct ipv4 *ip)
{
	__u8 data_offset;

	if (!skb->gso_size)
		return ip->length;
	if (ip->protocol != IPPROTO_TCP)
		return ip->transport - ETH_HLEN + 8 + skb->gso_size;
	if (bpf_skb_load_bytes(skb, ip->transport + 12, &data_offset, 1))
		return ip->length;
	return ip->transport - ETH_HLEN + (data_offset >> 4) * 4 + skb->gso_size;
}

/* Never a source or destination of a forwarded packet: RFC 1122 3.2.1.3, RFC 3927 7, RFC 1112, RFC 6890. */
static __always_inline int ipv4_is_bogus(__be32 address)
{
	__u32 a = bpf_ntohl(address);

	return (a >> 24) == 0 || (a >> 24) == 127 || (a >> 16) == 0xa9fe || (a >> 28) >= 14;
}

static __always_inline int in_network(__be32 address, __be32 network, __be32 mask)
{
	return (address & mask) == network;
}

/* Whether it is an ICMP error or query of this type. A later fragment does not tell. */
static __always_inline int icmp_is_of_type(struct __sk_buff *skb, const struct ipv4 *ip, __u8 wanted)
{
	__u8 type;

	return ip->protocol == IPPROTO_ICMP && ip->first_fragment &&
	       bpf_skb_load_bytes(skb, ip->transport, &type, sizeof(type)) == 0 && type == wanted;
}

static __always_inline int icmp_is_echo_reply(struct __sk_buff *skb, const struct ipv4 *ip)
{
	return icmp_is_of_type(skb, ip, ICMP_ECHO_REPLY);
}

static __always_inline int icmp_is_request(__u8 type)
{
	return type == ICMP_ECHO || type == ICMP_TIMESTAMP || type == ICMP_ADDRESS;
}

static __always_inline int icmp_is_reply(__u8 type)
{
	return type == ICMP_ECHO_REPLY || type == ICMP_TIMESTAMP + 1 || type == ICMP_ADDRESS + 1;
}

static __always_inline int icmp_is_error(__u8 type)
{
	return type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
	       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER_PROBLEM;
}

#endif
