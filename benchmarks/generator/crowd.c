// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A crowd of DHCP clients on one interface, each with a MAC of its own as the frame's source and in chaddr: RFC 2131 from DISCOVER to
 * BOUND, without a network stack behind it. Prints one line of JSON.
 *
 *   crowd INTERFACE CLIENTS [OPTION…]
 *
 *   --window N       so many exchanges in flight; the next client begins when one is done (50)
 *   --timeout MS     after which a message of such an exchange is repeated (1000)
 *   --arrive S       instead: all clients begin within S seconds, and repeat after 4, 8, 16 … s (RFC 2131 4.1)
 *   --limit S        the end, whoever is not bound by then (120); SIGTERM is an end too
 *   --first N        the number of the first client (0): each number has its MAC, 06:c0 and four octets
 *   --broadcast      clients that cannot take unicast yet: flag B
 *   --client-id      with option 61
 *   --names          with option 12
 *   --leases FILE    a line for each ACK when it has come: MAC, address, server's address and MAC
 *   --known FILE     such a file of an earlier run: who has another address now, is counted as changed
 *   --start HOW      what clients do that have a lease of an earlier run: discover, reboot, renew, release (discover)
 *   --ping ADDRESS   who has its lease sends echo requests through the server until one is answered
 *   --arp            requests for leased addresses are answered
 */
#include "crowd_options.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#define TICK 0.01
#define REQUESTS_MAX 4 /* then it begins anew (RFC 2131 4.4.1, 4.4.2, 4.4.5) */
#define RECEIVE_BUFFER (64 << 20)
#define MAC_PREFIX 0x06c000000000ULL
#define SCATTER 2654435761u /* odd, so each number has its own product modulo 2^32, */
#define GATHER 244002641u   /* and this takes it back */

enum message { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE };
enum {
	NAME = 12,
	REQUESTED = 50,
	LEASE_TIME = 51,
	TYPE = 53,
	SERVER = 54,
	PARAMETERS = 55,
	MAX_SIZE = 57,
	CLIENT_ID = 61,
	END = 255
};

struct client {
	double begun, deadline, bound; /* seconds; bound: 0 = not */
	__u32 xid;
	__be32 address, former, server; /* address: ACKed, or OFFERed and not ACKed yet; former: of an earlier run */
	__u8 server_mac[ETH_ALEN];
	__u8 state, tries;
};

static struct client *clients;

struct reply {
	int type;
	__be32 server;
	int lease;
};

static unsigned count, next_client, in_flight, oldest;
static long retransmits, naks, duplicates, changed, malformed, misaddressed, through;
static double begin, now, last_bound, last_through;
static volatile sig_atomic_t stopped;

/* Whose an address is: open addressing, a power of two of places. */
struct owner {
	__be32 address;
	unsigned client;
};

static struct owner *owners;
static unsigned owners_mask;

static void stop(int signal)
{
	stopped = signal;
}

/* Scattered as those of many vendors are: of addresses one after the other, hashes of some servers make the worst. */
static void mac_of(const struct client *client, __u8 *mac)
{
	put_mac(mac, MAC_PREFIX | (__u32)(options.first + (client - clients)) * SCATTER);
}

static struct client *client_of(const __u8 *mac)
{
	__u64 value = get_mac(mac);
	__u32 place = (__u32)value * GATHER - options.first;

	return (value & ~0xffffffffULL) == MAC_PREFIX && place < count ? clients + place : NULL;
}

static unsigned place_of(__be32 address)
{
	unsigned place = ntohl(address) * 2654435761u & owners_mask;

	while (owners[place].address && owners[place].address != address)
		place = (place + 1) & owners_mask;
	return place;
}

static struct client *owner_of(__be32 address)
{
	unsigned place = place_of(address);
	struct client *owner = clients + owners[place].client;

	return owners[place].address && owner->bound && owner->address == address ? owner : NULL;
}

static __u8 *put_option(__u8 *at, int code, const void *value, int length)
{
	*at++ = code;
	*at++ = length;
	memcpy(at, value, length);
	return at + length;
}

