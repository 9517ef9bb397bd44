/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * All types and numbers that the data plane and the control plane share, and nothing more. The C# side is
 * src/Innkeeper/DataPlane/Abi.cs; a test compiles this header against it (sizes, offsets, numbers).
 *
 * Byte order: addresses, ports of packets and EtherTypes are in network order (__be16, __be32), all other numbers in
 * host order. No struct has implicit padding. Running gateways hold these structs in pinned maps, and the enums'
 * numbers appear in `status`: append only.
 */
#ifndef INNKEEPER_ABI_H
#define INNKEEPER_ABI_H

#include <linux/types.h>

#define MAC_SIZE 6
#define PASS_ETHERTYPES 8
#define SERVICES 4
#define UPLINKS 4  /* interfaces that lead out: the first, and those of other gateways */
#define GATEWAYS 8 /* number 0 is the main one */
#define PROFILES 64
#define SERVICE_MARK 0x696b   /* on packets to the gateway's own services, and on what their sockets send (SO_MARK) */
#define FORWARDED_MARK 0x696c /* on a packet that the fast path forwarded: its source may be the host's own */
#define PATH_MARK 0x6970      /* + a gateway's number: by it the host's stack routes a slow-path packet */
#define UPLINK_MARK 0x6980    /* + an uplink's index: on a frame the control plane hands back as received there */
#define PEER_ETHERTYPE 0x88b5 /* a gateway's hello: IEEE 802 local experimental EtherType 1 (RFC 9542 section 3) */
#define PUNT_FRAME_MAX 1600   /* an untagged frame of an Ethernet MTU, with room for one tag and some more */

#define BEACON_MAGIC 0x494b4c42 /* behind an ARP message: a beacon of ours (src/Innkeeper.Wire/LanBeacon.cs) */

#define SHARED_ADDRESSES 16	 /* legal addresses that devices may share */
#define SHARED_LEGAL 0x80000000u /* in the map `external_addrs`: an index in `shared`, not a binding's number */
#define PORTS_PER_WORD 64
#define BLOCK_WORDS 8		/* ports of a block: 64 to 512 */
#define BLOCKS_PER_ADDRESS 1024 /* 65536 ports in blocks of 64 */
#define SHARE_BLOCKS 64		/* blocks a device may have */

#include "capture_abi.h"
#include "forwards_abi.h"

/* The key by which a packet's binding is found: (VLAN, MAC, claimed address). */
struct claim_key {
	__u8 mac[MAC_SIZE];
	__u16 vlan; /* 0 = untagged */
	__be32 claimed;
};

enum binding_flag {
	BINDING_ACTIVE = 1,  /* the slot is in use */
	BINDING_INBOUND = 2, /* hosts outside may start conversations */
	BINDING_LEARN = 4,   /* copy packets to the control plane until it knows the gateway that the device uses */
	BINDING_LOCAL = 8,   /* one arm: the claimed address is one of the LAN's; only traffic beyond the LAN is ours */
	BINDING_HELD = 16,   /* the device awaits approval: it reaches the gateway's services and its garden alone */
	BINDING_APPEAR = 32, /* remote hosts appear to it as addresses of its own subnet, in `appearances` */
};

/*
 * A binding. Its slot in the array `bindings` is its number, and its inside address is inside_network + number. With
 * `shared` alone, every flow uses a mapping of that address. With `legal` too, flows that have a mapping keep it, and
 * new ones are 1:1; a forward's mapping is for the remote hosts alone that came by it.
 */
struct binding {
	__be32 claimed;
	__be32 legal;	  /* its own; 0 = none */
	__be32 shared;	  /* the address it shares with other devices; 0 = none */
	__be32 gateway;	  /* the gateway that the device uses; 0 = not known */
	__u32 flags;	  /* enum binding_flag */
	__u32 share;	  /* the device's part of the shared address: its slot in `shares` */
	__u32 generation; /* a mapping of another generation is dead */
	__u32 profile;	  /* in `profiles` */
	__u32 meter;	  /* its place in `meters`: one for all bindings of a device, or of a group */
	__u8 mac[MAC_SIZE];
	__u16 vlan;
};

/* Kinds of ports, counted separately. An ICMP query's identifier takes the place of a port. */
enum port_kind {
	PORTS_TCP = 0,
	PORTS_UDP = 1,
	PORTS_ICMP = 2,
	PORTS_NONE = 3, /* mappings of protocols without ports: only counted */
	PORT_KINDS = 4,
};

