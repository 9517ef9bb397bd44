/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h that speaks of forwards (forwards.h). */
#ifndef INNKEEPER_FORWARDS_ABI_H
#define INNKEEPER_FORWARDS_ABI_H

#include <linux/types.h>

#define FORWARD_PORTS 4096 /* ports of all forwards together */

/* A remote host that came by a forward, and the device's port that it was led to. */
struct forwarded_key {
	__u32 binding;
	__u32 generation;
	__be32 remote;
	__be16 remote_port;
	__be16 port;
	__u32 protocol;
};

/* The way by which it came: answers leave by the same. */
struct forwarded {
	__u64 time;  /* of its last packet; CLOCK_MONOTONIC, coarse, ns */
	__be16 port; /* of the shared address */
	__u16 reserved;
	__u32 filler;
};

#endif
