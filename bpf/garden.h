/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The walled garden: the remote hosts that a held device may reach. The DNS service writes an entry for each address
 * that it answers to the device for a name that `[portal] allow` lists, before the answer leaves. A packet to such a
 * host goes on as an admitted device's would: port 80 there is not the portal's, and the profile's limits apply.
 *
 * Only held devices pay for the look-up. A forgotten entry costs a question: the device asks for the name again.
 */
#ifndef INNKEEPER_GARDEN_H
#define INNKEEPER_GARDEN_H

#include "clock.h"
#include "config.h"
#include "lookup.h"
#include "services.h"

/*
 * A TCP connection goes on for so long after its entry has ended. A page for a payment stays open for minutes on one
 * connection, and its device does not ask for the name again meanwhile.
 */
#define GARDEN_LINGER (3600 * NSEC_PER_SEC)

/*
 * Whether the packet goes on with a connection. To a port of the portal's it may as well be of a connection with the
 * portal, which took the SYN because the entry had ended.
 */
static __always_inline int garden_goes_on(const struct config *config, const struct ipv4 *ip)
{
	return ip->protocol == IPPROTO_TCP && !(ip->tcp_flags & TCP_SYN) && !service_lookup(config, ip, 1);
}

static __always_inline int garden_is_open(const struct config *config, const struct ipv4 *ip, __u64 until)
{
	return is_before(bpf_ktime_get_coarse_ns(), garden_goes_on(config, ip) ? until + GARDEN_LINGER : until);
}

/*
 * Whether the address is one behind this gateway, or its own. The control plane writes no such entry, but addresses
 * change, and by no entry is a held device to reach another device.
 */
static __always_inline int garden_is_ours(const struct config *config, __be32 address)
{
	return is_own_address(config, address) || is_portal(config, address) || inside_contains(config, address) ||
	       pool_contains(config, address) || external_is_used(config, address);
}

/* Whether the packet of a held device is to a host of its garden. Not inlined: it is rare, and has a key. */
__noinline int garden_admits(const struct ipv4 *ip, const struct binding *binding, __u32 number)
{
	const struct config *config = get_config();
	struct garden_key key = {.binding = number};
	__u64 *until;

	if (!ip || !binding || !config)
		return 0;
	key.remote = ip->destination;
	key.generation = binding->generation;
	until = bpf_map_lookup_elem(&garden, &key);
	return until && garden_is_open(config, ip, *until) && !garden_is_ours(config, ip->destination);
}

static __always_inline void garden_count(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&garden_packets, &zero);

	if (count)
		*count += 1;
}

#endif
