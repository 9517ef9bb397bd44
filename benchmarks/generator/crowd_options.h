/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What a crowd was asked to do; crowd.c says what each option means. */
#ifndef INNKEEPER_CROWD_OPTIONS_H
#define INNKEEPER_CROWD_OPTIONS_H

#include "crowd.h"

#include <getopt.h>

/* Of a client; of those of RFC 2131, figure 5, where a message is due. */
enum state { IDLE, SELECTING, REQUESTING, REBOOTING, RENEWING, PINGING, DONE };

static struct {
	double timeout, arrive, limit; /* seconds */
	unsigned window;
	int broadcast, client_id, names, arp;
	enum state start; /* of who has a lease of an earlier run */
	int release;	  /* instead */
	__be32 ping;
	unsigned first;
	FILE *leases;
	const char *known;
} options = {.timeout = 1, .limit = 120, .window = 50, .start = SELECTING};

static inline void parse_start(const char *how)
{
	options.release = strcmp(how, "release") == 0;
	options.start = strcmp(how, "reboot") == 0 ? REBOOTING : strcmp(how, "renew") == 0 ? RENEWING : SELECTING;
	if (!options.release && options.start == SELECTING && strcmp(how, "discover")) {
		fprintf(stderr, "crowd: --start discover|reboot|renew|release\n");
		exit(2);
	}
}

static inline void parse_options(int argc, char **argv)
{
	static const struct option names[] = {
		{"window", required_argument, NULL, 'w'},  {"timeout", required_argument, NULL, 't'},
		{"arrive", required_argument, NULL, 'a'},  {"limit", required_argument, NULL, 'l'},
		{"first", required_argument, NULL, 'f'},   {"leases", required_argument, NULL, 'o'},
		{"known", required_argument, NULL, 'k'},   {"start", required_argument, NULL, 's'},
		{"ping", required_argument, NULL, 'p'},	   {"broadcast", no_argument, &options.broadcast, 1},
		{"names", no_argument, &options.names, 1}, {"client-id", no_argument, &options.client_id, 1},
		{"arp", no_argument, &options.arp, 1},	   {0}};

	for (int each; (each = getopt_long(argc, argv, "", names, NULL)) != -1;) {
		switch (each) {
		case 'w':
			options.window = atoi(optarg);
			break;
		case 't':
			options.timeout = atoi(optarg) / 1000.0;
			break;
		case 'a':
			options.arrive = atof(optarg);
			break;
		case 'l':
			options.limit = atof(optarg);
			break;
		case 'f':
			options.first = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			if (!(options.leases = fopen(optarg, "w")))
				die(optarg);
			break;
		case 'k':
			options.known = optarg;
			break;
		case 's':
			parse_start(optarg);
			break;
		case 'p':
			options.ping = inet_addr(optarg);
			break;
		case '?':
			exit(2);
		}
	}
}

#endif
