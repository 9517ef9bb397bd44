/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Fragments of devices that share an address. Only the first fragment of a datagram has ports.
 *
 * An outgoing fragment needs no port, but an identification that no other device behind the address uses at the time
 * (RFC 6864 5.3.1): the fragment that passes first gets it. An incoming fragment belongs to the device that the first
 * fragment is for; the control plane holds later ones that arrive before it (RFC 4787 REQ-14). 1:1 needs none of this.
 */
#ifndef INNKEEPER_FRAGMENTS_H
#define INNKEEPER_FRAGMENTS_H

#include "clock.h"
#include "mappings.h"

/* RFC 791 3.2 gives a datagram 15 s at first, RFC 1122 3.3.2 up to 120 s. */
#define FRAGMENT_LIFETIME (30 * NSEC_PER_SEC)
/* A device may send, and receive, 1,000 fragmented datagrams at once and 500 a second. */
#define FRAGMENT_INTERVAL (2 * NSEC_PER_MSEC)
#define FRAGMENT_BURST (1000 * FRAGMENT_INTERVAL)

static __always_inline struct fragment_key fragment_key(const struct ipv4 *ip, __u32 side, __be32 remote, int incoming)
{
	struct fragment_key key = {
		.side = side, .remote = remote, .id = ip->id, .protocol = ip->protocol, .incoming = incoming};

	return key;
}

static __always_inline int fragment_is_fresh(const struct fragment *fragment, __u64 now)
{
	return is_before(now, fragment->time + FRAGMENT_LIFETIME);
}

static __always_inline int fragment_rate_admit(const struct binding *binding, __u64 now)
{
	__u32 number = binding->share;
	struct share *share = bpf_map_lookup_elem(&shares, &number);

	return share && gcra_admit(&share->next_fragment, now, FRAGMENT_INTERVAL, FRAGMENT_BURST);
}

/* The identification of an outgoing fragment. */
__noinline int fragment_egress_id(const struct ipv4 *ip, const struct binding *binding, __u32 number, __be16 *id)
{
	struct fragment fresh = {.time = bpf_ktime_get_coarse_ns(), .binding = number, .known = 1}, *known;
	struct shared_address *address;
	__u32 share_number, index;
	struct fragment_key key;
	struct share *share;

	if (!ip || !binding || !id)
		return DROP_FAILED;
	share_number = binding->share;
	key = fragment_key(ip, number, ip->destination, 0);
	known = bpf_map_lookup_elem(&fragments, &key);
	if (known && fragment_is_fresh(known, fresh.time)) {
		*id = known->id;
		return DROP_NONE;
	}
	share = bpf_map_lookup_elem(&shares, &share_number);
	if (!share)
		return DROP_FAILED;
	index = share->address;
	address = bpf_map_lookup_elem(&shared, &index);
	if (!address)
		return DROP_FAILED;
	if (!gcra_admit(&share->next_fragment, fresh.time, FRAGMENT_INTERVAL, FRAGMENT_BURST))
		return DROP_FRAGMENT_LIMIT;
	fresh.id = bpf_htons((__u16)__sync_fetch_and_add(&address->next_id, 1));
	if (bpf_map_update_elem(&fragments, &key, &fresh, known ? BPF_ANY : BPF_NOEXIST)) {
		/* Another CPU stored one for the same datagram. */
		known = bpf_map_lookup_elem(&fragments, &key);
		if (!known)
			return DROP_FAILED;
		fresh.id = known->id;
	}
	*id = fresh.id;
	return DROP_NONE;
}

/* Notes the device that the first fragment from outside is for; `binding` NULL: the host. */
__noinline int fragment_note_first(struct __sk_buff *skb, const struct ipv4 *ip, const struct binding *binding,
				   __u32 number)
{
	struct fragment fresh = {.time = bpf_ktime_get_coarse_ns(), .binding = number, .known = 1}, *known;
	struct fragment_key key;
	int waited;

	if (!ip)
		return DROP_FAILED;
	key = fragment_key(ip, ip->destination, ip->source, 1);
	if (binding && !fragment_rate_admit(binding, fresh.time))
		return DROP_FRAGMENT_LIMIT;
	known = bpf_map_lookup_elem(&fragments, &key);
	waited = known && !known->known && fragment_is_fresh(known, fresh.time);
	bpf_map_update_elem(&fragments, &key, &fresh, BPF_ANY);
	if (waited)
		punt(skb, PUNT_FRAGMENT_FIRST, 0);
	return DROP_NONE;
}

enum fragment_result {
	FRAGMENT_KNOWN,
	FRAGMENT_HELD, /* the control plane holds the fragment and sends it again */
	FRAGMENT_LOST,
};

/* Only looks; an early fragment is lost. */
__noinline int fragment_lookup_first(const struct ipv4 *ip, __u32 *number)
{
	struct fragment_key key;
	struct fragment *known;

	if (!ip || !number)
		return FRAGMENT_LOST;
	key = fragment_key(ip, ip->destination, ip->source, 1);
	known = bpf_map_lookup_elem(&fragments, &key);
	if (!known || !known->known || bpf_ktime_get_coarse_ns() - known->time >= FRAGMENT_LIFETIME)
		return FRAGMENT_LOST;
	*number = known->binding;
	return FRAGMENT_KNOWN;
}

__noinline int fragment_lookup_or_hold(struct __sk_buff *skb, const struct ipv4 *ip, __u32 *number)
{
	struct fragment fresh = {.time = bpf_ktime_get_coarse_ns()};
	struct fragment_key key;
	struct fragment *known;

	if (!ip || !number)
		return FRAGMENT_LOST;
	key = fragment_key(ip, ip->destination, ip->source, 1);
	known = bpf_map_lookup_elem(&fragments, &key);
	if (known && known->known && fragment_is_fresh(known, fresh.time)) {
		*number = known->binding;
		return FRAGMENT_KNOWN;
	}
	/* Marked before the punt: another CPU may process the first fragment meanwhile. */
	if (bpf_map_update_elem(&fragments, &key, &fresh, known ? BPF_ANY : BPF_NOEXIST)) {
		known = bpf_map_lookup_elem(&fragments, &key);
		if (known && known->known) {
			*number = known->binding;
			return FRAGMENT_KNOWN;
		}
	}
	return punt(skb, PUNT_FRAGMENT, 0) ? FRAGMENT_LOST : FRAGMENT_HELD;
}

#endif
