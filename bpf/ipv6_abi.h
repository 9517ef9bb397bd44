/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The part of abi.h about IPv6 that is carried (ipv6_access.h, ipv6_uplink.h). All addresses are in network order. */
#ifndef INNKEEPER_IPV6_ABI_H
#define INNKEEPER_IPV6_ABI_H

/* The key by which a packet's IPv6 binding is found, in the map `claims6`. */
struct claim6_key {
	__u8 mac[MAC_SIZE];
	__u16 vlan; /* 0 = untagged */
	__be32 claimed[4];
};

/*
 * An IPv6 address of a device, in the array `bindings6`. The legal and inside addresses have the same one's complement
 * sum as the claimed one, so that no checksum changes where one takes the place of the other (docs/ipv6.md).
 */
struct binding6 {
	__be32 claimed[4];
	__be32 legal[4];  /* all zero = there is no IPv6 outside for it now */
	__be32 inside[4]; /* as whom services on this host see it; its third word is the binding's number */
	__u32 flags;	  /* enum binding_flag: ACTIVE, INBOUND, HELD */
	__u32 generation; /* an entry of `spoken_to6` or `called_by6` of another generation is dead */
	__u32 profile;
	__u32 meter;
	__u8 mac[MAC_SIZE];
	__u16 vlan;
};

enum ipv6_uplink_flag {
	IPV6_USABLE = 1,  /* there is IPv6 outside */
	IPV6_ON_LINK = 2, /* hosts of the prefix are on the uplink's link, and legal addresses are asked for there */
};

/* IPv6 outside by one uplink, by its index in config.uplinks. */
struct ipv6_uplink {
	__be32 router[4];
	__be32 prefix[4]; /* of the legal addresses */
	__be32 mask[4];
	__u32 flags; /* enum ipv6_uplink_flag */
	__u32 mtu;
};

/* A device and a remote host that it has sent to or heard from. */
struct contact6_key {
	__be32 remote[4];
	__u32 binding;
	__u32 generation;
	__u32 protocol;
};

/* A network that a profile denies or allows; `prefix` includes the profile's 32 bits. */
struct destination6_key {
	__u32 prefix;
	__u32 profile;
	__be32 network[4];
};

#endif