/*
 * The key of a mapping. Inside: `side` is the binding's number, `port` the device's. Outside: `side` is the shared
 * address, `port` the one that stands for the device's. A protocol without ports has port 0 and the remote address; all
 * others have remote 0, as the mapping is endpoint-independent (RFC 4787 REQ-1).
 */
struct mapping_key {
	__u32 side;
	__be32 remote;
	__be16 port;
	__u8 protocol;
	__u8 reserved;
};

/* RFC 7857 figure 1 and RFC 6146 3.5.2.2 for TCP. The numbers index the timeouts in struct napt. */
enum mapping_state {
	MAPPING_UDP = 0,
	MAPPING_ICMP = 1,
	MAPPING_OTHER = 2,
	TCP_INIT_OUT = 3, /* a SYN of the device */
	TCP_INIT_IN = 4,  /* a SYN from outside, on a session that was closed */
	TCP_ESTABLISHED = 5,
	TCP_FIN_OUT = 6,
	TCP_FIN_IN = 7,
	TCP_CLOSING = 8,    /* FIN both ways */
	TCP_TRANSITORY = 9, /* RST, or data of a session whose beginning was not seen */
	TCP_MULTI = 10,	    /* several sessions at once: no single one may end the mapping early */
	MAPPING_HOLD = 11,  /* over; its port is not used again yet */
	MAPPING_STATES = 12,
};

enum mapping_flag {
	MAPPING_SINGLE = 1, /* a single port, outside of the device's blocks: below 1024, or of a common block */
	MAPPING_LOGGED = 2, /* the mapping log has the beginning of the single port */
	MAPPING_STATIC = 4, /* the administrator's forward: no time ends it; binding 0: it waits for its device */
};

/* The truth about a mapping, under its outside key. Inserting it reserves the port (RFC 4787 REQ-3). */
struct mapping {
	__u64 last_seen; /* CLOCK_MONOTONIC, coarse, ns: when a packet last refreshed it, or its state changed */
	__u64 since;
	__u32 binding; /* number; 0 = the host's own */
	__u32 generation;
	__u32 share;
	__u32 state;   /* enum mapping_state */
	__be32 remote; /* TCP: the other end of its session */
	__be16 remote_port;
	__be16 port;	/* the device's */
	__u32 flags;	/* enum mapping_flag */
	__u32 removing; /* 1 while the sweep takes it away */
};

/* Under the inside key: where to find the mapping, and when it was last refreshed. */
struct mapping_hint {
	__u64 refreshed; /* as last_seen; 0 = look at the mapping */
	__u32 generation;
	__be16 port;	/* outside */
	__u16 removing; /* 1 while the sweep takes it away */
};

enum shared_flag {
	SHARED_USABLE = 1,
	SHARED_HOST = 2, /* the uplink's own address: the host's sockets come first */
};

/* A legal address that devices share. */
struct shared_address {
	__be32 address;
	__u32 flags;	 /* enum shared_flag */
	__u32 next_id;	 /* of fragmented packets (RFC 6864 5.3.1) */
	__u16 low_first; /* ports below 1024 that may be used, host order; first > last = none */
	__u16 low_last;
	__u16 first; /* all others */
	__u16 last;
	__u32 block_ports;
	__u32 uplink; /* where it is: an index in config.uplinks */
	__u32 reserved;
	__u64 free[BLOCKS_PER_ADDRESS / 64]; /* a bit for each free block */
};

/*
 * A row of ports of one shared address, for one device (RFC 6431). Number: index * BLOCKS_PER_ADDRESS + port /
 * block_ports.
 */
struct port_block {
	__u64 since;
	__u32 owner;  /* slot in `shares`; 0 = free; COMMON_BLOCK = its ports are given one by one, to any device */
	__u32 slot;   /* its place in the owner's list */
	__u32 logged; /* the mapping log has its beginning */
	__u32 reserved;
	__u64 taken[PORT_KINDS][BLOCK_WORDS];
};

#define COMMON_BLOCK 0xfffffffeu

/* The common blocks of a shared address. */
struct common_ports {
	__u64 open[PORT_KINDS][BLOCKS_PER_ADDRESS / 64]; /* a bit for each that may have a free port */
	__u32 free[PORT_KINDS];				 /* free ports in them, about: each sweep counts again */
	__u32 counted[PORT_KINDS];			 /* by the sweep, so far */
	__u32 crowded; /* the sweep makes blocks common that are used by less than half */
	__u32 adopted; /* blocks that it made common: their ports may lack MAPPING_SINGLE */
};

