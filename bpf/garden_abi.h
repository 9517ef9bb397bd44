/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h about the walled garden (garden.h). */
#ifndef INNKEEPER_GARDEN_ABI_H
#define INNKEEPER_GARDEN_ABI_H

#include <linux/types.h>

/* A held device and a remote host that it may reach. */
struct garden_key {
	__u32 binding;
	__be32 remote;
	__u32 generation; /* the binding's: the slot's next binding inherits no entry */
};

#endif
