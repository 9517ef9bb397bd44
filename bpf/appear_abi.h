/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h about addresses of a device's own subnet, as which remote hosts appear to it (appear.h). */
#ifndef INNKEEPER_APPEAR_ABI_H
#define INNKEEPER_APPEAR_ABI_H

#define APPEARANCES 8 /* of a binding; a power of 2 */

/* An address of a device's own subnet, as which a remote host appears to it. */
struct appearance {
	__be32 address;	 /* 0 = none */
	__be32 remote;	 /* 0 = it stands for none yet */
	__u64 last_seen; /* CLOCK_MONOTONIC, coarse, ns, to about a second: a packet either way */
};

/* Those of a binding with BINDING_APPEAR; its number is the key in `appearances`. */
struct appearances {
	struct appearance place[APPEARANCES];
};

#endif
