/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Devices that can only answer hosts of their own subnet (BINDING_APPEAR): a remote host appears to them as an address
 * of that subnet. The control plane finds out which addresses are free there (src/Innkeeper/ControlPlane/
 * AppearanceService.cs) and writes them into `appearances`; which remote host has which one is decided here, so that
 * callers need no control plane. An address stands for one remote host: nothing but addresses changes, and every
 * protocol and every fragment passes.
 *
 * All of it happens next to the device: the last change before a packet goes to it, and the first of a packet from it.
 * Everything between knows remote hosts by their own addresses.
 */
#ifndef INNKEEPER_APPEAR_H
#define INNKEEPER_APPEAR_H

#include "clock.h"
#include "inbound_filter.h"
#include "translate.h"

/* A caller that was silent for so long gives up its address to another one that finds none free. */
#define APPEARANCE_IDLE (300 * NSEC_PER_SEC)

/* contact_key.protocol: the device addresses this remote host itself, so that host keeps its own address. */
#define CONTACT_DIRECT 0x100

static __always_inline struct appearances *appearances_of(__u32 number)
{
	return bpf_map_lookup_elem(&appearances, &number);
}

static __always_inline struct appearance *appearance_at(struct appearances *all, __u32 place)
{
	return &all->place[place & (APPEARANCES - 1)];
}

static __always_inline struct appearance *appearance_find(struct appearances *all, __be32 address)
{
	for (__u32 i = 0; i < APPEARANCES; i++) {
		struct appearance *place = appearance_at(all, i);

		if (place->address == address)
			return place;
	}
	return NULL;
}

/* Whether hosts outside may appear to the device as this address: the gateway answers its ARP requests for it. */
__noinline int appearance_is_ours(__u32 number, __be32 address)
{
	struct appearances *all = appearances_of(number);

	return all && address && appearance_find(all, address) != NULL;
}

/* Two CPUs that look for a place for one remote host at once find the same one: both try the first that is free. */
static __always_inline int appearance_take(struct appearance *place, __be32 from, __be32 remote, __u64 now)
{
	__be32 found = __sync_val_compare_and_swap(&place->remote, from, remote);

	if (found != from && found != remote)
		return 0;
	place->last_seen = now;
	return 1;
}

/*
 * The address that a remote host appears as. `create`: it gets one if it has none. 0 = none: the control plane has
 * found none yet, or all stand for others that spoke lately.
 */
__noinline __u32 appearance_of(__u32 number, __be32 remote, __u32 create)
{
	struct appearances *all = appearances_of(number);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct appearance *oldest = NULL;

	if (!all)
		return 0;
	for (__u32 i = 0; i < APPEARANCES; i++) {
		struct appearance *place = appearance_at(all, i);

		if (!place->address || place->remote != remote)
			continue;
		if (now - place->last_seen > NSEC_PER_SEC)
			place->last_seen = now;
		return place->address;
	}
	for (__u32 i = 0; create && i < APPEARANCES; i++) {
		struct appearance *place = appearance_at(all, i);

		if (!place->address)
			continue;
		if (!place->remote && appearance_take(place, 0, remote, now))
			return place->address;
		if (!oldest || is_before(place->last_seen, oldest->last_seen))
			oldest = place;
	}
	if (oldest && is_before(oldest->last_seen + APPEARANCE_IDLE, now) &&
	    appearance_take(oldest, oldest->remote, remote, now))
		return oldest->address;
	return 0;
}

static __always_inline struct contact_key direct_key(const struct binding *binding, __u32 number, __be32 remote)
{
	struct contact_key key = {.binding = number,
				  .remote = remote,
				  .protocol = CONTACT_DIRECT,
				  .generation = binding->generation};

	return key;
}

/*
 * A packet of the device: one to an address that stands for a remote host goes to that host. Invalidates pointers into
 * the packet.
 */
__noinline int appear_from_device(struct __sk_buff *skb, struct ipv4 *ip, const struct binding *binding, __u32 number)
{
	struct appearances *all = appearances_of(number);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct appearance *place;
	enum drop_reason reason;
	__be32 remote;

	if (!ip || !binding)
		return DROP_FAILED;
	place = all ? appearance_find(all, ip->destination) : NULL;
	if (!place) {
		struct contact_key key = direct_key(binding, number, ip->destination);
		__u64 *last = bpf_map_lookup_elem(&spoken_to, &key);

		if (!last)
			bpf_map_update_elem(&spoken_to, &key, &now, BPF_ANY);
		else if (now - *last > NSEC_PER_SEC)
			*last = now;
		return DROP_NONE;
	}
	remote = place->remote;
	if (!remote)
		return DROP_APPEARANCE;
	if (now - place->last_seen > NSEC_PER_SEC)
		place->last_seen = now;
	reason = translate(skb, ip, DESTINATION, remote, SAME_HOP);
	ip->destination = remote;
	return reason;
}

/* Whether the device spoke to this remote host by its own address, not long ago. */
static __always_inline int appear_is_direct(const struct binding *binding, __u32 number, __be32 remote)
{
	struct contact_key key = direct_key(binding, number, remote);
	__u64 *last = bpf_map_lookup_elem(&spoken_to, &key);

	return last && bpf_ktime_get_coarse_ns() - *last < inbound_filter_lifetime(IPPROTO_TCP);
}

/* Replaces the source of an ICMP error alone: no checksum but the header's covers it. */
static __always_inline enum drop_reason error_source_replace(struct __sk_buff *skb, __be32 from, __be32 to)
{
	return bpf_l3_csum_replace(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, check), from, to, sizeof(to)) ||
			       bpf_skb_store_bytes(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, saddr), &to,
						   sizeof(to), 0)
		       ? DROP_FAILED
		       : DROP_NONE;
}

/*
 * A packet that is translated for the device: its source becomes an address of the device's subnet. An ICMP error, from
 * whatever router, is about a packet to a remote host: it comes as from that host, as no router is in that subnet.
 * Invalidates pointers into the packet.
 */
__noinline int appear_to_device(struct __sk_buff *skb, const struct binding *binding, __u32 number)
{
	__be32 remote, address;
	__u32 is_error = 0;
	struct ipv4 ip;
	__u8 type;

	if (!binding)
		return DROP_FAILED;
	if (ipv4_parse(skb, &ip))
		return DROP_MALFORMED;
	remote = ip.source;
	if (ip.protocol == IPPROTO_ICMP && ip.first_fragment && !bpf_skb_load_bytes(skb, ip.transport, &type, 1) &&
	    icmp_is_error(type)) {
		is_error = 1;
		if (bpf_skb_load_bytes(skb, ip.transport + ICMP_HEADER + __builtin_offsetof(struct iphdr, daddr),
				       &remote, sizeof(remote)))
			return DROP_ICMP_QUOTE;
	}
	if (appear_is_direct(binding, number, remote))
		return DROP_NONE;
	address = appearance_of(number, remote, !is_error);
	if (!address)
		return is_error ? DROP_NONE : DROP_APPEARANCE;
	if (remote != ip.source) {
		if (error_source_replace(skb, ip.source, remote))
			return DROP_FAILED;
		ip.source = remote;
	}
	return translate(skb, &ip, SOURCE, address, SAME_HOP);
}

#endif
