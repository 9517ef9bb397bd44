// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Sends COUNT frames of 60 octets (64 with the checksum of the wire; 62 and 66 by IPv6) and prints what one took, in ns.
 *
 *   generator OBJECT INTERFACE MAC DESTINATION PORT FLOWS PORTS FIRST COUNT
 *
 * MAC is the gateway's on INTERFACE; DESTINATION the first device's host, of either family, others' follow; FLOWS flows in all, PORTS of each
 * device, from source port FIRST on.
 *
 * The time is the kernel's own, of the runs alone: a system call of so many runs spends another 20 to 50 ms making and
 * freeing its pages, and what else runs on this CPU between two batches is not the packets' time either.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator.h"

int main(int argc, char **argv)
{
	struct settings settings = {0};
	struct xdp_md context = {0};
	unsigned char frame[62] = {0};
	struct bpf_object *object;
	__u32 zero = 0;
	int program, error, is_ipv6;
	__u32 size;

	if (argc != 10) {
		fprintf(stderr, "usage: generator OBJECT INTERFACE MAC DESTINATION PORT FLOWS PORTS FIRST COUNT\n");
		return 2;
	}
	is_ipv6 = strchr(argv[4], ':') != NULL;
	size = is_ipv6 ? 62 : 60;
	context.data_end = size;
	context.ingress_ifindex = if_nametoindex(argv[2]);
	if (!context.ingress_ifindex ||
	    sscanf(argv[3], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &settings.gateway[0], &settings.gateway[1],
		   &settings.gateway[2], &settings.gateway[3], &settings.gateway[4], &settings.gateway[5]) != 6 ||
	    inet_pton(is_ipv6 ? AF_INET6 : AF_INET, argv[4],
		      is_ipv6 ? (void *)settings.destination6 : &settings.destination) != 1) {
		fprintf(stderr, "generator: no such interface, or not a MAC or an address\n");
		return 2;
	}
	settings.destination_port = htons(atoi(argv[5]));
	settings.flows = atoi(argv[6]);
	settings.ports = atoi(argv[7]);
	settings.first_port = atoi(argv[8]);

	object = bpf_object__open(argv[1]);
	if (!object || bpf_object__load(object)) {
		fprintf(stderr, "generator: cannot load %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	program = bpf_program__fd(bpf_object__find_program_by_name(object, is_ipv6 ? "generate6" : "generate"));
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "settings"), &zero, &settings, BPF_ANY)) {
		perror("generator");
		return 1;
	}

	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = size, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = atoi(argv[9]), .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = 64);
	error = bpf_prog_test_run_opts(program, &options);
	if (error) {
		fprintf(stderr, "generator: %s\n", strerror(-error));
		return 1;
	}
	printf("%u\n", options.duration);
	return 0;
}
