/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * NAPT (RFC 3022 4.1): a port of a shared external address stands for a device's port. Mappings are
 * endpoint-independent (RFC 4787 REQ-1): one for each (binding, protocol, port), whatever remote host the device speaks
 * to. A protocol without ports has one for each remote address. The entry in `mappings` is the truth, and inserting it
 * reserves the port; its entry in `mapping_hints` is how outgoing packets find it.
 *
 * Outgoing packets refresh a mapping, incoming packets never (RFC 4787 REQ-6, RFC 7857 section 7). No packet ends a
 * mapping (RFC 4787 REQ-12): time does. Each look-up judges that by the clock (`mapping_is_over`); the sweep only
 * tidies up. Only a forward's mapping is ended by neither (forwards.h): the control plane writes and ends it.
 */
#ifndef INNKEEPER_MAPPINGS_H
#define INNKEEPER_MAPPINGS_H

#include "config.h"
#include "lookup.h"
#include "flows.h"
#include "forwards.h"
#include "ports.h"
#include "punt.h"
#include "sessions.h"

#define EEXIST 17

/* A mapping's time is written at most once per interval, and the mapping lives that much longer. */
#define REFRESH_INTERVAL (500 * NSEC_PER_MSEC)

static __always_inline struct mapping_key mapping_key(__u32 side, const struct flow *flow, __be16 port)
{
	struct mapping_key key = {.side = side, .protocol = flow->protocol};

	if (has_ports(flow->protocol))
		key.port = port;
	else
		key.remote = flow->remote;
	return key;
}

static __always_inline int mapping_is_over(const struct config *config, const struct mapping *mapping, __u32 generation,
					   __u64 now)
{
	__u32 state = mapping->state;

	if (mapping->removing || mapping->generation != generation || state >= MAPPING_HOLD)
		return 1;
	if (mapping->flags & MAPPING_STATIC)
		return 0;
	return !is_before(now, mapping->last_seen + config->napt.timeout[state] + REFRESH_INTERVAL);
}

/* Changes the state. If another CPU changed it first, starts again from that CPU's state. */
static __always_inline __u32 mapping_change_state(struct mapping *mapping, __u8 flags, enum direction direction)
{
	__u32 state = mapping->state;

	for (int i = 0; i < 2; i++) {
		__u32 next = tcp_next_state(state, flags, direction);
		__u32 found;

		if (next == state)
			return state;
		found = __sync_val_compare_and_swap(&mapping->state, state, next);
		if (found == state)
			return next;
		state = found;
	}
	return state;
}

static __always_inline void mapping_begin_session(struct mapping *mapping, const struct flow *flow)
{
	mapping->remote = flow->remote;
	mapping->remote_port = flow->remote_port;
	mapping->state = flow->protocol == IPPROTO_TCP	  ? tcp_first_state(flow->tcp_flags)
			 : flow->protocol == IPPROTO_UDP  ? MAPPING_UDP
			 : flow->protocol == IPPROTO_ICMP ? MAPPING_ICMP
							  : MAPPING_OTHER;
}

static __always_inline int mapping_follows(const struct mapping *mapping, const struct flow *flow)
{
	return mapping->remote == flow->remote && mapping->remote_port == flow->remote_port;
}

/* A packet of the device uses a live mapping. */
static __always_inline void mapping_refresh(struct mapping *mapping, struct mapping_hint *hint, const struct flow *flow,
					    __u64 now)
{
	__u32 before = mapping->state, after = before;

	if (flow->protocol == IPPROTO_TCP) {
		if (mapping_follows(mapping, flow))
			after = mapping_change_state(mapping, flow->tcp_flags, OUT);
		else if (flow->tcp_flags & TCP_RST)
			return; /* it refuses a remote host that the device has no session with (RFC 7857 7.1) */
		else if (tcp_is_open(before))
			after = mapping->state = TCP_MULTI;
		else {
			mapping_begin_session(mapping, flow);
			after = mapping->state;
		}
		if ((flow->tcp_flags & TCP_RST) && after == before)
			return;
	}
	mapping->last_seen = now;
	/* Data changes the state of a transitory session, so the next packet must look at the mapping again. */
	hint->refreshed = after == TCP_TRANSITORY ? 0 : now;
}

