// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What a hostile station sends at a steady rate: frames of stations that do not exist. Prints one line of JSON.
 *
 *   flood INTERFACE KIND COUNT PER-SECOND GATEWAY-MAC DESTINATION
 *
 * KIND: stations   each a new MAC with a new address: an ARP request for the address before its own, then an echo request to
 *                  DESTINATION by way of GATEWAY-MAC
 *       sources    the same from one MAC
 *       discovers  each a new MAC: a DHCPDISCOVER
 *
 * COUNT is of stations, sources or DISCOVERs. MACs are random, of no group; addresses are from 11.0.0.0 to 126.255.255.255.
 */
#include "crowd.h"

#define TICK_NS 1000000

static __u64 state = 88172645463325252;

/* Xorshift (Marsaglia 2003): each number once before any comes again. */
static __u64 next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static void send_discover(const __u8 *mac)
{
	static const __u8 options[] = {53, 1, 1, 255};
	size_t length = sizeof(struct udphdr) + 300;
	__u8 *frame = new_frame(ETH_HLEN + sizeof(struct iphdr) + length);
	struct iphdr *ip = (void *)(frame + ETH_HLEN);
	struct udphdr *udp = (void *)(ip + 1);
	struct dhcp *dhcp = (void *)(udp + 1);

	put_dhcp(dhcp, mac, next_random());
	memcpy(dhcp->options, options, sizeof(options));
	put_ethernet(frame, broadcast_mac, mac, ETH_P_IP);
	put_ipv4(ip, 0, htonl(INADDR_BROADCAST), IPPROTO_UDP, sizeof(*ip) + length);
	put_udp(udp, ip, CLIENT_PORT, SERVER_PORT, length);
}

static void send_station(const __u8 *mac, const __u8 *gateway, __be32 destination)
{
	__u64 random = next_random();
	__u32 address = (11 + random % 116) << 24 | (random >> 32 & 0xffffff);

	put_arp(new_frame(ETH_HLEN + sizeof(struct arp)), ARPOP_REQUEST, mac, htonl(address), broadcast_mac,
		htonl(address - 1));
	put_echo(new_frame(ECHO_LENGTH), gateway, mac, htonl(address), destination, 1, 1);
}

int main(int argc, char **argv)
{
	struct timespec pause = {.tv_nsec = TICK_NS};
	__u8 mac[ETH_ALEN], gateway[ETH_ALEN];
	long count, done = 0;
	double begin, rate;
	__be32 destination;

	if (argc != 7 || (strcmp(argv[2], "stations") && strcmp(argv[2], "sources") && strcmp(argv[2], "discovers")) ||
	    !read_mac(argv[5], gateway) || inet_pton(AF_INET, argv[6], &destination) != 1) {
		fprintf(stderr,
			"usage: flood INTERFACE stations|sources|discovers COUNT PER-SECOND GATEWAY-MAC DESTINATION\n");
		return 2;
	}
	count = atol(argv[3]);
	rate = atof(argv[4]);
	open_outbox(argv[1]);
	begin = seconds();
	state ^= (__u64)(begin * 1e9);
	put_mac(mac, next_random() & 0xfeffffffffff);

	while (done < count) {
		for (long due = (seconds() - begin) * rate; done < count && done < due; done++) {
			if (strcmp(argv[2], "sources"))
				put_mac(mac, next_random() & 0xfeffffffffff);
			if (strcmp(argv[2], "discovers") == 0)
				send_discover(mac);
			else
				send_station(mac, gateway, destination);
		}
		flush_outbox();
		nanosleep(&pause, NULL);
	}
	printf("{\"sent\": %ld, \"refused\": %ld, \"seconds\": %.3f}\n", outbox.sent, outbox.refused,
	       seconds() - begin);
	return 0;
}