/* One device's part of a shared address: limits and blocks, for all its bindings together. */
struct share {
	__u64 next_new;		/* limit on new mappings: theoretical arrival time, ns */
	__u64 next_fragment;	/* the same for fragmented packets */
	__u64 slots;		/* a bit for each place in `block` that is in use */
	__u64 open[PORT_KINDS]; /* a bit for each of them that has a free port */
	__u32 used[PORT_KINDS]; /* ports in use or held */
	__u32 address;		/* index in `shared` */
	__u32 reserved;
	__u32 block[SHARE_BLOCKS];
};

/* Settings of NAPT; times in ns. */
struct napt {
	__u64 timeout[MAPPING_STATES]; /* by enum mapping_state; MAPPING_HOLD: RFC 6888 REQ-8 */
	__u64 new_interval;	       /* between new mappings of a device; 0 = no limit */
	__u64 new_burst;
	__u32 limit[PORT_KINDS]; /* ports of a device */
};

/* The result of a run of the program `sweep`. */
struct sweep {
	__u32 live;    /* mappings */
	__u32 resting; /* mappings that are over */
	__u32 blocks;  /* in use */
	__u32 reserved;
};

/* A datagram in fragments. Outgoing: `side` is the binding's number; incoming: the shared address. */
struct fragment_key {
	__u32 side;
	__be32 remote;
	__be16 id;
	__u8 protocol;
	__u8 incoming;
};

struct fragment {
	__u64 time;
	__u32 binding; /* incoming: the receiver's number; 0 = the host */
	__be16 id;     /* outgoing: the external identification */
	__u8 known;    /* 0 = only later fragments came so far, and the control plane holds them */
	__u8 reserved;
};

/* Traffic of one binding, one copy a CPU. Times are CLOCK_MONOTONIC in ns; 0 = never. */
struct traffic {
	__u64 out_packets; /* from the device; segments of a GSO packet count one each */
	__u64 out_bytes;   /* of Ethernet frames, without the tag */
	__u64 in_packets;  /* to the device */
	__u64 in_bytes;
	__u64 last_out; /* coarse, but for the first packets */
	__u64 first_in; /* of those in_packets */
};

/* A service of the gateway: packets of devices to `port` of any address go to the host's port `local`. */
struct service {
	__be16 port; /* 0 = no service */
	__be16 local;
	__u16 protocol; /* IPPROTO_TCP or IPPROTO_UDP */
	__u16 flags;	/* enum service_flag; 0 = at any address, for any device */
};

#define DNS_DETOURS 16 /* queries of a binding that are told apart; a power of 2 */

/* The sign of life of the DNS service, the one element of the array `dns_watch`. */
struct dns_watch {
	__u64 until;	 /* it answers until then (CLOCK_MONOTONIC, ns); 0 = it is away */
	__be32 fallback; /* the resolver that devices' queries go to while it is away; 0 = none */
	__be16 port;	 /* of the fallback */
	__u16 reserved;
};

/* A query that went to the fallback resolver in place of the server that the device asked. */
struct dns_detour {
	__be32 asked;
	__be16 port; /* the device's */
	__be16 id;   /* of the DNS message; TCP: 0 */
};

/* The latest of a binding; its number is the index in the array `dns_detours`. */
struct dns_detours {
	__u64 time;	 /* of the last one; CLOCK_MONOTONIC, coarse, ns */
	__be32 fallback; /* where it went */
	__be32 asked;
	struct dns_detour recent[DNS_DETOURS];
};

enum service_flag {
	SERVICE_HELD = 1, /* at any address, for devices that are held */
	SERVICE_OWN = 2,  /* at the portal's address, for any device */
	SERVICE_IPV6 = 4, /* by IPv6 too, at any address, for any device */
};

/* An interface that leads out, with the gateway's own addresses there. */
struct uplink {
	__u32 ifindex; /* 0 = none */
	__u32 mtu;
	__be32 address; /* the gateway's own */
	__be32 network;
	__be32 mask;
	__u8 mac[MAC_SIZE];
	__u16 reserved;
};

enum profile_flag {
	PROFILE_ISOLATE = 1,	  /* its devices and others do not reach each other through the gateway */
	PROFILE_DENY_UPLINKS = 2, /* they do not reach the uplinks' subnets */
	PROFILE_DESTINATIONS = 4, /* ask the map `destinations` */
	PROFILE_NO_GATEWAY = 8,	  /* its gateway is down, and it may use no other: no packet goes out */
};

