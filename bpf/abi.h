/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Everything the data plane and the control plane both see, and nothing else.
 * The C# side is src/Innkeeper/DataPlane/Abi.cs; a test compiles this header against it (sizes and offsets).
 *
 * Byte order: addresses and EtherTypes are in network order, as on the wire; all other numbers in host order.
 * No struct has implicit padding. The numbers of the enums leave the process (status, tests): append only.
 */
#ifndef INNKEEPER_ABI_H
#define INNKEEPER_ABI_H

#include <linux/types.h>

#define MAC_SIZE 6
#define PASS_ETHERTYPES 8
#define SERVICES 4
#define SERVICE_MARK 0x696b /* on what goes to the gateway's own services, and on what they send (SO_MARK) */
#define PUNT_FRAME_MAX 1600 /* an untagged frame of an Ethernet MTU, with room for one tag and some more */

/* How a device's claimed address is found: (VLAN, MAC, claimed address). */
struct claim_key {
	__u8 mac[MAC_SIZE];
	__u16 vlan; /* 0 = untagged */
	__be32 claimed;
};

enum binding_flag {
	BINDING_ACTIVE = 1,  /* the slot is in use */
	BINDING_INBOUND = 2, /* hosts outside may start conversations */
	BINDING_LEARN = 4,   /* copy packets to the control plane until it knows the gateway the device believes in */
};

/* One binding. Its slot in the array `bindings` is its number, and the inside address is inside_network + number. */
struct binding {
	__be32 claimed;
	__be32 legal;
	__be32 gateway; /* the gateway the device believes in; 0 = not known */
	__u32 flags;	/* enum binding_flag */
	__u8 mac[MAC_SIZE];
	__u16 vlan;
};

/* Traffic of one binding, one copy a CPU. Times are CLOCK_MONOTONIC, coarse, in ns; 0 = never. */
struct traffic {
	__u64 out_packets; /* from the device; segments of a GSO packet count one each */
	__u64 out_bytes;   /* of Ethernet frames, without the tag */
	__u64 in_packets;  /* to the device */
	__u64 in_bytes;
	__u64 last_out;
	__u64 last_in;
};

/* A service of the gateway itself: what devices send to `port` of any address goes to the host's port `local`. */
struct service {
	__be16 port; /* 0 = no service */
	__be16 local;
	__u32 protocol; /* IPPROTO_TCP or IPPROTO_UDP */
};

enum config_flag {
	CONFIG_ISOLATE = 1,	/* devices do not reach each other through the gateway */
	CONFIG_PRIVATE_DNS = 2, /* connections to port 853 of addresses that do not answer are reset */
};

/* The one element of the array `config`. */
struct config {
	__u32 access_ifindex;
	__u32 uplink_ifindex;
	__u32 edge_ifindex;  /* the veth pair to the host's IP stack: the slow path enters here */
	__u32 stack_ifindex; /* its other end: services are asked here, and all answers of the stack leave */
	__u32 flags;	    /* enum config_flag */
	__u32 access_mtu;
	__u32 uplink_mtu;
	__be32 uplink_address;
	__be32 uplink_network;
	__be32 uplink_mask;
	__be32 next_hop; /* 0 = only hosts of the uplink subnet can be reached */
	__be32 inside_network;
	__be32 inside_mask;
	__u32 legal_first; /* lowest and highest address of the pool, in host order: a cheap first question */
	__u32 legal_last;
	__be16 pass_ethertypes[PASS_ETHERTYPES]; /* handed to the host's stack from the access side; 0 = none */
	__u8 access_mac[MAC_SIZE];
	__u8 uplink_mac[MAC_SIZE];
	__u8 edge_mac[MAC_SIZE];
	__u8 stack_mac[MAC_SIZE]; /* the other end of the pair */
	struct service services[SERVICES];
};

/* The conversations of a device whose profile refuses new ones from outside. */
struct contact_key {
	__u32 binding;
	__be32 remote;
	__u32 protocol;
};

