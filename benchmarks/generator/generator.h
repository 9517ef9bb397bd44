/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What generator.c tells generator.bpf.c: the one element of the map `settings`. */
#ifndef GENERATOR_H
#define GENERATOR_H

#include <linux/if_ether.h>
#include <linux/types.h>

struct settings {
	__u32 flows; /* the flows' numbers go round at this many */
	__u32 ports; /* of a device */
	__u32 first_port;
	__be32 destination;
	__be32 destination6[4];
	__be16 destination_port;
	__u8 gateway[ETH_ALEN];
	__u64 next; /* the next frame's flow */
};

#endif
