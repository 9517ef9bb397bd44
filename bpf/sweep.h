/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The sweep, run by the control plane every few seconds: removes mappings that are over and whose hold time has passed,
 * frees empty blocks of ports, and reports both to the mapping log. It is never urgent: every look-up judges a mapping
 * by the clock.
 *
 * Against packets on other CPUs: the sweep marks first, then looks again; a packet writes first, then looks for the
 * mark.
 */
#ifndef INNKEEPER_SWEEP_H
#define INNKEEPER_SWEEP_H

#include "config.h"
#include "clock.h"
#include "mappings.h"

#define BLOCK_CLOSING 0xffffffffu

struct sweeping {
	__u64 now;
	const struct config *config;
	struct sweep result;
	__u32 adopted; /* an address has blocks that were a device's before they were common */
	__u32 reserved;
};

static __always_inline int log_ports(const struct sweeping *sweep, __u64 time, __be32 address, __u32 share, __u32 first,
				     __u32 last, __u8 protocol, __u8 ended)
{
	struct {
		struct punt punt;
		struct ports_record record;
	} entry = {
		.punt = {.time = sweep->now,
			 .reason = PUNT_PORTS,
			 .length = sizeof(entry.record),
			 .captured = sizeof(entry.record)},
		.record = {.time = time,
			   .address = address,
			   .share = share,
			   .first = first,
			   .last = last,
			   .protocol = protocol,
			   .ended = ended},
	};

	return bpf_ringbuf_output(&punts, &entry, sizeof(entry), 0) == 0;
}

static __always_inline int log_single_port(const struct sweeping *sweep, const struct mapping_key *key,
					   const struct mapping *mapping, int ended)
{
	__u32 port = bpf_ntohs(key->port);

	return log_ports(sweep, ended ? sweep->now : mapping->since, key->side, mapping->share, port, port,
			 key->protocol, ended);
}

static __always_inline void hint_delete(const struct mapping_key *outside, const struct mapping *mapping)
{
	struct mapping_key key = {.side = mapping->binding,
				  .remote = outside->remote,
				  .port = mapping->port,
				  .protocol = outside->protocol};
	struct mapping_hint *hint = bpf_map_lookup_elem(&mapping_hints, &key);

	/* Marked first: a hint that a packet on another CPU points to a new mapping meanwhile must stay. */
	if (hint && hint_replace(hint, hint_word(mapping->generation, outside->port, 0),
				 hint_word(mapping->generation, outside->port, 1)))
		bpf_map_delete_elem(&mapping_hints, &key);
}

/* The hold time is for late packets of a conversation. A device that left before its first conversation needs none. */
static __always_inline int share_is_abandoned(const struct mapping *mapping)
{
	__u32 share = mapping->share;
	__u8 *mark = bpf_map_lookup_elem(&share_abandoned, &share);

	return mark && *mark;
}

/* When a mapping may go. The host's need no hold time: no device used those ports. */
static __always_inline __u64 mapping_held_until(const struct config *config, const struct mapping *mapping)
{
	__u32 state = mapping->state;
	__u64 rest = mapping->binding ? config->napt.timeout[MAPPING_HOLD] : 0;

	if (state >= MAPPING_HOLD)
		return mapping->last_seen + (share_is_abandoned(mapping) ? 0 : config->napt.timeout[MAPPING_HOLD]);
	return mapping->last_seen + config->napt.timeout[state] + REFRESH_INTERVAL + rest;
}

/* A port of a block that became common is logged by itself from then on. */
static __always_inline int port_became_single(const struct mapping_key *key, const struct mapping *mapping)
{
	__u32 port = bpf_ntohs(key->port), index, number;
	struct shared_address *address;
	struct port_block *block;

	if (!mapping->binding || (mapping->flags & MAPPING_SINGLE) || !has_ports(key->protocol))
		return 0;
	index = legal_shared_index(key->side);
	address = bpf_map_lookup_elem(&shared, &index);
	if (!address || !address->block_ports)
		return 0;
	number = index * BLOCKS_PER_ADDRESS + port / address->block_ports;
	block = bpf_map_lookup_elem(&port_blocks, &number);
	return block && block->owner == COMMON_BLOCK;
}

static long sweep_mapping(void *map __attribute__((unused)), const struct mapping_key *key, struct mapping *mapping,
			  struct sweeping *sweep)
{
	__u32 number = mapping->binding, share_number = mapping->share, index;
	const struct config *config = sweep->config;
	struct binding *binding = number ? binding_lookup(number) : NULL;
	struct mapping_key own = *key;
	struct shared_address *address;

	if (sweep->adopted && port_became_single(&own, mapping))
		mapping->flags |= MAPPING_SINGLE;
	if ((mapping->flags & (MAPPING_SINGLE | MAPPING_LOGGED)) == MAPPING_SINGLE &&
	    log_single_port(sweep, &own, mapping, 0))
		mapping->flags |= MAPPING_LOGGED;

