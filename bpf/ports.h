/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Proposes a port of a shared address to a device. Devices have blocks of ports (RFC 6431) while there are plenty, and
 * single ports of common blocks after that (common_ports.h). The entry in `mappings` reserves the port, not the
 * proposal.
 *
 * The choice is random among the device's ports (RFC 6056), of the same parity if possible (RFC 4787 REQ-4), and below
 * 1024 for a port below 1024 (REQ-3a).
 */
#ifndef INNKEEPER_PORTS_H
#define INNKEEPER_PORTS_H

#include "common_ports.h"

#define LOW_PORTS 1024
#define PORT_TRIES 8

/* Gives the device one more block, any that is free. */
__noinline int share_add_block(__u32 share_number, struct share *share, struct shared_address *address)
{
	__u32 slot, place, number;
	struct port_block *block;

	if (!share || !address || !~share->slots)
		return 0;
	slot = lowest_bit(~share->slots) & 63;
	if (__sync_fetch_and_or(&share->slots, 1ULL << slot) & (1ULL << slot))
		return 1; /* another CPU adds the same one: the caller looks again */

	place = address_take_block(address);
	number = share->address * BLOCKS_PER_ADDRESS + place;
	block = place < BLOCKS_PER_ADDRESS ? bpf_map_lookup_elem(&port_blocks, &number) : NULL;
	if (!block) {
		__sync_fetch_and_and(&share->slots, ~(1ULL << slot));
		return 0;
	}
	block->since = bpf_ktime_get_coarse_ns();
	block->slot = slot;
	block->logged = 0;
	share->block[slot & (SHARE_BLOCKS - 1)] = number;
	__sync_lock_test_and_set(&block->owner, share_number);
	for (__u32 kind = 0; kind < PORT_KINDS; kind++)
		__sync_fetch_and_or(&share->open[kind % PORT_KINDS], 1ULL << slot);
	return 1;
}

/* Frees the port. The device may choose it again. */
static __always_inline void port_release(const struct shared_address *address, __u32 index, __u32 kind, __u32 port)
{
	__u32 ports = address->block_ports, number, place, owner;
	struct port_block *block;
	struct share *share;

	if (!ports)
		return;
	number = index * BLOCKS_PER_ADDRESS + port / ports;
	place = port % ports;
	block = bpf_map_lookup_elem(&port_blocks, &number);
	if (!block)
		return;
	__sync_fetch_and_and(&block->taken[kind % PORT_KINDS][(place / 64) & (BLOCK_WORDS - 1)],
			     ~(1ULL << (place & 63)));
	owner = block->owner;
	if (owner == COMMON_BLOCK) {
		common_release_port(index, kind, port / ports);
		return;
	}
	share = owner ? bpf_map_lookup_elem(&shares, &owner) : NULL;
	if (share)
		__sync_fetch_and_or(&share->open[kind % PORT_KINDS], 1ULL << (block->slot & 63));
}

/* A port of the device's own blocks, in host order; 0 = none, and it gets no more blocks. */
__noinline int port_propose(__u32 share_number, struct share *share, struct shared_address *address, __u32 kind,
			    __u32 odd)
{
	if (!share || !address)
		return 0;
	for (int i = 0; i < PORT_TRIES; i++) {
		/* Read in each round: a value that lives across the calls below takes stack. */
		__u32 words = address->block_ports / 64;
		__u64 open = share->open[kind % PORT_KINDS];
		struct port_block *block;
		__u32 slot, number, place;

		if (!words || words > BLOCK_WORDS)
			return 0;
		if (!open) {
			if (!share_may_grow(share_number, share, address) ||
			    !share_add_block(share_number, share, address))
				return 0;
			continue;
		}
		slot = any_bit(open);
		number = share->block[slot & (SHARE_BLOCKS - 1)];
		block = bpf_map_lookup_elem(&port_blocks, &number);
		if (!block)
			return 0;
		place = block->owner == share_number ? block_take_port(block, kind, words, odd) : NO_PLACE;
		if (place == NO_PLACE || !block_has_free(block, kind, words)) {
			__sync_fetch_and_and(&share->open[kind % PORT_KINDS], ~(1ULL << slot));
			/* Another CPU may have freed a port meanwhile. */
			if (block->owner == share_number && block_has_free(block, kind, words))
				__sync_fetch_and_or(&share->open[kind % PORT_KINDS], 1ULL << slot);
		}
		if (place == NO_PLACE)
			continue;
		number %= BLOCKS_PER_ADDRESS;
		if (block->owner == share_number)
			return number * address->block_ports + place;
		/* The sweep took the block just now. */
		__sync_fetch_and_and(&block->taken[kind % PORT_KINDS][(place / 64) & (BLOCK_WORDS - 1)],
				     ~(1ULL << (place & 63)));
	}
	return 0;
}

/* Below 1024: first the port itself, then a random one of its parity; 0 = none of that parity. In host order. */
static __always_inline __u32 port_propose_low(const struct shared_address *address, __u32 port, __u32 attempt)
{
	__u32 count = address->low_last - address->low_first + 1;

	if (address->low_first > address->low_last || !count)
		return 0;
	if (attempt || port < address->low_first || port > address->low_last) {
		__u32 other = address->low_first + bpf_get_prandom_u32() % count;

		/* If the range has an odd number of ports, its first or last may have no partner. */
		port = (other & ~1U) | (port & 1);
		if (port < address->low_first)
			port += 2;
		else if (port > address->low_last)
			port -= 2;
	}
	/* The range has no port of that parity. */
	return port >= address->low_first && port <= address->low_last ? port : 0;
}

#endif
