/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The settings: a map and not constants set at load, because the control plane changes them while packets pass. */
#ifndef INNKEEPER_CONFIG_H
#define INNKEEPER_CONFIG_H

#include "maps.h"

static __always_inline const struct config *get_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}

#endif