/* Whether a socket of the host uses the port: if a shared address is the host's own, the host comes first. */
__noinline int host_has_port(struct __sk_buff *skb, __be32 address, __be16 port, const struct flow *flow)
{
	struct bpf_sock_tuple tuple = {.ipv4 = {.daddr = address, .dport = port}};
	struct bpf_sock *sock = NULL;

	if (!flow)
		return 0;
	tuple.ipv4.saddr = flow->remote;
	tuple.ipv4.sport = flow->remote_port;
	if (flow->protocol == IPPROTO_TCP)
		sock = bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	else if (flow->protocol == IPPROTO_UDP)
		sock = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (!sock)
		return 0;
	bpf_sk_release(sock);
	return 1;
}

/*
 * A new mapping is made in three steps, so that none needs much stack: the device's limits, the port, the hint. Between
 * the steps it lies in `mapping_scratch`.
 */
static __always_inline struct mapping *mapping_scratch_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&mapping_scratch, &zero);
}

static __always_inline struct share *share_lookup(__u32 number)
{
	return bpf_map_lookup_elem(&shares, &number);
}

/* Charges one port to the device if its limits permit (RFC 6888 REQ-4). */
__noinline int mapping_admit(const struct flow *flow, const struct binding *binding, __u32 number)
{
	const struct config *config = get_config();
	__u64 now = bpf_ktime_get_coarse_ns();
	struct mapping *mapping = mapping_scratch_get();
	struct share *share;
	__u32 kind;

	if (!config || !flow || !binding || !mapping)
		return DROP_FAILED;
	share = share_lookup(binding->share);
	if (!share)
		return DROP_FAILED;
	if (config->napt.new_interval &&
	    !gcra_admit(&share->next_new, now, config->napt.new_interval, config->napt.new_burst))
		return DROP_MAPPING_RATE;
	kind = port_kind(flow->protocol);
	if (__sync_fetch_and_add(&share->used[kind % PORT_KINDS], 1) >= config->napt.limit[kind % PORT_KINDS]) {
		__sync_fetch_and_add(&share->used[kind % PORT_KINDS], -1);
		return DROP_PORT_LIMIT;
	}
	__builtin_memset(mapping, 0, sizeof(*mapping));
	mapping->last_seen = mapping->since = now;
	mapping->binding = number;
	mapping->generation = binding->generation;
	mapping->share = binding->share;
	mapping->port = flow->port;
	mapping_begin_session(mapping, flow);
	return DROP_NONE;
}

static __always_inline void share_release_port(__u32 share_number, __u8 protocol)
{
	struct share *share = share_lookup(share_number);

	if (share)
		__sync_fetch_and_add(&share->used[port_kind(protocol) % PORT_KINDS], -1);
}

/*
 * Finds a port and reserves it by inserting the mapping; a look-up first could race. Returns 0 or the reason to drop;
 * `port` is in network order.
 */