static void send_dhcp(struct client *client, int type)
{
	static const __u8 wanted[] = {1, 121, 3, 6, 15, 26, 28, 51, 58, 59, 114, 119}; /* what phones ask for, about */
	const __be16 max_size = htons(1500);
	const size_t least = 300; /* octets of BOOTP: some servers and relays take no less */
	int unicast = client->state == RENEWING || type == RELEASE;
	__u8 *frame, *at, mac[ETH_ALEN], id[1 + ETH_ALEN] = {ARPHRD_ETHER};
	struct dhcp *dhcp;
	struct iphdr *ip;
	struct udphdr *udp;
	char name[32];
	size_t length;

	mac_of(client, mac);
	frame = new_frame(FRAME_MAX);
	ip = (void *)(frame + ETH_HLEN);
	udp = (void *)(ip + 1);
	dhcp = (void *)(udp + 1);
	put_dhcp(dhcp, mac, client->xid);
	dhcp->secs = htons(type == RELEASE ? 0 : now - client->begun);
	dhcp->flags = htons(options.broadcast && !unicast ? 0x8000 : 0);
	dhcp->ciaddr = unicast ? client->former : 0;

	at = put_option(dhcp->options, TYPE, &(__u8){type}, 1);
	memcpy(id + 1, mac, ETH_ALEN);
	if (options.client_id)
		at = put_option(at, CLIENT_ID, id, sizeof(id));
	if (client->state == REQUESTING)
		at = put_option(at, REQUESTED, &client->address, sizeof(client->address));
	if (client->state == REBOOTING)
		at = put_option(at, REQUESTED, &client->former, sizeof(client->former));
	if (client->state == REQUESTING || type == RELEASE)
		at = put_option(at, SERVER, &client->server, sizeof(client->server));
	if (type != RELEASE) {
		at = put_option(at, MAX_SIZE, &max_size, sizeof(max_size));
		at = put_option(at, PARAMETERS, wanted, sizeof(wanted));
		if (options.names)
			at = put_option(at, NAME, name,
					sprintf(name, "crowd-%02x%02x%02x%02x", mac[2], mac[3], mac[4], mac[5]));
	}
	*at++ = END;

	length = at - (__u8 *)dhcp < (long)least ? least : (size_t)(at - (__u8 *)dhcp);
	length += sizeof(*udp);
	put_ethernet(frame, unicast ? client->server_mac : broadcast_mac, mac, ETH_P_IP);
	put_ipv4(ip, dhcp->ciaddr, unicast ? client->server : htonl(INADDR_BROADCAST), IPPROTO_UDP,
		 sizeof(*ip) + length);
	put_udp(udp, ip, CLIENT_PORT, SERVER_PORT, length);
	outbox.parts[outbox.count - 1].iov_len = ETH_HLEN + sizeof(*ip) + length;
}

/* The identifier is the client's, so that on a shared address they can be told apart. */
static void send_ping(struct client *client)
{
	__u8 mac[ETH_ALEN];

	mac_of(client, mac);
	put_echo(new_frame(ECHO_LENGTH), client->server_mac, mac, client->address, options.ping, 1 + (client - clients),
		 client->tries);
}

/* Says, or says again, what the client's state is about. */
static void speak(struct client *client)
{
	double delay = options.timeout;

	if (client->state == PINGING)
		send_ping(client);
	else
		send_dhcp(client, client->state == SELECTING ? DISCOVER : REQUEST);
	if (options.arrive > 0)
		delay = (4 << (client->tries < 4 ? client->tries : 4)) + 2.0 * random() / RAND_MAX - 1;
	if (client->state == PINGING)
		delay = 1;
	client->deadline = now + delay;
	client->tries++;
}

static void enter(struct client *client, enum state state)
{
	client->state = state;
	client->tries = 0;
	if (state == SELECTING)
		client->xid = random();
	if (state == DONE)
		in_flight--;
	else
		speak(client);
}

static void begin_next(void)
{
	struct client *client = clients + next_client++;

	in_flight++;
	client->begun = now;
	client->xid = random();
	if (options.release && client->former) {
		send_dhcp(client, RELEASE);
		enter(client, DONE);
	} else {
		enter(client, client->former ? options.start : SELECTING);
	}
}

/* False when it is none. Options in the fields sname and file are not looked for: these four are small and come first. */
static int parse_reply(const struct dhcp *dhcp, size_t length, struct reply *reply)
{
	const __u8 *at = dhcp->options, *end = (const __u8 *)dhcp + length;

	memset(reply, 0, sizeof(*reply));
	while (at + 2 <= end && *at != END) {
		if (*at == 0) {
			at++;
			continue;
		}
		if (at + 2 + at[1] > end)
			return 0;
		if (*at == TYPE && at[1] == 1)
			reply->type = at[2];
		if (*at == SERVER && at[1] == 4)
			memcpy(&reply->server, at + 2, 4);
		if (*at == LEASE_TIME && at[1] == 4)
			reply->lease = 1;
		at += 2 + at[1];
	}
	return reply->type == NAK ||
	       ((reply->type == OFFER || reply->type == ACK) && dhcp->yiaddr && reply->server && reply->lease);
}

