/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h about captures (capture.h). */
#ifndef INNKEEPER_CAPTURE_ABI_H
#define INNKEEPER_CAPTURE_ABI_H

#include <linux/types.h>

/* The station whose dropped frames are copied for a capture, in the map `capture`. */
struct capture_target {
	__u8 mac[MAC_SIZE];
	__u16 is_on;
};

/* Octets of a dropped frame that are copied at most. */
#define CAPTURE_FRAME_MAX 2048

/* A copy of a dropped frame: this, then `captured` octets of the frame as the program had it. */
struct captured_drop {
	__u64 time;    /* CLOCK_MONOTONIC, ns */
	__u32 reason;  /* enum drop_reason */
	__u32 ifindex; /* where the program is attached */
	__u32 length;
	__u32 captured;
	__u16 vlan; /* the tag, which is not among the octets; 0 = none */
	__u16 reserved;
	__u32 filler;
};

#endif