/* One station, for the limit on punts. */
struct station_key {
	__u8 mac[MAC_SIZE];
	__u16 vlan;
};

enum punt_reason {
	PUNT_ARP_ACCESS = 1, /* ARP on the access side that the data plane does not answer itself */
	PUNT_ARP_UPLINK = 2, /* ARP on the uplink that speaks of a pool address */
	PUNT_NEW_SOURCE = 3, /* IPv4 of a (VLAN, MAC, address) without binding; to be re-injected */
	PUNT_LEARN = 4,	     /* copy of a packet of a binding with BINDING_LEARN; it was forwarded */
	PUNT_ANSWERED = 5,   /* copy of an echo reply to such a binding: who answers from outside is no believed gateway */
	PUNT_PRIVATE_DNS = 6, /* copy of a SYN to port 853; it was forwarded */
	PUNT_PRIVATE_DNS_ANSWER = 7, /* copy of the SYN or RST that came back */
	PUNT_PRIVATE_DNS_SILENT = 8, /* a SYN to port 853 of an address in the map `silent`; to be reset */
};

/* What precedes a frame in the ring buffer. */
struct punt {
	__u64 time;	/* CLOCK_MONOTONIC, coarse, ns */
	__u32 reason;	/* enum punt_reason */
	__u32 length;	/* of the frame as it came */
	__u32 captured; /* octets that follow: min(length, PUNT_FRAME_MAX) */
	__u16 vlan;
	__u16 reserved;
};

/* Why a frame was dropped. The names in `status --json` are these, in lower case, without DROP_. */
enum drop_reason {
	DROP_NONE = 0,
	DROP_MALFORMED = 1,	    /* shorter than its headers say, wrong version, impossible lengths */
	DROP_BAD_SOURCE_MAC = 2,    /* multicast, zero, or the gateway's own */
	DROP_NOT_FOR_US = 3,	    /* unicast frame to another station's MAC */
	DROP_BROADCAST = 4,	    /* IPv4 in a broadcast or multicast frame */
	DROP_VLAN = 5,		    /* a VLAN that is not served */
	DROP_IPV6 = 6,		    /* IPv6 from the access side */
	DROP_ETHERTYPE = 7,	    /* any other EtherType from the access side */
	DROP_BOGUS_SOURCE = 8,	    /* 0/8, 127/8, 169.254/16, 224/4, 240/4 as source */
	DROP_BOGUS_DESTINATION = 9, /* the same, directed broadcast and inside addresses as destination; source = destination */
	DROP_GATEWAY_SERVICE = 10,  /* to the gateway itself, other than ICMP */
	DROP_PUNT_LIMIT = 11,	    /* a station, or all together, sent more unknowns than the control plane takes */
	DROP_PUNT_FULL = 12,	    /* the ring buffer was full: the control plane is late or away */
	DROP_PUNT_TOO_LONG = 13,    /* an unknown source's first packet longer than PUNT_FRAME_MAX */
	DROP_ICMP_QUOTE = 14,	    /* ICMP error that quotes no packet of this binding (RFC 5508 REQ-4, REQ-5) */
	DROP_ISOLATED = 15,	    /* device to device, and the profile isolates */
	DROP_INBOUND_REFUSED = 16,  /* from outside, unasked, and the profile refuses it */
	DROP_NO_ROUTE = 17,	    /* beyond the uplink subnet, and there is no next hop */
	DROP_NO_BINDING = 18,	    /* from the host's stack for or from an inside address without binding */
	DROP_STACK_OTHER = 19,	    /* from the host's stack into the inside network, not IPv4 */
	DROP_SPOOFED_INSIDE = 20,   /* from the uplink with an inside address as its source or destination */
	DROP_FAILED = 21,	    /* a kernel helper refused; never seen in a test */
	DROP_REASONS = 22,
};

#endif