/* The rate at which one device may send or receive (GCRA). */
struct rate {
	__u64 interval; /* ns for 1024 octets of Ethernet frames; 0 = no limit */
	__u64 burst;	/* ns */
};

/* The rights of a class of devices. Number 0 is the default. */
struct profile {
	struct rate out; /* from a device */
	struct rate in;
	__u64 id;	 /* of its name: the profile keeps its number while settings change; 0 = unused */
	__u32 flags;	 /* enum profile_flag */
	__u32 uplink;	 /* its gateway's: an index in config.uplinks */
	__u32 gateway;	 /* its gateway's number, for the slow path */
	__be32 next_hop; /* its gateway; 0 = only hosts of the uplink's subnet can be reached */
};

/* Rates of a device or group: theoretical arrival times, ns. Not exact where several CPUs serve it at once. */
struct meter {
	__u64 out;
	__u64 in;
};

/* A network that a profile denies or allows; `prefix` includes the profile's 32 bits. */
struct destination_key {
	__u32 prefix;
	__u32 profile;
	__be32 network;
};

/* A part of the pool. */
struct pool_key {
	__u32 prefix;
	__be32 network;
};

enum destination {
	DESTINATION_DENIED = 1,
	DESTINATION_ALLOWED = 2,
};

enum config_flag {
	CONFIG_PRIVATE_DNS = 2, /* connections to port 853 of addresses that do not answer are reset */
	CONFIG_ONE_ARM = 4, /* access and uplink are one interface of a LAN; only foreign devices' packets are ours */
	/* One arm: another gateway serves this LAN; two: both are one LAN. No new bindings, on two arms no ARP. */
	CONFIG_PASSIVE = 8,
	CONFIG_CLAMP_MSS = 16,	 /* TCP's segments are made to fit both MTUs */
	CONFIG_REFUSE_IPV6 = 32, /* two arms: IPv6 packets that lead nowhere are refused at once */
	CONFIG_CARRY_IPV6 = 64,	 /* two arms: IPv6 is carried by uplinks that have it outside (`ipv6_uplinks`) */
};

/* The one element of the array `config`. */
struct config {
	__u32 access_ifindex;
	__u32 edge_ifindex;  /* the veth pair to the host's IP stack: slow-path packets enter here */
	__u32 stack_ifindex; /* its other end: packets to services enter, the stack's packets to devices leave */
	__u32 flags;	     /* enum config_flag */
	__u32 access_mtu;
	__be32 next_hop; /* the main gateway; 0 = none */
	__be32 inside_network;
	__be32 inside_mask;
	__u32 legal_first; /* lowest and highest address of the pool, in host order: for a cheap first test */
	__u32 legal_last;
	__be16 pass_ethertypes[PASS_ETHERTYPES]; /* handed to the host's stack from the access side; 0 = none */
	__u8 access_mac[MAC_SIZE];
	__u8 edge_mac[MAC_SIZE];
	__u8 stack_mac[MAC_SIZE];  /* the other end of the pair */
	__u8 router_mac[MAC_SIZE]; /* the station that has next_hop; 0 = not known */
	struct service services[SERVICES];
	struct uplink uplinks[UPLINKS]; /* the first is the main one; on one arm the only one */
	__be32 watched[GATEWAYS];	/* next hops whose ARP replies the control plane hears; 0 = none */
	__be32 dhcp_server;		/* our DHCP server's address on the access side; 0 = none is served */
	__be32 portal;			/* the portal's address, the same for every device; 0 = none */
	struct napt napt;
};

/* A device and a remote host that it has sent to or heard from. */
struct contact_key {
	__u32 binding;
	__be32 remote;
	__u16 protocol;
	__be16 port;	  /* the device's, if it shares an address; 0 = any */
	__u32 generation; /* the binding's: the slot's next binding inherits no entry */
};

/* A remote host that a device with an external address of its own has sent to. */
struct recent_remote {
	__u64 time; /* CLOCK_MONOTONIC, coarse, ns: when, to about a second; 0 = none */
	__u32 binding;
	__u32 generation;
	__be32 remote;
	__u32 protocol;
};

/* A station. */
struct station_key {
	__u8 mac[MAC_SIZE];
	__u16 vlan;
};

/* One arm: what the control plane found out about a station, in the map `stations`. */
enum station_kind {
	STATION_REGULAR = 1,  /* it forwards other hosts' packets, so foreign sources do not make it a foreign device */
	STATION_IMPOSTOR = 2, /* it claims the router's address or ours: its packets to us are dropped */
};

