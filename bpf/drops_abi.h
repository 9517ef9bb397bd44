/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h about drops by station (station_drops.h). */
#ifndef INNKEEPER_DROPS_ABI_H
#define INNKEEPER_DROPS_ABI_H

/* The key of the map `station_drops`. */
struct station_drop_key {
	struct station_key station;
	__u32 reason; /* enum drop_reason */
};

/* The drops of packets of a station, or for it, for one reason. */
struct station_drop {
	__u64 since; /* CLOCK_MONOTONIC, coarse, ns: the first that `count` counts, ten minutes before `last` or less */
	__u64 last;
	__u64 count;
	__be32 destination; /* of the last; 0 = it was not IPv4 */
	__be16 type;	    /* its EtherType */
	__u16 reserved;
};

#endif