__noinline int mapping_reserve(struct __sk_buff *skb, const struct flow *flow, __be16 *port)
{
	struct mapping *mapping = mapping_scratch_get();
	struct shared_address *address;
	struct mapping_key key;
	struct share *share;
	__u32 index;
	long error;

	if (!flow || !mapping || !port)
		return DROP_FAILED;
	share = share_lookup(mapping->share);
	if (!share)
		return DROP_FAILED;
	index = share->address;
	address = bpf_map_lookup_elem(&shared, &index);
	if (!address || !(address->flags & SHARED_USABLE))
		return DROP_NO_LEGAL;
	*port = 0;
	if (!has_ports(flow->protocol)) {
		key = mapping_key(address->address, flow, 0);
		error = bpf_map_update_elem(&mappings, &key, mapping, BPF_NOEXIST);
		return error == 0 ? DROP_NONE : error == -EEXIST ? DROP_REMOTE_TAKEN : DROP_MAPPINGS_FULL;
	}

	for (__u32 i = 0; i < PORT_TRIES; i++) {
		/* Computed in each round: a value that lives across the calls below takes stack. */
		__u32 kind = port_kind(flow->protocol), wish = bpf_ntohs(flow->port);
		__u32 candidate = wish < LOW_PORTS && kind != PORTS_ICMP && i < PORT_TRIES / 2
					  ? port_propose_low(address, wish, i)
					  : 0;

		mapping->flags = candidate ? MAPPING_SINGLE : 0;
		if (!candidate)
			candidate = port_propose(mapping->share, share, address, kind, wish & 1);
		if (!candidate && common_may_take(mapping->share, share, address, kind)) {
			candidate = common_take_port(address, index, kind, wish & 1);
			mapping->flags = MAPPING_SINGLE;
		}
		if (!candidate)
			return DROP_PORTS_EXHAUSTED;
		*port = bpf_htons(candidate);
		key = mapping_key(address->address, flow, *port);
		if ((address->flags & SHARED_HOST) && host_has_port(skb, address->address, *port, flow)) {
			__u32 binding = mapping->binding, share_number = mapping->share;

			/* Noted for a while, so that it is not proposed again at once. */
			mapping->binding = mapping->share = 0;
			mapping->flags = MAPPING_LOGGED;
			error = bpf_map_update_elem(&mappings, &key, mapping, BPF_NOEXIST);
			mapping->binding = binding;
			mapping->share = share_number;
			if (error && error != -EEXIST)
				port_release(address, index, kind, candidate);
			continue;
		}
		error = bpf_map_update_elem(&mappings, &key, mapping, BPF_NOEXIST);
		if (error == 0)
			return DROP_NONE;
		/* Another mapping has the port and releases it at its end. */
		if (error == -EEXIST)
			continue;
		port_release(address, index, kind, candidate);
		return DROP_MAPPINGS_FULL;
	}
	return DROP_PORTS_EXHAUSTED;
}

/* The target of a hint as one word, to be replaced in one step. */
static __always_inline __u64 hint_word(__u32 generation, __be16 port, __u16 removing)
{
	struct mapping_hint hint = {.generation = generation, .port = port, .removing = removing};
	__u64 word;

	__builtin_memcpy(&word, &hint.generation, sizeof(word));
	return word;
}

static __always_inline int hint_replace(struct mapping_hint *hint, __u64 from, __u64 to)
{
	return __sync_val_compare_and_swap((__u64 *)&hint->generation, from, to) == from;
}

/* The mapping that a hint points to, if it still is of this binding and port. */
static __always_inline struct mapping *hint_lookup_mapping(const struct mapping_hint *hint,
							   const struct binding *binding, __u32 number,
							   const struct flow *flow)
{
	struct mapping_key key = mapping_key(binding->shared, flow, hint->port);
	struct mapping *mapping = bpf_map_lookup_elem(&mappings, &key);

	return mapping && mapping->binding == number && mapping->port == flow->port &&
			       mapping->generation == binding->generation && hint->generation == binding->generation
		       ? mapping
		       : NULL;
}

/* Makes a stale hint ours. Not by deleting it: another CPU may have made it valid just now. */
static __always_inline int hint_take_over(struct mapping_hint *stale, const struct mapping_hint *hint,
					  const struct flow *flow, const struct binding *binding, __u32 number)
{
	__u64 before = hint_word(stale->generation, stale->port, 0);
	struct mapping *mapping = hint_lookup_mapping(stale, binding, number, flow);
	const struct config *config = get_config();

	if (!config || (mapping && !mapping_is_over(config, mapping, binding->generation, bpf_ktime_get_coarse_ns())) ||
	    !hint_replace(stale, before, hint_word(hint->generation, hint->port, 0)))
		return 0;
	stale->refreshed = hint->refreshed;
	return 1;
}

