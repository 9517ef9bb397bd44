/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The inside network: each binding has the address network + number of the binding. */
#ifndef INNKEEPER_INSIDE_H
#define INNKEEPER_INSIDE_H

#include "parse.h"

static __always_inline int inside_contains(const struct config *config, __be32 address)
{
	return in_network(address, config->inside_network, config->inside_mask);
}

/* The gateway's own address in the inside network: the first. No device ever sees it. */
static __always_inline __be32 inside_gateway_address(const struct config *config)
{
	return config->inside_network | bpf_htonl(1);
}

static __always_inline __be32 inside_address(const struct config *config, __u32 number)
{
	return config->inside_network | bpf_htonl(number);
}

/* The last address is no device's: from it the control plane asks itself (src/Innkeeper/Links/PathProbe.cs). */
static __always_inline int inside_is_probe(const struct config *config, __be32 address)
{
	return (address | config->inside_mask) == 0xffffffff && inside_contains(config, address);
}

/* The portal's address is not in the inside network: devices must be able to send to it. */
static __always_inline int is_portal(const struct config *config, __be32 address)
{
	return config->portal && address == config->portal;
}

#endif