static void bind_to(struct client *client, __be32 address)
{
	struct client *owner = owner_of(address);
	unsigned place = place_of(address);
	__u8 mac[ETH_ALEN];

	if (owner && owner != client)
		duplicates++;
	owners[place].address = address;
	owners[place].client = client - clients;
	client->address = address;
	client->bound = last_bound = now;
	if (client->former && client->former != address)
		changed++;
	if (options.leases) {
		mac_of(client, mac);
		print_mac(options.leases, mac);
		fprintf(options.leases, " %s", inet_ntoa((struct in_addr){address}));
		fprintf(options.leases, " %s ", inet_ntoa((struct in_addr){client->server}));
		print_mac(options.leases, client->server_mac);
		fputc('\n', options.leases);
	}
}

static void receive_dhcp(const struct ethhdr *ethernet, const struct dhcp *dhcp, size_t length)
{
	struct client *client;
	struct reply reply;

	if (length < sizeof(*dhcp) || dhcp->op != BOOTREPLY || memcmp(dhcp->cookie, dhcp_cookie, sizeof(dhcp_cookie)) ||
	    !parse_reply(dhcp, length, &reply)) {
		malformed++;
		return;
	}
	client = client_of(dhcp->chaddr);
	if (!client || client->xid != dhcp->xid || client->state == IDLE || client->state >= PINGING)
		return; /* another's, or told twice */
	if (memcmp(ethernet->h_dest, broadcast_mac, ETH_ALEN) && client_of(ethernet->h_dest) != client)
		misaddressed++;
	if (reply.type == OFFER && client->state == SELECTING) {
		client->address = dhcp->yiaddr;
		client->server = reply.server;
		memcpy(client->server_mac, ethernet->h_source, ETH_ALEN);
		enter(client, REQUESTING);
	} else if (reply.type == ACK && client->state != SELECTING) {
		client->server = reply.server;
		memcpy(client->server_mac, ethernet->h_source, ETH_ALEN);
		bind_to(client, dhcp->yiaddr);
		enter(client, options.ping ? PINGING : DONE);
	} else if (reply.type == NAK && client->state != SELECTING) {
		naks++;
		enter(client, SELECTING);
	}
}

static void receive_arp(const struct ethhdr *ethernet, const struct arp *request)
{
	struct client *owner = options.arp && request->operation == htons(ARPOP_REQUEST) ? owner_of(request->target)
											 : NULL;
	__u8 mac[ETH_ALEN];

	if (!owner || client_of(ethernet->h_source) == owner)
		return;
	mac_of(owner, mac);
	put_arp(new_frame(ETH_HLEN + sizeof(*request)), ARPOP_REPLY, mac, request->target, request->sender_mac,
		request->sender);
}

static void receive(const __u8 *frame, size_t length)
{
	const struct ethhdr *ethernet = (const void *)frame;
	const struct iphdr *ip = (const void *)(ethernet + 1);
	const struct udphdr *udp;
	struct client *client;
	size_t header;

	if (length >= ETH_HLEN + sizeof(struct arp) && ethernet->h_proto == htons(ETH_P_ARP))
		receive_arp(ethernet, (const void *)(ethernet + 1));
	if (length < ETH_HLEN + sizeof(*ip) + sizeof(*udp) || ethernet->h_proto != htons(ETH_P_IP))
		return;
	header = ETH_HLEN + ip->ihl * 4;
	if (header + sizeof(*udp) > length || ip->frag_off & htons(0x3fff))
		return;
	udp = (const void *)(frame + header);
	if (ip->protocol == IPPROTO_UDP && udp->dest == htons(CLIENT_PORT)) {
		receive_dhcp(ethernet, (const void *)(udp + 1), length - header - sizeof(*udp));
	} else if (ip->protocol == IPPROTO_ICMP && frame[header] == ECHO_REPLY && ip->saddr == options.ping) {
		client = client_of(ethernet->h_dest);
		if (client && client->state == PINGING && client->address == ip->daddr) {
			through++;
			last_through = now;
			enter(client, DONE);
		}
	}
}

