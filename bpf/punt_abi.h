/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h about punts: what the data plane gives to the control plane (punt.h). */
#ifndef INNKEEPER_PUNT_ABI_H
#define INNKEEPER_PUNT_ABI_H

enum punt_reason {
	PUNT_ARP_ACCESS = 1,  /* ARP from the access side that the data plane does not answer */
	PUNT_ARP_UPLINK = 2,  /* ARP on the uplink about a pool address */
	PUNT_NEW_SOURCE = 3,  /* IPv4 of a (VLAN, MAC, address) without binding; the control plane sends it again */
	PUNT_LEARN = 4,	      /* copy of a packet of a binding with BINDING_LEARN; it was forwarded */
	PUNT_ANSWERED = 5,    /* copy of an echo reply to such a binding: the sender is outside, so not its gateway */
	PUNT_PRIVATE_DNS = 6, /* copy of a SYN to port 853; it was forwarded */
	PUNT_PRIVATE_DNS_ANSWER = 7, /* copy of the SYN or RST that came back */
	PUNT_PRIVATE_DNS_SILENT = 8, /* a SYN to port 853 of an address in the map `dot_unanswered`; to be reset */
	PUNT_REFUSED = 9,	     /* a device's packet that got no mapping; the control plane answers by ICMP */
	PUNT_FRAGMENT =
		10, /* a later fragment from the uplink that arrived before its first; the control plane holds it */
	PUNT_FRAGMENT_FIRST =
		11,	       /* copy of the first, which was forwarded: the control plane sends the held ones again */
	PUNT_PORTS = 12,       /* not a frame but a struct ports_record, for the mapping log */
	PUNT_ARP_LAN = 13,     /* one arm: copy of an ARP message on the LAN that the data plane does not answer */
	PUNT_PEER = 14,	       /* one arm: copy of another gateway's hello; two arms: our own beacon on the other arm */
	PUNT_DHCP = 15,	       /* a DHCP client's message */
	PUNT_DENIED = 16,      /* a device's packet that its profile denies; the control plane answers by ICMP 3/13 */
	PUNT_DHCP_SERVER = 17, /* copy of a DHCP server's message from the access side, which was dropped */
	PUNT_OWN_MAC = 20,     /* copy of a frame from the access side with our own MAC as source, which was dropped */
	PUNT_STRAY = 21,       /* copy of a frame to a MAC that is not ours, which was dropped */
	PUNT_NEIGHBOR = 22,    /* IPv6 neighbor discovery or a listener query that the data plane does not answer */
	PUNT_NO_IPV6 = 23,     /* IPv6 of a device that may not leave; the control plane answers by ICMPv6 */
	PUNT_NEW_SOURCE6 = 24, /* as PUNT_NEW_SOURCE, of IPv6 */
	PUNT_HOP_LIMIT = 25,   /* a packet with DROP_HOP_LIMIT; the control plane answers by ICMPv6 */
	PUNT_TOO_LONG = 26,    /* the same with DROP_TOO_LONG */
	PUNT_ROUTER = 27,      /* copy of a router advertisement on an uplink, which the host has too */
	PUNT_DHCP6 = 29,       /* a DHCPv6 client's message to all servers */
	PUNT_LEGAL6 = 28,      /* copy of a neighbor advertisement on an uplink, by which another has a legal address */
};

/* Follows a struct punt with PUNT_PORTS: a device got ports of a shared address, or gave them back. */
struct ports_record {
	__u64 time; /* CLOCK_MONOTONIC, coarse, ns: when it happened */
	__be32 address;
	__u32 share;
	__u16 first; /* host order */
	__u16 last;
	__u8 protocol; /* 0 = all that have ports */
	__u8 ended;
	__u16 reserved;
};

/* Precedes a frame in the ring buffer. */
struct punt {
	__u64 time;	/* CLOCK_MONOTONIC, coarse, ns */
	__u32 reason;	/* enum punt_reason */
	__u32 length;	/* of the frame as received */
	__u32 captured; /* octets that follow: min(length, PUNT_FRAME_MAX) */
	__u16 vlan;
	__u16 reserved;
	/*
	 * PUNT_ANSWERED, PUNT_DHCP: the number, or 0; PUNT_ARP_UPLINK, PUNT_ROUTER, PUNT_LEGAL6: the uplink's index;
	 * PUNT_HOP_LIMIT, PUNT_TOO_LONG: the index + 1 of the uplink that the packet came by, 0 = from a device.
	 */
	__u32 binding;
	__u32 filler;
};

#endif
