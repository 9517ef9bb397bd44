/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * All maps. All but the tries, `appearances` and those by IPv6 address are preallocated, and none evicts an entry that
 * a conversation needs (RFC 6888 REQ-11): the LRU maps hold only what may be forgotten. The control plane sets the
 * sizes marked "loader" before it loads the maps. The names are pinned: src/Innkeeper/DataPlane/RenamedMaps.cs adopts
 * old ones.
 */
#ifndef INNKEEPER_MAPS_H
#define INNKEEPER_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/* Why the packet of this moment is dropped. */
struct drop_cause {
	__u32 reason;  /* enum drop_reason */
	__u32 binding; /* the number of the binding that it is of or for; 0 = not known */
};

#define RECENT_REMOTES 65536 /* a power of 2 */
#define PORT_BLOCKS (SHARED_ADDRESSES * BLOCKS_PER_ADDRESS)

/* The truth: each binding by its number. `binding_index` and `external_addrs` point here and can be rebuilt from it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, struct binding);
} bindings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* loader */
	__type(key, struct claim_key);
	__type(value, __u32);
} binding_index SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* loader */
	__type(key, __be32);
	__type(value, __u32);
} external_addrs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, struct traffic);
} traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct config);
} config SEC(".maps");

/* 1 = the VLAN is served. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u8);
} vlans SEC(".maps");

/* Dropped frames, by enum drop_reason. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DROP_REASONS);
	__type(key, __u32);
	__type(value, __u64);
} drops SEC(".maps");

/* The drop of the program that runs on this CPU, until it ends (station_drops.h). */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct drop_cause);
} drop_cause SEC(".maps");

/* The drops of the last minutes by station, for the administrator. A forgotten entry costs an explanation. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct station_drop_key);
	__type(value, struct station_drop);
} station_drops SEC(".maps");

/* How fast stations come to `station_drops`: theoretical arrival times (GCRA), ns. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} drop_admission SEC(".maps");

/* The station that is captured, if any. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct capture_target);
} capture SEC(".maps");

/* Copies of frames that are dropped of it, or for it: struct captured_drop and its frame (capture.h). */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 512 << 10);
} captured_drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} punts SEC(".maps");

/* Space to assemble a punt: the ring takes it in one piece. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8[sizeof(struct punt) + PUNT_FRAME_MAX]);
} punt_scratch SEC(".maps");

/* Limits on punts by station: theoretical arrival times (GCRA), ns. A forgotten station starts with its full burst. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct station_key);
	__type(value, __u64);
} punt_stations SEC(".maps");

/* 1: DHCP of stations without a binding; 0: all other punts. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} punt_total SEC(".maps");

/* The limit on all IPv6 punts. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} punt_ipv6 SEC(".maps");

/*
 * The remote hosts that a device without BINDING_INBOUND sent to, and when last (ns). A forgotten entry costs a reply
 * that arrives before the device's next packet, no binding.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct contact_key);
	__type(value, __u64);
} spoken_to SEC(".maps");

/*
 * For devices with an address of their own and BINDING_INBOUND: a cache of pairs of places, found by a hash
 * (recent.h). An entry that lost its place costs an ICMP error that arrives before the device's next packet.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RECENT_REMOTES);
	__type(key, __u32);
	__type(value, struct recent_remote);
} recent_remotes SEC(".maps");

/* Mappings of shared addresses by their outside key: the truth. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072); /* loader */
	__type(key, struct mapping_key);
	__type(value, struct mapping);
} mappings SEC(".maps");

/* By the inside key. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072); /* loader */
	__type(key, struct mapping_key);
	__type(value, struct mapping_hint);
} mapping_hints SEC(".maps");

