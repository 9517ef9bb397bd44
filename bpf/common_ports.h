/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Limits the ports of a shared address that each device may have, so that no device uses up the ports that others need.
 *
 * The rule: of each kind, a device may use an eighth of the ports that are still free (Choudhury and Hahne, "Dynamic
 * queue length thresholds", 1998). So some are free whatever the devices do: N greedy devices have 1/(8 + N) of all
 * each, and leave 8/(8 + N). A new station must leave some more, for those that are known (`share_keeps`).
 *
 * While there are plenty, a device has blocks to itself. When half of an address is given away, ports are given one by
 * one, from blocks that all devices have in common; and the sweep makes blocks common whose devices use less than half.
 */
#ifndef INNKEEPER_COMMON_PORTS_H
#define INNKEEPER_COMMON_PORTS_H

#include "port_blocks.h"

#define FAIR_SHARE 8 /* a device may use 1/8 of what is free */
#define COMMON_TRIES 4

/* How many blocks of an address a device must leave to others. */
static __always_inline __u32 share_kept_blocks(__u32 share_number, __u32 total)
{
	__u8 *keeps = bpf_map_lookup_elem(&share_keeps, &share_number);

	return keeps ? total * (*keeps & 15) / 16 : 0;
}

/* Whether the device gets one more block to itself. */
__noinline int share_may_grow(__u32 share_number, struct share *share, struct shared_address *address)
{
	__u32 total, free, kept, blocks;

	if (!share || !address)
		return 0;
	total = address_count_blocks(address);
	free = address_count_free(address);
	kept = share_kept_blocks(share_number, total);
	blocks = count_bits(share->slots);
	if (free <= kept)
		return 0;
	free -= kept;
	return blocks ? free > total / 4 && blocks < free / FAIR_SHARE : free > total / 2;
}

/* Makes a free block common. */
__noinline int common_open_block(struct shared_address *address, __u32 index, struct common_ports *common)
{
	__u32 place, number;
	struct port_block *block;

	if (!address || !common)
		return 0;
	place = address_take_block(address);
	if (place >= BLOCKS_PER_ADDRESS)
		return 0;
	number = index * BLOCKS_PER_ADDRESS + place;
	block = bpf_map_lookup_elem(&port_blocks, &number);
	if (!block)
		return 0;
	block->since = bpf_ktime_get_coarse_ns();
	block->logged = 1; /* the mapping log has its ports one by one */
	__sync_lock_test_and_set(&block->owner, COMMON_BLOCK);
	for (__u32 kind = 0; kind < PORT_KINDS; kind++) {
		__sync_fetch_and_add(&common->free[kind], address->block_ports);
		__sync_fetch_and_or(&common->open[kind][place / 64 % ADDRESS_WORDS], 1ULL << (place & 63));
	}
	return 1;
}

/* The place of a common block that may have a free port, or NO_BLOCK. */
__noinline __u32 common_find_block(struct common_ports *common, __u32 kind)
{
	__u32 start = bpf_get_prandom_u32();

	if (!common)
		return NO_BLOCK;
	for (__u32 i = 0; i < ADDRESS_WORDS; i++) {
		__u32 word = (start + i) % ADDRESS_WORDS;
		__u64 open = common->open[kind % PORT_KINDS][word];

		if (open)
			return word * 64 + any_bit(open);
	}
	return NO_BLOCK;
}

/* Whether the device may use one more port of a kind. The port is charged already. */
__noinline int common_may_take(__u32 share_number, struct share *share, struct shared_address *address, __u32 kind)
{
	__u32 index, free, kept, ports, used;
	struct common_ports *common;

	if (!share || !address)
		return 0;
	index = share->address;
	common = bpf_map_lookup_elem(&common_ports, &index);
	if (!common)
		return 0;
	ports = address->block_ports;
	free = common->free[kind % PORT_KINDS];
	/* Counted again while others took ports, it may be below 0 for a while. */
	if (free > BLOCKS_PER_ADDRESS * BLOCK_WORDS * 64)
		free = 0;
	free += address_count_free(address) * ports;
	kept = share_kept_blocks(share_number, address_count_blocks(address)) * ports;
	used = share->used[kind % PORT_KINDS];
	if (free <= kept)
		return 0;
	return used <= (free - kept + FAIR_SHARE - 1) / FAIR_SHARE;
}

static __always_inline void common_mark(struct common_ports *common, __u32 kind, __u32 place, int is_open)
{
	__u64 bit = 1ULL << (place & 63), *word = &common->open[kind % PORT_KINDS][place / 64 % ADDRESS_WORDS];

	if (is_open)
		__sync_fetch_and_or(word, bit);
	else
		__sync_fetch_and_and(word, ~bit);
}

/* A port that no device has to itself, in host order; 0 = none is left. Ask common_may_take first. */
__noinline int common_take_port(struct shared_address *address, __u32 index, __u32 kind, __u32 odd)
{
	if (!address)
		return 0;
	for (int i = 0; i < COMMON_TRIES; i++) {
		/* Read in each round: a value that lives across the calls below takes stack. */
		__u32 words = address->block_ports / 64, key = index, place, port;
		struct common_ports *common = bpf_map_lookup_elem(&common_ports, &key);
		struct port_block *block;

		if (!common || !words || words > BLOCK_WORDS)
			return 0;
		place = common_find_block(common, kind);
		if (place >= BLOCKS_PER_ADDRESS) {
			if (!common_open_block(address, index, common))
				return 0;
			continue;
		}
		key = index * BLOCKS_PER_ADDRESS + place;
		block = bpf_map_lookup_elem(&port_blocks, &key);
		if (!block)
			return 0;
		port = block->owner == COMMON_BLOCK ? block_take_port(block, kind, words, odd) : NO_PLACE;
		if (port == NO_PLACE || !block_has_free(block, kind, words)) {
			common_mark(common, kind, place, 0);
			/* Another CPU may have freed a port meanwhile. */
			if (block->owner == COMMON_BLOCK && block_has_free(block, kind, words))
				common_mark(common, kind, place, 1);
		}
		if (port == NO_PLACE)
			continue;
		if (block->owner == COMMON_BLOCK) {
			__sync_fetch_and_add(&common->free[kind % PORT_KINDS], -1);
			return place * address->block_ports + port;
		}
		/* The sweep took the block just now. */
		__sync_fetch_and_and(&block->taken[kind % PORT_KINDS][(port / 64) & (BLOCK_WORDS - 1)],
				     ~(1ULL << (port & 63)));
	}
	return 0;
}

static __always_inline void common_release_port(__u32 index, __u32 kind, __u32 place)
{
	struct common_ports *common = bpf_map_lookup_elem(&common_ports, &index);

	if (!common)
		return;
	__sync_fetch_and_add(&common->free[kind % PORT_KINDS], 1);
	common_mark(common, kind, place, 1);
}

#endif