/* Returns whether there may be more. */
static int receive_batch(int fd)
{
	static __u8 frames[BATCH][2048];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];
	int got;

	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){frames[i], sizeof(frames[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
	now = seconds();
	for (int i = 0; i < got; i++)
		receive(frames[i], messages[i].msg_len);
	return got == BATCH;
}

static void repeat_what_is_due(void)
{
	for (; oldest < next_client && clients[oldest].state == DONE; oldest++)
		;
	for (struct client *client = clients + oldest; client < clients + next_client; client++) {
		if (client->state == DONE || client->deadline > now)
			continue;
		retransmits++;
		if (client->state != SELECTING && client->state != PINGING && client->tries >= REQUESTS_MAX)
			enter(client, SELECTING);
		else
			speak(client);
	}
}

static void read_known(const char *path)
{
	char mac_text[18], address[16], server[16], server_mac[18];
	FILE *file = fopen(path, "r");
	struct client *client;
	__u8 mac[ETH_ALEN];

	if (!file)
		die(path);
	while (fscanf(file, "%17s %15s %15s %17s", mac_text, address, server, server_mac) == 4) {
		client = read_mac(mac_text, mac) ? client_of(mac) : NULL;
		if (!client || !read_mac(server_mac, client->server_mac))
			continue;
		client->former = inet_addr(address);
		client->server = inet_addr(server);
	}
	fclose(file);
}

static int by_value(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static void report(void)
{
	double *times = calloc(count + 1, sizeof(*times)),
	       spent = last_bound > begin ? last_bound - begin : now - begin;
	struct rusage usage;
	unsigned bound = 0, distinct = 0;

	for (unsigned i = 0; i < count; i++)
		if (clients[i].bound > 0)
			times[bound++] = (clients[i].bound - clients[i].begun) * 1000;
	for (unsigned i = 0; i <= owners_mask; i++)
		distinct += owners[i].address && owner_of(owners[i].address);
	qsort(times, bound, sizeof(*times), by_value);
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"clients\": %u, \"bound\": %u, \"seconds\": %.3f, \"leases_per_second\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
	       "\"max_ms\": %.2f, \"retransmits\": %ld, \"naks\": %ld, \"duplicates\": %ld, \"changed\": %ld, \"distinct\": %u, "
	       "\"malformed\": %ld, \"misaddressed\": %ld, \"through\": %ld, \"last_through_seconds\": %.3f, \"sent\": %ld, \"refused\": %ld, "
	       "\"cpu_seconds\": %.3f}\n",
	       count, bound, spent, bound / spent, bound ? times[bound / 2] : 0,
	       bound ? times[(unsigned long)bound * 99 / 100] : 0, bound ? times[bound - 1] : 0, retransmits, naks,
	       duplicates, changed, distinct, malformed, misaddressed, through, through ? last_through - begin : 0,
	       outbox.sent, outbox.refused,
	       usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
}

/* The socket that hears all stations' frames. */
static int open_ear(const char *interface)
{
	struct packet_mreq all = {.mr_ifindex = if_nametoindex(interface), .mr_type = PACKET_MR_PROMISC};
	int fd = open_packet_socket(interface, ETH_P_ALL), room = RECEIVE_BUFFER, one = 1;

	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		die("packet socket");
	return fd;
}

int main(int argc, char **argv)
{
	struct pollfd ear = {.events = POLLIN};
	double tick = 0;

	parse_options(argc, argv);
	if (argc - optind != 2 || (count = atoi(argv[optind + 1])) == 0) {
		fprintf(stderr, "usage: crowd INTERFACE CLIENTS [OPTION...]\n");
		return 2;
	}
	for (owners_mask = 1; owners_mask < 4 * count; owners_mask = owners_mask << 1 | 1)
		;
	clients = calloc(count, sizeof(*clients));
	owners = calloc(owners_mask + 1, sizeof(*owners));
	if (!clients || !owners)
		die("memory");
	if (options.known)
		read_known(options.known);
	signal(SIGTERM, stop);
	open_outbox(argv[optind]);
	ear.fd = open_ear(argv[optind]);
	begin = now = seconds();
	srandom(begin * 1e6);

	while (!stopped && now - begin < options.limit && (next_client < count || in_flight)) {
		while (next_client < count && (options.arrive > 0 ? now >= begin + options.arrive * next_client / count
								  : in_flight < options.window))
			begin_next();
		flush_outbox();
		poll(&ear, 1, TICK * 1000);
		receive_batch(ear.fd);
		if (now >= tick) {
			repeat_what_is_due();
			tick = now + TICK;
			if (options.leases)
				fflush(options.leases);
		}
	}
	flush_outbox();
	/* What had come before the end counts. */
	while (receive_batch(ear.fd))
		;
	if (options.leases && fclose(options.leases))
		die("leases");
	report();
	return 0;
}
