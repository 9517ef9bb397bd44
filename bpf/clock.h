/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Time (CLOCK_MONOTONIC in ns), and the rate limit by which all limits here work. */
#ifndef INNKEEPER_CLOCK_H
#define INNKEEPER_CLOCK_H

#include <linux/types.h>

#define NSEC_PER_MSEC 1000000ULL
#define NSEC_PER_SEC (1000 * NSEC_PER_MSEC)

/* Compares by the difference: tests set times before the machine's start, which are very large numbers. */
static __always_inline int is_before(__u64 time, __u64 other)
{
	return (__s64)(time - other) < 0;
}

/* Generic cell rate algorithm (ITU-T I.371): the theoretical arrival time is the whole state. */
static __always_inline int gcra_admit(__u64 *arrival, __u64 now, __u64 interval, __u64 burst)
{
	__u64 earliest = *arrival > now ? *arrival : now;

	if (earliest - now > burst)
		return 0;
	*arrival = earliest + interval;
	return 1;
}

#endif