/*
 * The forwards, by the outside key of their mappings. The control plane writes it before a forward's mapping and
 * deletes it before that ends: a static mapping without an entry here is over, whatever stopped the control plane.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FORWARD_PORTS);
	__type(key, struct mapping_key);
	__type(value, __u32);
} forwards SEC(".maps");

/*
 * The remote hosts that came by a forward (forwards.h). A forgotten entry is harmless where a device's port has one
 * forward and the device no external address of its own.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct forwarded_key);
	__type(value, struct forwarded);
} forwarded SEC(".maps");

/* Space to assemble a mapping: the stack is small. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mapping);
} mapping_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHARED_ADDRESSES);
	__type(key, __u32);
	__type(value, struct shared_address);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PORT_BLOCKS);
	__type(key, __u32);
	__type(value, struct port_block);
} port_blocks SEC(".maps");

/* By the number of the device's first binding. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, struct share);
} shares SEC(".maps");

/*
 * By a share's number; not 0 = its device left before it had a conversation. Apart from `shares`, because the control
 * plane writes it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, __u8);
} share_abandoned SEC(".maps");

/* By the index of a shared address. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHARED_ADDRESSES);
	__type(key, __u32);
	__type(value, struct common_ports);
} common_ports SEC(".maps");

/*
 * By a share's number: how many sixteenths of its address the device leaves to others. 0 for devices that are known.
 * Apart from `shares`, because the control plane writes it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, __u8);
} share_keeps SEC(".maps");

/* A forgotten entry costs a datagram. A limit applies to the entries that one device adds (RFC 4787 REQ-14a). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct fragment_key);
	__type(value, struct fragment);
} fragments SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PROFILES);
	__type(key, __u32);
	__type(value, struct profile);
} profiles SEC(".maps");

/*
 * Networks that profiles deny or allow: the longest match decides (enum destination). The kernel has no preallocated
 * trie. Every network that profiles can name fits: 256 each way for each profile, and the uplinks'.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct destination_key);
	__type(value, __u32);
} destinations SEC(".maps");

/* The pool and the shared addresses, in use or not, of all gateways: no host outside may have one. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144);
	__type(key, struct pool_key);
	__type(value, __u32);
} pool_networks SEC(".maps");

/* By binding.meter: a device has one for all its bindings, or a group for all of its devices. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, struct meter);
} meters SEC(".maps");

/* Stations that the administrator blocked, in every VLAN (0 in the key). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct station_key);
	__type(value, __u32);
} blocked SEC(".maps");

/*
 * The remote hosts that sent to a device whose profile denies them as destinations, and when last (ns): the device may
 * answer them. A forgotten entry costs an answer that the device sends before the remote host's next packet.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct contact_key);
	__type(value, __u64);
} called_by SEC(".maps");

/* By the number of the binding: as which addresses remote hosts appear to it. Few devices have any. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct appearances);
} appearances SEC(".maps");

/*
 * One arm: stations that are not foreign devices, by enum station_kind. The control plane examines a forgotten one
 * again.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct station_key);
	__type(value, __u32);
} stations SEC(".maps");

/* IPv6: each binding by its number, the truth; `claims6` and `legals6` point here and can be rebuilt from it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536); /* loader */
	__type(key, __u32);
	__type(value, struct binding6);
} bindings6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536); /* loader */
	__type(key, struct claim6_key);
	__type(value, __u32);
} claims6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536); /* loader */
	__type(key, __be32[4]);
	__type(value, __u32);
} legals6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 65536); /* loader */
	__type(key, __u32);
	__type(value, struct traffic);
} traffic6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, UPLINKS);
	__type(key, __u32);
	__type(value, struct ipv6_uplink);
} ipv6_uplinks SEC(".maps");

/* As `destinations`, `spoken_to` and `called_by`, for IPv6. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct destination6_key);
	__type(value, __u32);
} destinations6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct contact6_key);
	__type(value, __u64);
} spoken_to6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct contact6_key);
	__type(value, __u64);
} called_by6 SEC(".maps");

/* When a frame of a station was last reported as stray (ns): bpf/strays.h. A forgotten station is reported again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct station_key);
	__type(value, __u64);
} strays SEC(".maps");

/* The limit on reports of strays: a theoretical arrival time (GCRA), ns. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} stray_total SEC(".maps");

/* MACs of gateways that this one replaced (VLAN 0 in the key): frames to them are ours. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct station_key);
	__type(value, __u32);
} former_gateways SEC(".maps");

/* Addresses whose port 853 does not answer, and until when the control plane assumes that (CLOCK_MONOTONIC, ns). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __be32);
	__type(value, __u64);
} dot_unanswered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct dns_watch);
} dns_watch SEC(".maps");

/* By the number of the binding. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* loader */
	__type(key, __u32);
	__type(value, struct dns_detours);
} dns_detours SEC(".maps");

/* The hosts that held devices may reach, and until when (CLOCK_MONOTONIC, ns): bpf/garden.h. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct garden_key);
	__type(value, __u64);
} garden SEC(".maps");

/* Packets of held devices to such hosts. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} garden_packets SEC(".maps");

/* A number for the names that the entries of `garden` are from: the control plane knows by it whether they changed. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} garden_names SEC(".maps");

#endif
