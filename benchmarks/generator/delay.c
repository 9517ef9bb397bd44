// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * delay IF1 IF2 MICROSECONDS: a long line between two interfaces: each frame that comes in at one leaves by the other after that time, in order.
 * Frames stay as they are, unsegmented ones too (PACKET_VNET_HDR). Prints how many it lost when it is told to end (SIGTERM).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (64 << 20)
#define LONGEST (70 << 10)

struct frame {
	struct frame *next;
	uint64_t due;
	size_t length;
	uint8_t data[];
};

struct end {
	int socket;
	struct frame *first, **last;
};

static volatile sig_atomic_t stopped;
static unsigned long lost;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static int set(int socket, int level, int option, int value)
{
	return setsockopt(socket, level, option, &value, sizeof(value));
}

static void open_end(struct end *end, const char *name)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_ALL),
				      .sll_ifindex = if_nametoindex(name)};
	struct packet_mreq all = {.mr_ifindex = address.sll_ifindex, .mr_type = PACKET_MR_PROMISC};

	end->last = &end->first;
	end->socket = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	check(end->socket, "socket");
	check(set(end->socket, SOL_PACKET, PACKET_VNET_HDR, 1), "PACKET_VNET_HDR");
	check(set(end->socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1), "PACKET_IGNORE_OUTGOING");
	check(set(end->socket, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER), "SO_RCVBUFFORCE");
	check(set(end->socket, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER), "SO_SNDBUFFORCE");
	check(bind(end->socket, (struct sockaddr *)&address, sizeof(address)), name);
	check(setsockopt(end->socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)), name);
}

/* Keeps all that has come until it is due. */
static void receive(struct end *end, uint64_t delay)
{
	static uint8_t data[LONGEST];
	ssize_t length;

	while ((length = recv(end->socket, data, sizeof(data), 0)) > 0) {
		struct frame *frame = malloc(sizeof(*frame) + length);

		if (!frame)
			exit(1);
		frame->next = NULL;
		frame->due = now() + delay;
		frame->length = length;
		memcpy(frame->data, data, length);
		*end->last = frame;
		end->last = &frame->next;
	}
}

static void send_due(struct end *from, const struct end *to)
{
	struct frame *frame;

	while ((frame = from->first) && frame->due <= now()) {
		if (send(to->socket, frame->data, frame->length, 0) < 0)
			lost++;
		from->first = frame->next;
		if (!from->first)
			from->last = &from->first;
		free(frame);
	}
}

int main(int count, char **arguments)
{
	struct sigaction action = {.sa_handler = stop};
	struct end ends[2] = {};
	uint64_t delay;

	if (count != 4) {
		fprintf(stderr, "usage: delay IF1 IF2 MICROSECONDS\n");
		return 2;
	}
	delay = strtoull(arguments[3], NULL, 10) * 1000;
	sigaction(SIGTERM, &action, NULL);
	open_end(&ends[0], arguments[1]);
	open_end(&ends[1], arguments[2]);
	puts("ready");
	fflush(stdout);
	while (!stopped) {
		struct pollfd polled[2] = {{.fd = ends[0].socket, .events = POLLIN},
					   {.fd = ends[1].socket, .events = POLLIN}};
		struct timespec wait = {.tv_sec = 1};
		uint64_t next = UINT64_MAX, time = now();

		for (int i = 0; i < 2; i++)
			if (ends[i].first && ends[i].first->due < next)
				next = ends[i].first->due;
		if (next != UINT64_MAX) {
			wait.tv_sec = next > time ? (next - time) / 1000000000 : 0;
			wait.tv_nsec = next > time ? (next - time) % 1000000000 : 0;
		}
		if (ppoll(polled, 2, &wait, NULL) < 0 && errno != EINTR)
			check(-1, "ppoll");
		for (int i = 0; i < 2; i++) {
			receive(&ends[i], delay);
			send_due(&ends[i], &ends[!i]);
		}
	}
	for (int i = 0; i < 2; i++) {
		struct tpacket_stats statistics;
		socklen_t size = sizeof(statistics);

		check(getsockopt(ends[i].socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &size),
		      "PACKET_STATISTICS");
		lost += statistics.tp_drops;
	}
	printf("lost %lu\n", lost);
	return 0;
}
