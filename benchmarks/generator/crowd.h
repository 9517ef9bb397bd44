/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Frames of a crowd: what stations send that exist nowhere but in a raw socket, and how their batches leave. Network byte order. */
#ifndef INNKEEPER_CROWD_H
#define INNKEEPER_CROWD_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define FRAME_MAX 600 /* no message of a client is longer */

/* RFC 2131, figure 1, with the magic cookie of its section 3. */
struct dhcp {
	__u8 op, htype, hlen, hops;
	__u32 xid;
	__u16 secs, flags;
	__be32 ciaddr, yiaddr, siaddr, giaddr;
	__u8 chaddr[16];
	__u8 sname[64];
	__u8 file[128];
	__u8 cookie[4];
	__u8 options[];
} __attribute__((packed));

/* RFC 826, for Ethernet and IPv4. */
struct arp {
	__be16 hardware, protocol;
	__u8 hardware_length, protocol_length;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__be32 sender;
	__u8 target_mac[ETH_ALEN];
	__be32 target;
} __attribute__((packed));

/* RFC 792, without data. */
struct echo {
	__u8 type, code;
	__be16 sum, id, sequence;
} __attribute__((packed));

enum { BOOTREQUEST = 1, BOOTREPLY = 2, SERVER_PORT = 67, CLIENT_PORT = 68, ECHO_REPLY = 0, ECHO = 8 };

#define ECHO_LENGTH (ETH_HLEN + sizeof(struct iphdr) + sizeof(struct echo))

static const __u8 dhcp_cookie[] = {99, 130, 83, 99};
static const __u8 broadcast_mac[ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static struct {
	int socket, count;
	long sent, refused;
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	__u8 frames[BATCH][FRAME_MAX];
} outbox;

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static inline void die(const char *what)
{
	perror(what);
	exit(1);
}

/* A MAC as a number: the first octet is the highest. */
static inline __u64 get_mac(const __u8 *mac)
{
	__u64 value = 0;

	for (int i = 0; i < ETH_ALEN; i++)
		value = value << 8 | mac[i];
	return value;
}

static inline void put_mac(__u8 *mac, __u64 value)
{
	for (int i = ETH_ALEN - 1; i >= 0; i--, value >>= 8)
		mac[i] = value;
}

/* False when it is none. */
static inline int read_mac(const char *text, __u8 *m)
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3, m + 4, m + 5) == ETH_ALEN;
}

static inline void print_mac(FILE *file, const __u8 *mac)
{
	fprintf(file, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/* A raw socket at the interface; with protocol 0 it receives nothing. */
static inline int open_packet_socket(const char *interface, int protocol)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(protocol),
				      .sll_ifindex = if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (!address.sll_ifindex)
		die(interface);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("packet socket");
	return fd;
}

static inline void open_outbox(const char *interface)
{
	outbox.socket = open_packet_socket(interface, 0);
	for (int i = 0; i < BATCH; i++) {
		outbox.parts[i].iov_base = outbox.frames[i];
		outbox.messages[i].msg_hdr.msg_iov = &outbox.parts[i];
		outbox.messages[i].msg_hdr.msg_iovlen = 1;
	}
}

/* What the interface refuses is lost, as on a wire. */
static inline void flush_outbox(void)
{
	for (int i = 0; i < outbox.count;) {
		int sent = sendmmsg(outbox.socket, outbox.messages + i, outbox.count - i, 0);

		if (sent < 0 && errno != ENOBUFS && errno != EAGAIN)
			die("send");
		outbox.sent += sent > 0 ? sent : 0;
		outbox.refused += sent > 0 ? 0 : 1;
		i += sent > 0 ? sent : 1;
	}
	outbox.count = 0;
}

/* Room for one frame, zeroes; it leaves with the length given to it. */
static inline void *new_frame(size_t length)
{
	if (outbox.count == BATCH)
		flush_outbox();
	outbox.parts[outbox.count].iov_len = length;
	return memset(outbox.frames[outbox.count++], 0, length);
}

/* RFC 1071. */
static inline __u32 sum_of(const void *data, size_t length, __u32 sum)
{
	const __u8 *octet = data;

	for (; length > 1; octet += 2, length -= 2)
		sum += octet[0] << 8 | octet[1];
	return length ? sum + (octet[0] << 8) : sum;
}

static inline __be16 checksum(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

static inline void put_ethernet(void *frame, const __u8 *to, const __u8 *from, int type)
{
	struct ethhdr *ethernet = frame;

	memcpy(ethernet->h_dest, to, ETH_ALEN);
	memcpy(ethernet->h_source, from, ETH_ALEN);
	ethernet->h_proto = htons(type);
}

static inline void put_ipv4(struct iphdr *ip, __be32 from, __be32 to, int protocol, size_t length)
{
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = protocol;
	ip->tot_len = htons(length);
	ip->saddr = from;
	ip->daddr = to;
	ip->check = checksum(sum_of(ip, sizeof(*ip), 0));
}

/* The header before a payload that is in place already; both addresses in the IPv4 header too. */
static inline void put_udp(struct udphdr *udp, const struct iphdr *ip, int from, int to, size_t length)
{
	udp->source = htons(from);
	udp->dest = htons(to);
	udp->len = htons(length);
	udp->check = checksum(sum_of(&ip->saddr, 8, sum_of(udp, length, IPPROTO_UDP + length)));
	if (!udp->check) /* RFC 768: 0 would say that there is none */
		udp->check = 0xffff;
}

/* An echo request (RFC 792) of ECHO_LENGTH octets. */
static inline void put_echo(void *frame, const __u8 *to, const __u8 *from, __be32 source, __be32 destination, int id,
			    int sequence)
{
	struct iphdr *ip = frame + ETH_HLEN;
	struct echo *echo = (void *)(ip + 1);

	put_ethernet(frame, to, from, ETH_P_IP);
	put_ipv4(ip, source, destination, IPPROTO_ICMP, sizeof(*ip) + sizeof(*echo));
	echo->type = ECHO;
	echo->id = htons(id);
	echo->sequence = htons(sequence);
	echo->sum = checksum(sum_of(echo, sizeof(*echo), 0));
}

static inline void put_arp(void *frame, int operation, const __u8 *from, __be32 sender, const __u8 *to, __be32 target)
{
	struct arp *arp = frame + ETH_HLEN;

	put_ethernet(frame, to, from, ETH_P_ARP);
	arp->hardware = htons(ARPHRD_ETHER);
	arp->protocol = htons(ETH_P_IP);
	arp->hardware_length = ETH_ALEN;
	arp->protocol_length = sizeof(sender);
	arp->operation = htons(operation);
	memcpy(arp->sender_mac, from, ETH_ALEN);
	arp->sender = sender;
	if (operation == ARPOP_REPLY)
		memcpy(arp->target_mac, to, ETH_ALEN);
	arp->target = target;
}

/* A client's message but for its options and what they decide. */
static inline void put_dhcp(struct dhcp *dhcp, const __u8 *mac, __u32 xid)
{
	dhcp->op = BOOTREQUEST;
	dhcp->htype = ARPHRD_ETHER;
	dhcp->hlen = ETH_ALEN;
	dhcp->xid = xid;
	memcpy(dhcp->chaddr, mac, ETH_ALEN);
	memcpy(dhcp->cookie, dhcp_cookie, sizeof(dhcp_cookie));
}

#endif
