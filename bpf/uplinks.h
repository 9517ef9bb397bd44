/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The uplinks: interfaces that lead out, and the gateway's own addresses and MACs there. */
#ifndef INNKEEPER_UPLINKS_H
#define INNKEEPER_UPLINKS_H

#include "parse.h"

static __always_inline const struct uplink *uplink_get(const struct config *config, __u32 index)
{
	return &config->uplinks[index & (UPLINKS - 1)];
}

/* The index of the uplink with this interface, or UPLINKS. */
static __always_inline __u32 uplink_lookup(const struct config *config, __u32 ifindex)
{
#pragma unroll
	for (__u32 i = 0; i < UPLINKS; i++)
		if (ifindex && config->uplinks[i].ifindex == ifindex)
			return i;
	return UPLINKS;
}

/* Whether the gateway has the address on one of its uplinks. */
static __always_inline int is_own_address(const struct config *config, __be32 address)
{
#pragma unroll
	for (__u32 i = 0; i < UPLINKS; i++)
		if (address && config->uplinks[i].address == address)
			return 1;
	return 0;
}

static __always_inline int is_own_mac(const struct config *config, const __u8 *mac)
{
#pragma unroll
	for (__u32 i = 0; i < UPLINKS; i++)
		if (config->uplinks[i].ifindex && same_mac(mac, config->uplinks[i].mac))
			return 1;
	return 0;
}

/* Whether the address is in the subnet of one of the uplinks. */
static __always_inline int uplink_subnet_contains(const struct config *config, __be32 address)
{
#pragma unroll
	for (__u32 i = 0; i < UPLINKS; i++)
		if (config->uplinks[i].ifindex &&
		    in_network(address, config->uplinks[i].network, config->uplinks[i].mask))
			return 1;
	return 0;
}

static __always_inline int uplink_is_broadcast(const struct config *config, __be32 address)
{
#pragma unroll
	for (__u32 i = 0; i < UPLINKS; i++)
		if (config->uplinks[i].ifindex && address == (config->uplinks[i].network | ~config->uplinks[i].mask) &&
		    config->uplinks[i].mask != bpf_htonl(0xffffffff) &&
		    config->uplinks[i].mask != bpf_htonl(0xfffffffe))
			return 1;
	return 0;
}

#endif