/*
 * Publishes the reserved port as a hint for outgoing packets. If another CPU published one for the same flow first,
 * that port is used and ours released.
 */
__noinline int mapping_publish(const struct flow *flow, const struct binding *binding, __u32 number, __be16 *port)
{
	struct mapping_hint hint = {.refreshed = bpf_ktime_get_coarse_ns()}, *winner;
	struct mapping *mapping = mapping_scratch_get();
	struct shared_address *address;
	struct mapping_key key;
	__u32 index;

	if (!flow || !binding || !port || !mapping)
		return DROP_FAILED;
	hint.generation = binding->generation;
	hint.port = *port;
	if (mapping->state == TCP_TRANSITORY)
		hint.refreshed = 0;
	key = mapping_key(number, flow, flow->port);
	if (bpf_map_update_elem(&mapping_hints, &key, &hint, BPF_NOEXIST) == 0)
		return DROP_NONE;

	winner = bpf_map_lookup_elem(&mapping_hints, &key);
	if (winner && hint_take_over(winner, &hint, flow, binding, number))
		return DROP_NONE;

	/* No packet used the port, so it needs no hold time. */
	key = mapping_key(binding->shared, flow, *port);
	bpf_map_delete_elem(&mappings, &key);
	index = legal_shared_index(binding->shared);
	address = bpf_map_lookup_elem(&shared, &index);
	if (address && has_ports(flow->protocol))
		port_release(address, index, port_kind(flow->protocol), bpf_ntohs(*port));
	share_release_port(binding->share, flow->protocol);
	if (!winner)
		return DROP_MAPPINGS_FULL;
	if (winner->removing)
		return DROP_NO_MAPPING;
	*port = winner->port;
	return DROP_NONE;
}

static __always_inline enum drop_reason mapping_create(struct __sk_buff *skb, const struct flow *flow,
						       const struct binding *binding, __u32 number, struct rewrite *as)
{
	enum drop_reason reason = mapping_admit(flow, binding, number);

	if (reason)
		return reason;
	reason = mapping_reserve(skb, flow, &as->port_to);
	if (reason) {
		share_release_port(binding->share, flow->protocol);
		return reason;
	}
	as->address = binding->shared;
	return mapping_publish(flow, binding, number, &as->port_to);
}

#define NEEDS_MAPPING DROP_REASONS /* distinct from all reasons to drop */

/*
 * All cases of `map_out` but the common one and the creation of a mapping. A binding with an external address of its
 * own keeps its mappings until they end and gets no new ones: `as` stays as it came.
 */