	/* A forward. Its port is kept free while it has no device. */
	if ((mapping->flags & MAPPING_STATIC) && mapping->state != MAPPING_HOLD) {
		if (bpf_map_lookup_elem(&forwards, &own)) {
			sweep->result.live += number != 0;
			return 0;
		}
		hint_delete(&own, mapping);
		mapping->last_seen = sweep->now;
		mapping->state = MAPPING_HOLD;
	}

	/* The binding ended, or no longer has this address. */
	if (number && mapping->state != MAPPING_HOLD &&
	    (!binding || binding->generation != mapping->generation || binding->shared != own.side)) {
		hint_delete(&own, mapping);
		mapping->last_seen = sweep->now;
		mapping->state = MAPPING_HOLD;
	}
	if (is_before(sweep->now, mapping_held_until(config, mapping))) {
		if (number && binding && !mapping_is_over(config, mapping, binding->generation, sweep->now))
			sweep->result.live++;
		else
			sweep->result.resting++;
		return 0;
	}
	if ((mapping->flags & MAPPING_SINGLE) &&
	    !((mapping->flags & MAPPING_LOGGED) && log_single_port(sweep, &own, mapping, 1)))
		return 0;

	__sync_lock_test_and_set(&mapping->removing, 1);
	if (is_before(sweep->now, mapping_held_until(config, mapping))) {
		mapping->removing = 0;
		return 0;
	}
	hint_delete(&own, mapping);
	bpf_map_delete_elem(&mappings, &own);

	index = legal_shared_index(own.side);
	address = bpf_map_lookup_elem(&shared, &index);
	if (address && has_ports(own.protocol))
		port_release(address, index, port_kind(own.protocol), bpf_ntohs(own.port));
	if (share_number)
		share_release_port(share_number, own.protocol);
	return 0;
}

static __always_inline int block_is_empty(const struct port_block *block)
{
	__u64 any = 0;

	for (__u32 kind = 0; kind < PORT_KINDS; kind++)
		for (__u32 word = 0; word < BLOCK_WORDS; word++)
			any |= block->taken[kind % PORT_KINDS][word];
	return any == 0;
}

static __always_inline __u32 block_count_free(const struct port_block *block, __u32 kind, __u32 ports)
{
	__u32 taken = 0;

	for (__u32 word = 0; word < BLOCK_WORDS; word++)
		taken += count_bits(block->taken[kind % PORT_KINDS][word]);
	return taken < ports ? ports - taken : 0;
}

/* Counts a common block's free ports, and frees the block if all are. */
static __always_inline void sweep_common_block(struct sweeping *sweep, struct shared_address *address, __u32 number,
					       struct port_block *block)
{
	__u32 index = number / BLOCKS_PER_ADDRESS, place = number % BLOCKS_PER_ADDRESS;
	struct common_ports *common = bpf_map_lookup_elem(&common_ports, &index);

	if (!common)
		return;
	if (block_is_empty(block) && !is_before(sweep->now, block->since + NSEC_PER_SEC)) {
		for (__u32 kind = 0; kind < PORT_KINDS; kind++)
			common_mark(common, kind, place, 0);
		__sync_lock_test_and_set(&block->owner, BLOCK_CLOSING);
		if (block_is_empty(block)) {
			sweep->result.blocks--;
			block->logged = 0;
			__sync_lock_test_and_set(&block->owner, 0);
			address_return_block(address, place);
			return;
		}
		__sync_lock_test_and_set(&block->owner, COMMON_BLOCK);
		for (__u32 kind = 0; kind < PORT_KINDS; kind++)
			common_mark(common, kind, place, 1);
	}
	for (__u32 kind = 0; kind < PORT_KINDS; kind++)
		common->counted[kind] += block_count_free(block, kind, address->block_ports);
}

/* Whether all others could use the ports of a device's block, too: the address is crowded, and the device needs few. */
static __always_inline int block_is_wanted(const struct sweeping *sweep, const struct port_block *block, __u32 index,
					   __u32 ports)
{
	struct common_ports *common = bpf_map_lookup_elem(&common_ports, &index);

	if (!common || !common->crowded || is_before(sweep->now, block->since + NSEC_PER_SEC))
		return 0;
	for (__u32 kind = 0; kind < PORTS_NONE; kind++)
		if (block_count_free(block, kind, ports) < ports / 2)
			return 0;
	return 1;
}

/* A device's block becomes common. Its ports in use stay the device's until their mappings end. */
static __always_inline int block_make_common(struct sweeping *sweep, struct shared_address *address, __u32 number,
					     struct port_block *block, __u32 share_number)
{
	__u32 index = number / BLOCKS_PER_ADDRESS, place = number % BLOCKS_PER_ADDRESS, ports = address->block_ports;
	struct common_ports *common = bpf_map_lookup_elem(&common_ports, &index);
	struct share *share = bpf_map_lookup_elem(&shares, &share_number);
	__u64 bit = 1ULL << (block->slot & 63);