/* Why a frame was dropped. `status --json` uses these names in lower case, without DROP_. */
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
	DROP_BOGUS_DESTINATION = 9, /* the same, directed broadcasts and inside addresses as destination; or = source */
	DROP_GATEWAY_SERVICE = 10,  /* to the gateway itself, other than ICMP */
	DROP_PUNT_LIMIT = 11, /* a station, or all together, sent more unknown packets than the control plane takes */
	DROP_PUNT_FULL = 12,  /* the ring buffer was full: the control plane is late or away */
	DROP_PUNT_TOO_LONG = 13,   /* an unknown source's first packet longer than PUNT_FRAME_MAX */
	DROP_ICMP_QUOTE = 14,	   /* ICMP error that quotes no packet of this binding (RFC 5508 REQ-4, REQ-5) */
	DROP_ISOLATED = 15,	   /* device to device, and a profile isolates */
	DROP_INBOUND_REFUSED = 16, /* from outside, unsolicited, and the profile refuses it */
	DROP_NO_ROUTE = 17,	   /* beyond the uplink subnet, and there is no next hop */
	DROP_NO_BINDING = 18,	   /* from the host's stack, for or from an inside address without binding */
	DROP_STACK_OTHER = 19,	   /* from the host's stack into the inside network, not IPv4 */
	DROP_SPOOFED_INSIDE = 20,  /* from the uplink with an inside address as its source or destination */
	DROP_FAILED = 21,	   /* a kernel helper refused; never seen in a test */
	DROP_NO_MAPPING = 22,	   /* from outside, to a shared address, and no mapping has its port */
	DROP_PORT_LIMIT = 23,	   /* a device that shares an address uses as many ports as it may */
	DROP_MAPPING_RATE = 24,	   /* a device asks for new mappings faster than it may */
	DROP_PORTS_EXHAUSTED = 25, /* no port of the shared address is left */
	DROP_MAPPINGS_FULL = 26,   /* the table of mappings is full */
	DROP_REMOTE_TAKEN = 27, /* a protocol without ports, to a host with which another device uses it (GRE, ESP) */
	DROP_UNMAPPABLE = 28, /* from or to a shared address, and no port or identifier tells the device: other ICMP */
	DROP_FRAGMENT_LIMIT = 29, /* a device sends or receives too many fragmented packets */
	DROP_NO_LEGAL = 30,	  /* the binding has lost its legal address and has no other yet */
	DROP_IMPOSTOR = 31,	  /* one arm: from a station that claims the router's address or ours */
	DROP_DENIED = 32,	  /* to a destination that the profile denies */
	DROP_HELD = 33,		  /* from a device that awaits approval */
	DROP_BLOCKED = 34,	  /* from a device that the administrator blocked */
	DROP_RATE = 35,		  /* above the rate that the profile permits */
	DROP_NO_GATEWAY = 36,	  /* the profile's gateway is down, and it has no other */
	DROP_WRONG_UPLINK = 37,	  /* for a legal address that belongs to another uplink */
	DROP_DHCP_SERVER = 38,	  /* a DHCP server's message from the access side; the control plane has a copy */
	DROP_SLOW_PATH = 39,	  /* needs the host's stack, which would not lead it out by its gateway */
	DROP_OWN_SOURCE = 40,	  /* from the uplink, with a source of the gateway's, of its devices' or of its pool */
	DROP_SOURCE_ROUTE = 41,	  /* its sender chose the route (LSRR, SSRR) */
	DROP_REDIRECT = 42,	  /* an ICMP redirect */
	DROP_ICMP_MTU = 43,	  /* an ICMP error that would make a path narrower than any is (RFC 5927 7) */
	DROP_APPEARANCE = 44,	  /* no address of the device's own subnet is left that the remote host can appear as */
	DROP_NO_IPV6 = 45,   /* IPv6 to a host outside, and there is none outside; the control plane tells the device */
	DROP_HOP_LIMIT = 46, /* IPv6 whose hop limit is used up; the control plane tells its sender */
	DROP_TOO_LONG = 47,  /* IPv6 that is longer than the next link takes; the control plane tells its sender */
	DROP_REASONS = 48,
};

#include "appear_abi.h"
#include "drops_abi.h"
#include "garden_abi.h"
#include "ipv6_abi.h"
#include "punt_abi.h"

#endif