__noinline int map_out_slow(const struct flow *flow, const struct binding *binding, __u32 number, struct rewrite *as)
{
	const struct config *config = get_config();
	__u64 now = bpf_ktime_get_coarse_ns();
	struct mapping_hint *hint;
	struct mapping *mapping;
	struct mapping_key key;

	if (!config || !flow || !binding || !as)
		return DROP_FAILED;
	key = mapping_key(number, flow, flow->port);
	hint = bpf_map_lookup_elem(&mapping_hints, &key);
	mapping = hint ? hint_lookup_mapping(hint, binding, number, flow) : NULL;
	if (mapping && !mapping_is_over(config, mapping, binding->generation, now)) {
		__be16 port = hint->port;

		if (mapping->flags & MAPPING_STATIC) {
			port = forward_way_back(flow, binding, mapping);
			if (!port && binding->legal)
				return DROP_NONE;
			if (!port)
				port = hint->port;
		} else if (flow->kind == FLOW_NEW) {
			mapping_refresh(mapping, hint, flow, now);
		}
		as->address = binding->shared;
		as->port_to = port;
		return DROP_NONE;
	}
	if (binding->legal)
		return DROP_NONE;
	if (flow->kind != FLOW_NEW)
		return flow->kind == FLOW_ERROR ? DROP_ICMP_QUOTE : DROP_NO_MAPPING;

	/*
	 * The mapping is over, but its port is still held: the same endpoint may use it again. Against the sweep: write
	 * first, then look for its mark.
	 */
	if (mapping && mapping->state != MAPPING_HOLD) {
		__u32 share_number = binding->share;
		struct share *share = bpf_map_lookup_elem(&shares, &share_number);

		if (share && config->napt.new_interval &&
		    !gcra_admit(&share->next_new, now, config->napt.new_interval, config->napt.new_burst))
			return DROP_MAPPING_RATE;
		__sync_lock_test_and_set(&mapping->last_seen, now);
		if (!mapping->removing) {
			mapping_begin_session(mapping, flow);
			hint->refreshed = mapping->state == TCP_TRANSITORY ? 0 : now;
			as->address = binding->shared;
			as->port_to = hint->port;
			return DROP_NONE;
		}
	}
	return NEEDS_MAPPING;
}

/* The external address and port of a device that shares an address. `as` comes with the binding's own address, or 0. */
static __always_inline enum drop_reason map_out(struct __sk_buff *skb, const struct flow *flow,
						const struct binding *binding, __u32 number, struct rewrite *as)
{
	struct mapping_key key = mapping_key(number, flow, flow->port);
	struct mapping_hint *hint;
	int reason;

	as->port_from = as->port_to = flow->port;
	if (flow->kind == FLOW_NONE)
		return binding->legal ? DROP_NONE : DROP_UNMAPPABLE;
	hint = bpf_map_lookup_elem(&mapping_hints, &key);
	if (hint && hint->generation == binding->generation && !(flow->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)) &&
	    bpf_ktime_get_coarse_ns() - hint->refreshed < REFRESH_INTERVAL) {
		as->address = binding->shared;
		as->port_to = hint->port;
		return DROP_NONE;
	}
	reason = map_out_slow(flow, binding, number, as);
	return reason == NEEDS_MAPPING ? mapping_create(skb, flow, binding, number, as) : reason;
}

/* A segment from outside that may change its session's state. */
__noinline int mapping_note_ingress(struct mapping *mapping, const struct flow *flow)
{
	struct mapping_hint *hint;
	struct mapping_key key;
	__u32 before, after;

	if (!mapping || !flow)
		return 0;
	key = mapping_key(mapping->binding, flow, mapping->port);
	before = mapping->state;
	if (!mapping_follows(mapping, flow) || before == TCP_MULTI)
		return 0;
	after = mapping_change_state(mapping, flow->tcp_flags, IN);
	if (after == before)
		return 0;
	mapping->last_seen = bpf_ktime_get_coarse_ns();
	hint = bpf_map_lookup_elem(&mapping_hints, &key);
	if (hint && after == TCP_TRANSITORY)
		hint->refreshed = 0;
	return 0;
}

/* The live mapping behind a port of a shared address. A mapping of binding 0 belongs to the host. */
static __always_inline struct mapping *map_in(const struct config *config, __be32 legal, const struct flow *flow,
					      struct binding **binding)
{
	struct mapping_key key = mapping_key(legal, flow, flow->port);
	struct mapping *mapping = bpf_map_lookup_elem(&mappings, &key);

	*binding = NULL;
	if (!mapping || !mapping->binding)
		return mapping;
	*binding = binding_lookup(mapping->binding);
	if (!*binding || (*binding)->shared != legal ||
	    mapping_is_over(config, mapping, (*binding)->generation, bpf_ktime_get_coarse_ns()))
		return NULL;
	return mapping;
}

#endif
