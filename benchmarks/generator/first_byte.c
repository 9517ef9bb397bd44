// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Many machines arriving at once, each a network namespace with the kernel's own stack: from the moment it has a link and its
 * settings to the first octet of an HTTP response.
 *
 *   first_byte serve PORT       answers every request, for ever
 *   first_byte SERVER PORT      reads lines "NAMESPACE-FILE ADDRESS GATEWAY" and sets each one's eth0, with the mask 255.255.0.0, one
 *                               after the other; prints the milliseconds of each, or "failed"; then "spread MILLISECONDS", from the
 *                               first to the last
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_MACHINES 4096
#define GIVE_UP 30.0
#define EVENTS 256

static const char request[] = "GET / HTTP/1.0\r\n\r\n";
static const char response[] = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok";

static struct machine {
	char namespace[128];
	char address[32];
	char gateway[32];
	int fd;
	int asked;
	double up, first;
} machines[MAX_MACHINES];

static struct sockaddr_in server = {.sin_family = AF_INET};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void enter(const char *namespace)
{
	int fd = open(namespace, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(namespace);
	close(fd);
}

static void watch(int epoll, int fd, int events, void *whose)
{
	struct epoll_event event = {.events = events, .data.ptr = whose};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		die("epoll_ctl");
}

/* In the machine's own namespace. */
static void connect_once(int epoll, struct machine *machine)
{
	machine->asked = 0;
	machine->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (machine->fd < 0)
		die("socket");
	if (connect(machine->fd, (struct sockaddr *)&server, sizeof(server)) && errno != EINPROGRESS)
		die("connect");
	watch(epoll, machine->fd, EPOLLOUT | EPOLLIN, machine);
}

static void plug_in(struct machine *machine)
{
	struct sockaddr_in any = {.sin_family = AF_INET}, gateway = {.sin_family = AF_INET};
	int control = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET}, mask = {.sin_family = AF_INET};
	struct ifreq interface = {.ifr_name = "eth0"};
	struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};

	gateway.sin_addr.s_addr = inet_addr(machine->gateway);
	memcpy(&route.rt_dst, &any, sizeof(any));
	memcpy(&route.rt_genmask, &any, sizeof(any));
	memcpy(&route.rt_gateway, &gateway, sizeof(gateway));
	address.sin_addr.s_addr = inet_addr(machine->address);
	mask.sin_addr.s_addr = htonl(0xffff0000);
	machine->up = seconds();
	memcpy(&interface.ifr_addr, &address, sizeof(address));
	if (ioctl(control, SIOCSIFADDR, &interface))
		die("address");
	memcpy(&interface.ifr_addr, &mask, sizeof(mask));
	if (ioctl(control, SIOCSIFNETMASK, &interface))
		die("mask");
	if (ioctl(control, SIOCADDRT, &route) && errno != EEXIST)
		die("default route");
	close(control);
}

static int serve(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), one = 1;
	struct epoll_event events[EVENTS];
	char buffer[512];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 4096))
		die("listen");
	watch(epoll, listener, EPOLLIN, NULL);
	for (;;) {
		int count = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			if (!events[i].data.ptr) {
				int fd;

				while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
					watch(epoll, fd, EPOLLIN, (void *)(long)(fd + 1));
				continue;
			}
			int fd = (long)events[i].data.ptr - 1;

			if (read(fd, buffer, sizeof(buffer)) > 0 && write(fd, response, sizeof(response) - 1) < 0)
				perror("write");
			close(fd);
		}
	}
}

int main(int argc, char **argv)
{
	int count = 0, open_machines, epoll = epoll_create1(0);
	struct epoll_event events[EVENTS];
	double start, last;

	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		return serve(atoi(argv[2]));
	if (argc != 3)
		return 2;
	server.sin_addr.s_addr = inet_addr(argv[1]);
	server.sin_port = htons(atoi(argv[2]));
	while (count < MAX_MACHINES && scanf("%127s %31s %31s", machines[count].namespace, machines[count].address,
					     machines[count].gateway) == 3)
		count++;

	start = seconds();
	for (int i = 0; i < count; i++) {
		enter(machines[i].namespace);
		plug_in(&machines[i]);
		connect_once(epoll, &machines[i]);
	}
	last = seconds();

	for (open_machines = count; open_machines && seconds() - last < GIVE_UP;) {
		int ready = epoll_wait(epoll, events, EVENTS, 1000);

		for (int i = 0; i < ready; i++) {
			struct machine *machine = events[i].data.ptr;
			char buffer[512];
			ssize_t got;

			if (!(events[i].events & (EPOLLERR | EPOLLHUP)) && !machine->asked &&
			    (events[i].events & EPOLLOUT)) {
				struct epoll_event next = {.events = EPOLLIN, .data.ptr = machine};

				machine->asked = write(machine->fd, request, sizeof(request) - 1) > 0;
				epoll_ctl(epoll, EPOLL_CTL_MOD, machine->fd, &next);
				continue;
			}
			got = read(machine->fd, buffer, sizeof(buffer));
			if (got < 0 && errno == EAGAIN)
				continue;
			close(machine->fd);
			if (got > 0) {
				machine->first = seconds();
				open_machines--;
			} else {
				/* No route, refused, reset: a person tries again. */
				enter(machine->namespace);
				connect_once(epoll, machine);
			}
		}
	}
	for (int i = 0; i < count; i++)
		if (machines[i].first > 0)
			printf("%.1f\n", (machines[i].first - machines[i].up) * 1000);
		else
			printf("failed\n");
	printf("spread %.1f\n", (last - start) * 1000);
	return 0;
}
