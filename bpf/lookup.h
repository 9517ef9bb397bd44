/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Finding a binding, its profile, or an external address, by the fields of a packet. */
#ifndef INNKEEPER_LOOKUP_H
#define INNKEEPER_LOOKUP_H

#include "maps.h"
#include "inside.h"
#include "uplinks.h"

/* The device that a packet comes from. */
struct sender {
	struct binding *binding;
	const struct profile *profile;
	__u32 number;	/* the binding's */
	__u32 detoured; /* the packet is a DNS query for the fallback resolver, which every profile may ask */
	__u16 vlan;
};

static __always_inline struct binding *binding_lookup(__u32 number)
{
	struct binding *binding = bpf_map_lookup_elem(&bindings, &number);

	return binding && (binding->flags & BINDING_ACTIVE) ? binding : NULL;
}

/* By (VLAN, MAC, claimed address). The slot is compared with the key: the index may be older than the slot. */
static __always_inline struct binding *binding_lookup_claimed(const __u8 *mac, __u16 vlan, __be32 claimed,
							      __u32 *number)
{
	struct claim_key key = {.vlan = vlan, .claimed = claimed};
	struct binding *binding;
	__u32 *found;

	copy_mac(key.mac, mac);
	found = bpf_map_lookup_elem(&binding_index, &key);
	if (!found)
		return NULL;
	*number = *found;
	binding = binding_lookup(*number);
	if (!binding || binding->claimed != claimed || binding->vlan != vlan || !same_mac(binding->mac, key.mac))
		return NULL;
	return binding;
}

static __always_inline const struct profile *profile_lookup(const struct binding *binding)
{
	__u32 number = binding->profile;

	return bpf_map_lookup_elem(&profiles, &number);
}

/*
 * Whether the address can be one of the pool or a shared one, the host's own addresses excepted. A cheap test before
 * the map.
 */
static __always_inline int legal_is_in_range(const struct config *config, __be32 address)
{
	__u32 a = bpf_ntohl(address);

	return a >= config->legal_first && a <= config->legal_last;
}

/* The user of an external address: a binding's number, or SHARED_LEGAL and an index in `shared`; 0 = unused. */
static __always_inline __u32 legal_lookup(const struct config *config, __be32 address)
{
	struct shared_address *address_shared;
	__u32 *found, index;

	if (!legal_is_in_range(config, address) && !is_own_address(config, address))
		return 0;
	found = bpf_map_lookup_elem(&external_addrs, &address);
	if (!found || !(*found & SHARED_LEGAL))
		return found ? *found : 0;
	index = *found & ~SHARED_LEGAL;
	address_shared = bpf_map_lookup_elem(&shared, &index);
	return address_shared && (address_shared->flags & SHARED_USABLE) ? *found : 0;
}

/* Whether a device uses the address as its external one. On one arm, a host that is helped keeps its own. */
static __always_inline int external_is_used(const struct config *config, __be32 address)
{
	__u32 entry = legal_lookup(config, address);
	const struct binding *binding = entry && !(entry & SHARED_LEGAL) ? binding_lookup(entry) : NULL;

	return (entry & SHARED_LEGAL) || (binding && binding->legal == address && !(binding->flags & BINDING_LOCAL));
}

/* Whether the address is of a pool or shared, in use or not. */
static __always_inline int pool_contains(const struct config *config, __be32 address)
{
	struct pool_key key = {.prefix = 32, .network = address};

	return legal_is_in_range(config, address) && bpf_map_lookup_elem(&pool_networks, &key);
}

/* The uplink that an external address belongs to: an index, or UPLINKS if that is not known. */
static __always_inline __u32 legal_uplink(__u32 entry)
{
	const struct shared_address *address;
	const struct profile *profile;
	const struct binding *binding;
	__u32 index = entry & ~SHARED_LEGAL;

	if (entry & SHARED_LEGAL) {
		address = bpf_map_lookup_elem(&shared, &index);
		return address ? address->uplink : UPLINKS;
	}
	binding = binding_lookup(entry);
	profile = binding ? profile_lookup(binding) : NULL;
	return profile ? profile->uplink : UPLINKS;
}

/* The index of a shared address, even if it is no longer usable; SHARED_ADDRESSES if it is none. */
static __always_inline __u32 legal_shared_index(__be32 address)
{
	__u32 *entry = bpf_map_lookup_elem(&external_addrs, &address);

	return entry && (*entry & SHARED_LEGAL) ? *entry & ~SHARED_LEGAL : SHARED_ADDRESSES;
}

static __always_inline struct binding *binding_lookup_inside(const struct config *config, __be32 inside, __u32 *number)
{
	*number = bpf_ntohl(inside & ~config->inside_mask);
	return binding_lookup(*number);
}

/* A station as a number, for functions that are not inlined: the verifier lets them have numbers. */
union station {
	struct station_key key;
	__u64 number;
};

static __always_inline __u64 station_number(const __u8 *mac, __u16 vlan)
{
	union station station;

	copy_mac(station.key.mac, mac);
	station.key.vlan = vlan;
	return station.number;
}

/* Not inlined: its key would lie on the stack of the packet path. */
__noinline int is_former_gateway(__u64 number)
{
	union station station = {.number = number};

	return bpf_map_lookup_elem(&former_gateways, &station.key) != NULL;
}

/* Whether a frame to this MAC is for us: it is our own, or that of a gateway which we replaced. */
static __always_inline int mac_is_ours(const struct config *config, const __u8 *mac)
{
	return same_mac(mac, config->access_mac) || is_former_gateway(station_number(mac, 0));
}

/* Whether the administrator blocked the station. */
static __always_inline int station_is_blocked(const __u8 *mac)
{
	struct station_key key = {};

	copy_mac(key.mac, mac);
	return bpf_map_lookup_elem(&blocked, &key) != NULL;
}

#endif
