// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Frames that enter the host as if received on an interface: run by BPF_PROG_TEST_RUN with BPF_F_TEST_XDP_LIVE_FRAMES, and
 * passed. The kernel recycles pages as they came back, so every run writes the whole frame.
 *
 * Flow n is of device n / ports (MAC 02:00:00:01:hi:lo, address 47.31.0.2 on) and of its source port first_port + n % ports.
 * With IPv6 (generate6) its address is 2a01:4f8:1::2 on. Each device speaks to a host of its own, so that a masquerade never meets a port that is taken: its best case.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "generator.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct settings);
} settings SEC(".maps");

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static __always_inline void put_ethernet(struct ethhdr *eth, const struct settings *s, __u32 device, __be16 type)
{
	__builtin_memcpy(eth->h_dest, s->gateway, ETH_ALEN);
	eth->h_source[0] = 2;
	eth->h_source[1] = eth->h_source[2] = 0;
	eth->h_source[3] = 1;
	eth->h_source[4] = device >> 8;
	eth->h_source[5] = device;
	eth->h_proto = type;
}

SEC("xdp")
int generate(struct xdp_md *context)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	struct settings *s;
	__u32 zero = 0, device, sum = 0;
	__u64 flow;

	s = bpf_map_lookup_elem(&settings, &zero);
	if (!s || !s->ports || !s->flows || (void *)(udp + 1) > end)
		return XDP_ABORTED;
	flow = s->next++ % s->flows;
	device = flow / s->ports;

	put_ethernet(eth, s, device, bpf_htons(ETH_P_IP));
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = bpf_htons(end - (void *)ip);
	ip->ttl = 64;
	ip->frag_off = bpf_htons(0x4000);
	ip->protocol = IPPROTO_UDP;
	ip->saddr = bpf_htonl(0x2f1f0002 + device);
	ip->daddr = bpf_htonl(bpf_ntohl(s->destination) + device);
#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += ((__u16 *)ip)[i];
	ip->check = ~fold(sum);

	/* A right checksum: then each translation must keep it right. The payload is zeroes. */
	udp->source = bpf_htons(s->first_port + flow % s->ports);
	udp->dest = s->destination_port;
	udp->len = bpf_htons(end - (void *)udp);
	udp->check = 0;
	sum = (ip->saddr & 0xffff) + (ip->saddr >> 16) + (ip->daddr & 0xffff) + (ip->daddr >> 16) +
	      bpf_htons(IPPROTO_UDP) + udp->len + udp->source + udp->dest + udp->len;
	udp->check = ~fold(sum);
	return XDP_PASS;
}

SEC("xdp")
int generate6(struct xdp_md *context)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	struct ethhdr *eth = data;
	struct ipv6hdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	struct settings *s;
	__u32 zero = 0, device, sum;
	__u64 flow;

	s = bpf_map_lookup_elem(&settings, &zero);
	if (!s || !s->ports || !s->flows || (void *)(udp + 1) > end)
		return XDP_ABORTED;
	flow = s->next++ % s->flows;
	device = flow / s->ports;

	put_ethernet(eth, s, device, bpf_htons(ETH_P_IPV6));
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = bpf_htons(end - (void *)udp);
	ip->nexthdr = IPPROTO_UDP;
	ip->hop_limit = 64;
	ip->saddr.in6_u.u6_addr32[0] = bpf_htonl(0x2a0104f8);
	ip->saddr.in6_u.u6_addr32[1] = bpf_htonl(0x00010000);
	ip->saddr.in6_u.u6_addr32[3] = bpf_htonl(2 + device);
	__builtin_memcpy(&ip->daddr, s->destination6, sizeof(ip->daddr));
	ip->daddr.in6_u.u6_addr32[3] = bpf_htonl(bpf_ntohl(s->destination6[3]) + device);

	udp->source = bpf_htons(s->first_port + flow % s->ports);
	udp->dest = s->destination_port;
	udp->len = bpf_htons(end - (void *)udp);
	udp->check = 0;
	sum = bpf_htons(IPPROTO_UDP) + udp->len + udp->source + udp->dest + udp->len;
#pragma unroll
	for (int i = 0; i < 8; i++)
		sum += ip->saddr.in6_u.u6_addr16[i] + ip->daddr.in6_u.u6_addr16[i];
	udp->check = ~fold(sum);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
