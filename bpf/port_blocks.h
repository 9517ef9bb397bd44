/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Rows of ports of a shared address, with a bit for each port and kind. A free row is a bit of the address. A choice is
 * a few bit operations, however full the address is.
 */
#ifndef INNKEEPER_PORT_BLOCKS_H
#define INNKEEPER_PORT_BLOCKS_H

#include "clock.h"
#include "maps.h"
#include "parse.h"

#define ADDRESS_WORDS (BLOCKS_PER_ADDRESS / 64)
#define NO_BLOCK 0xffffffffu

/*
 * The number of the lowest bit: counts the zeros below it (Warren, Hacker's Delight, 5-1 and 5-4). BPF has no
 * instruction for that, and clang 14 does not compile __builtin_ctzll for BPF. Without a branch, so that the verifier
 * sees one path however often it is inlined.
 */
static __always_inline __u32 lowest_bit(__u64 word)
{
	__u64 below = (word & -word) - 1;

	below -= (below >> 1) & 0x5555555555555555ULL;
	below = (below & 0x3333333333333333ULL) + ((below >> 2) & 0x3333333333333333ULL);
	below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return ((below * 0x0101010101010101ULL) >> 56) & 63;
}

/* A random one of the bits that are set. */
static __always_inline __u32 any_bit(__u64 word)
{
	__u64 above = word & (~0ULL << (bpf_get_prandom_u32() & 63));

	return lowest_bit(above ? above : word) & 63;
}

static __always_inline __u32 port_kind(__u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return PORTS_TCP;
	case IPPROTO_UDP:
		return PORTS_UDP;
	case IPPROTO_ICMP:
		return PORTS_ICMP;
	default:
		return PORTS_NONE;
	}
}

static __always_inline int block_has_free(const struct port_block *block, __u32 kind, __u32 words)
{
	for (__u32 i = 0; i < BLOCK_WORDS; i++)
		if (i < words && ~block->taken[kind % PORT_KINDS][i])
			return 1;
	return 0;
}

/* How many bits are set. */
static __always_inline __u32 count_bits(__u64 word)
{
	word -= (word >> 1) & 0x5555555555555555ULL;
	word = (word & 0x3333333333333333ULL) + ((word >> 2) & 0x3333333333333333ULL);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return ((word * 0x0101010101010101ULL) >> 56) & 127;
}

/* All blocks of the address, free or not. */
static __always_inline __u32 address_count_blocks(const struct shared_address *address)
{
	__u32 ports = address->block_ports;
	__u32 first = ports ? (address->first + ports - 1) / ports : 0;
	__u32 end = ports ? (address->last + 1) / ports : 0;

	return end > first ? end - first : 0;
}

/* Its free blocks. */
__noinline int address_count_free(struct shared_address *address)
{
	__u32 count = 0;

	if (!address)
		return 0;
	for (__u32 word = 0; word < ADDRESS_WORDS; word++)
		count += count_bits(address->free[word]);
	return count;
}

/* Takes any free block; returns its place at the address, or NO_BLOCK. */
__noinline __u32 address_take_block(struct shared_address *address)
{
	__u32 start = bpf_get_prandom_u32();

	if (!address)
		return NO_BLOCK;
	for (__u32 i = 0; i < ADDRESS_WORDS; i++) {
		__u32 word = (start + i) % ADDRESS_WORDS;
		__u64 free = address->free[word];
		__u64 bit;

		if (!free)
			continue;
		bit = any_bit(free);
		if (__sync_fetch_and_and(&address->free[word], ~(1ULL << bit)) & (1ULL << bit))
			return word * 64 + bit;
	}
	return NO_BLOCK;
}

static __always_inline void address_return_block(struct shared_address *address, __u32 place)
{
	__sync_fetch_and_or(&address->free[(place / 64) & (ADDRESS_WORDS - 1)], 1ULL << (place & 63));
}

#define NO_PLACE 0xffffffffu

/* Takes a bit of the block; returns the port's place in the block, or NO_PLACE. */
__noinline int block_take_port(struct port_block *block, __u32 kind, __u32 words, __u32 odd)
{
	__u64 same = odd ? 0xaaaaaaaaaaaaaaaaULL : 0x5555555555555555ULL;
	__u32 start = bpf_get_prandom_u32();

	if (!block || !words || words > BLOCK_WORDS)
		return NO_PLACE;

	for (__u32 round = 0; round < 2; round++) {
		for (__u32 i = 0; i < BLOCK_WORDS; i++) {
			__u32 word = words == 1 ? 0 : (start + i) % words;
			__u64 free = ~block->taken[kind % PORT_KINDS][word & (BLOCK_WORDS - 1)] &
				     (round ? ~0ULL : same);
			__u32 bit;

			if (i >= words)
				break;
			if (!free)
				continue;
			bit = any_bit(free);
			if (!(__sync_fetch_and_or(&block->taken[kind % PORT_KINDS][word & (BLOCK_WORDS - 1)],
						  1ULL << bit) &
			      (1ULL << bit)))
				return word * 64 + bit;
		}
	}
	return NO_PLACE;
}

#endif
