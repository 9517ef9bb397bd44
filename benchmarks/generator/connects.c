// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * TCP connections, one after the other, opened and reset at once: no TIME_WAIT, no data.
 *
 *   connects serve PORT                 accepts for ever
 *   connects ADDRESS PORT MILLISECONDS  prints how many were made, and how many failed
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const struct linger reset = {.l_onoff = 1, .l_linger = 0};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void finish(int sock)
{
	setsockopt(sock, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(sock);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	long made = 0, failed = 0;
	double end;

	if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

		address.sin_port = htons(atoi(argv[2]));
		setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(listener, (void *)&address, sizeof(address)) || listen(listener, 4096)) {
			perror("connects");
			return 1;
		}
		for (;;)
			finish(accept(listener, NULL, NULL));
	}
	if (argc != 4 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
		fprintf(stderr, "usage: connects serve PORT | connects ADDRESS PORT MILLISECONDS\n");
		return 2;
	}
	address.sin_port = htons(atoi(argv[2]));
	for (end = seconds() + atoi(argv[3]) / 1000.0; seconds() < end;) {
		int sock = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(sock, (void *)&address, sizeof(address)) == 0)
			made++;
		else
			failed++;
		finish(sock);
	}
	printf("%ld %ld\n", made, failed);
	return 0;
}