	if (!common || !share ||
	    !log_ports(sweep, sweep->now, address->address, share_number, place * ports, place * ports + ports - 1, 0,
		       1))
		return 0;
	for (__u32 kind = 0; kind < PORT_KINDS; kind++)
		__sync_fetch_and_and(&share->open[kind % PORT_KINDS], ~bit);
	__sync_lock_test_and_set(&block->owner, COMMON_BLOCK);
	__sync_fetch_and_and(&share->slots, ~bit);
	for (__u32 kind = 0; kind < PORT_KINDS; kind++) {
		common->counted[kind] += block_count_free(block, kind, ports);
		common_mark(common, kind, place, 1);
	}
	common->adopted++;
	return 1;
}

static long sweep_block(void *map __attribute__((unused)), const __u32 *key, struct port_block *block,
			struct sweeping *sweep)
{
	__u32 number = *key, index = number / BLOCKS_PER_ADDRESS, place = number % BLOCKS_PER_ADDRESS;
	__u32 owner = block->owner, first, last;
	struct shared_address *address;
	struct share *share;
	__u64 bit = 1ULL << (block->slot & 63);

	if (!owner || owner == BLOCK_CLOSING)
		return 0;
	sweep->result.blocks++;
	address = bpf_map_lookup_elem(&shared, &index);
	if (owner == COMMON_BLOCK) {
		if (address)
			sweep_common_block(sweep, address, number, block);
		return 0;
	}
	share = bpf_map_lookup_elem(&shares, &owner);
	if (!address || !share)
		return 0;
	first = place * address->block_ports;
	last = first + address->block_ports - 1;
	if (!block->logged)
		block->logged = log_ports(sweep, block->since, address->address, owner, first, last, 0, 0);
	if (block->logged && !block_is_empty(block) && block_is_wanted(sweep, block, index, address->block_ports)) {
		block_make_common(sweep, address, number, block, owner);
		return 0;
	}
	/* A packet on another CPU may be about to use a young block. */
	if (!block->logged || !block_is_empty(block) || is_before(sweep->now, block->since + NSEC_PER_SEC))
		return 0;

	for (__u32 kind = 0; kind < PORT_KINDS; kind++)
		__sync_fetch_and_and(&share->open[kind % PORT_KINDS], ~bit);
	__sync_lock_test_and_set(&block->owner, BLOCK_CLOSING);
	if (!block_is_empty(block) || !log_ports(sweep, sweep->now, address->address, owner, first, last, 0, 1)) {
		__sync_lock_test_and_set(&block->owner, owner);
		for (__u32 kind = 0; kind < PORT_KINDS; kind++)
			__sync_fetch_and_or(&share->open[kind % PORT_KINDS], bit);
		return 0;
	}
	sweep->result.blocks--;
	block->logged = 0;
	__sync_lock_test_and_set(&block->owner, 0);
	__sync_fetch_and_and(&share->slots, ~bit);
	address_return_block(address, place);
	return 0;
}

/* Before the blocks: which addresses are crowded. */
static __always_inline void sweep_begin_common(struct sweeping *sweep)
{
	for (__u32 i = 0; i < SHARED_ADDRESSES; i++) {
		__u32 index = i;
		struct common_ports *common = bpf_map_lookup_elem(&common_ports, &index);
		struct shared_address *address = bpf_map_lookup_elem(&shared, &index);

		if (!common || !address)
			continue;
		common->crowded = (__u32)address_count_free(address) < address_count_blocks(address) / 4;
		sweep->adopted |= common->adopted;
		__builtin_memset(common->counted, 0, sizeof(common->counted));
	}
}

/* After them: what was counted is right, but for what happened meanwhile. */
static __always_inline void sweep_end_common(void)
{
	for (__u32 i = 0; i < SHARED_ADDRESSES; i++) {
		__u32 index = i;
		struct common_ports *common = bpf_map_lookup_elem(&common_ports, &index);

		if (!common)
			continue;
		for (__u32 kind = 0; kind < PORT_KINDS; kind++)
			common->free[kind] = common->counted[kind];
		/* Nothing has a port of this kind, so that it counts the common blocks: none is left. */
		if (!common->counted[PORTS_NONE])
			common->adopted = 0;
	}
}

/* The whole sweep. Not 0: the control plane has not configured anything yet. */
static __always_inline int sweep_run(struct sweep *result)
{
	struct sweeping sweeping = {.now = bpf_ktime_get_ns(), .config = get_config()};

	if (!sweeping.config)
		return 1;
	sweep_begin_common(&sweeping);
	bpf_for_each_map_elem(&mappings, sweep_mapping, &sweeping, 0);
	bpf_for_each_map_elem(&port_blocks, sweep_block, &sweeping, 0);
	sweep_end_common();
	*result = sweeping.result;
	return 0;
}

#endif
