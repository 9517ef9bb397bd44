/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The effect of a TCP segment on its mapping's state: RFC 7857 figure 1 with the states of RFC 6146 3.5.2.2. A mapping
 * follows its last session; while several are open it follows none (docs/decisions/0007-napt.md).
 */
#ifndef INNKEEPER_SESSIONS_H
#define INNKEEPER_SESSIONS_H

#include "parse.h"

enum direction {
	OUT,
	IN,
};

/* The next state of the session that the mapping follows. */
static __always_inline __u32 tcp_next_state(__u32 state, __u8 flags, enum direction direction)
{
	/* One of several sessions says nothing of the others. */
	if (state == TCP_MULTI)
		return state;
	/* An RST may be forged: the mapping lives four more minutes, and data opens it again (RFC 7857 2.2). */
	if (flags & TCP_RST)
		return state == TCP_CLOSING ? TCP_CLOSING : TCP_TRANSITORY;
	switch (state) {
	case TCP_INIT_OUT: /* the other side's SYN, with ACK or of a simultaneous open (RFC 5382 REQ-2) */
		return direction == IN && (flags & TCP_SYN) ? TCP_ESTABLISHED : state;
	case TCP_INIT_IN:
		return direction == OUT && (flags & TCP_SYN) ? TCP_ESTABLISHED : state;
	case TCP_ESTABLISHED:
		if (flags & TCP_FIN)
			return direction == OUT ? TCP_FIN_OUT : TCP_FIN_IN;
		return state;
	case TCP_FIN_OUT:
		return direction == IN && (flags & TCP_FIN) ? TCP_CLOSING : state;
	case TCP_FIN_IN:
		return direction == OUT && (flags & TCP_FIN) ? TCP_CLOSING : state;
	case TCP_CLOSING: /* RFC 6146 waits for the timeout; hosts reuse ports sooner, so a SYN opens again */
		if (!(flags & TCP_SYN))
			return state;
		return direction == OUT ? TCP_INIT_OUT : TCP_INIT_IN;
	case TCP_TRANSITORY:
		if (flags & TCP_SYN)
			return direction == OUT ? TCP_INIT_OUT : TCP_INIT_IN;
		if (flags & TCP_FIN)
			return direction == OUT ? TCP_FIN_OUT : TCP_FIN_IN;
		return TCP_ESTABLISHED;
	default:
		return state;
	}
}

/*
 * The state of a session that begins with this segment of the device. With SYN and ACK both sides have sent their SYN.
 */
static __always_inline __u32 tcp_first_state(__u8 flags)
{
	if (!(flags & TCP_SYN))
		return TCP_TRANSITORY;
	return (flags & TCP_ACK) ? TCP_ESTABLISHED : TCP_INIT_OUT;
}

/* Whether a session in this state may still carry data. */
static __always_inline int tcp_is_open(__u32 state)
{
	return state != TCP_CLOSING && state != TCP_TRANSITORY && state != MAPPING_HOLD;
}

#endif
