#!/usr/bin/env bash
# DHCP: exchanges of four messages a second and how long one takes, for Innkeeper, Kea and dnsmasq, in interleaved rounds against the same crowd
# (benchmarks/generator/crowd.c), which shares the CPUs with the server. "new": DISCOVER to ACK, of a MAC nobody has seen, so many at a time.
# "at once": as many as a hotel has after a power cut, each trying as RFC 2131 says until it has its lease.
#
#   crowd (eth0) ── server (access)        Innkeeper has an uplink besides
. "$(dirname "$0")/common.sh"

setting rounds ROUNDS 5
setting window WINDOW 50
setting many MANY 10000
setting crowd CLIENTS 8000
setting crowd_dnsmasq CLIENTS_DNSMASQ 1000
setting list VARIANTS "innkeeper kea kea-quiet dnsmasq"
variants=($list)
# As many as take a few seconds.
clients() { [ "$1" = dnsmasq ] && echo "$crowd_dnsmasq" || echo "$crowd"; }
of() { nsenter --net="/run/netns/$prefix-$1-c" "$work/crowd" eth0 "${@:2}"; }

clang -O2 -Wall -Wextra -Werror benchmarks/generator/crowd.c -o "$work/crowd"
# dnsmasq puts every client into the neighbour table, which is one for all namespaces; 10,000 frames at once are more than a backlog's 1,000.
raise net.ipv4.neigh.default.gc_thresh{1,2,3} net.core.netdev_max_backlog

# kea NAME SEVERITY: with its memfile as it comes, which has a file, and is not synced.
kea() {
	mkdir "$work/$1"
	jq -n --arg dir "$work/$1" --arg severity "$2" '{Dhcp4: {
		"interfaces-config": {interfaces: ["access"]},
		"lease-database": {type: "memfile", persist: true, name: ($dir + "/leases.csv")},
		"valid-lifetime": 3600, "renew-timer": 900, "rebind-timer": 1800,
		"option-data": [{name: "domain-name-servers", data: "10.203.0.1"}, {name: "domain-name", data: "guest.lan"}],
		subnet4: [{subnet: "10.203.0.0/16", pools: [{pool: "10.203.0.2 - 10.203.255.254"}], "option-data": [{name: "routers", data: "10.203.0.1"}]}],
		loggers: [{name: "kea-dhcp4", severity: $severity, output_options: [{output: "stdout"}]}]}}' >"$work/$1/kea.json"
	KEA_PIDFILE_DIR="$work/$1" KEA_LOCKFILE_DIR="$work/$1" nsenter --net="/run/netns/$prefix-$1" kea-dhcp4 -c "$work/$1/kea.json" >"$work/$1/log" 2>&1 &
	daemons+=("$!")
}

leases() { [ "$(of "$1" 1 --first 0xfe000000 --limit 1 | jq .bound)" = 1 ]; }
log_of() {
	case $1 in
	innkeeper) echo "$work/innkeeper.err" ;;
	dnsmasq) echo "$work/dnsmasq.log" ;;
	*) echo "$work/$1/log" ;;
	esac
}

for variant in "${variants[@]}"; do
	add_ns "$variant-c" && add_ns "$variant"
	wire "$variant-c" eth0 "$variant" access
	case $variant in
	innkeeper)
		add_ns "$variant-r"
		wire "$variant" uplink "$variant-r" eth0
		in_ns "$variant-r" ip addr add 137.118.199.1/24 dev eth0
		in_ns "$variant" ip addr add 137.118.199.2/24 dev uplink
		in_ns "$variant" ip route add default via 137.118.199.1
		start_innkeeper "$variant" ""
		;;
	*) in_ns "$variant" ip addr add 10.203.0.1/16 dev access ;;
	esac
	case $variant in
	kea) kea kea INFO ;;
	kea-quiet) kea kea-quiet WARN ;;
	dnsmasq)
		nsenter --net="/run/netns/$prefix-$variant" dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file= --port=0 --interface=access \
			--dhcp-range=10.203.0.2,10.203.255.254,1h --dhcp-lease-max=65533 --no-ping --dhcp-leasefile="$work/dnsmasq.leases" --log-facility="$work/dnsmasq.log" &
		daemons+=("$!")
		;;
	esac
	await_server "$variant" "${daemons[-1]}" "$(log_of "$variant")" leases "$variant"
done

load=$(cut -d' ' -f1 /proc/loadavg)

# keep NAME VARIANT: the crowd's line, with whose it is.
keep() { jq -c --arg name "$1" --arg variant "$2" '. + {name: $name, variant: $variant}' >>"$work/rounds"; }

for ((round = 1; round <= rounds; round++)); do
	for variant in "${variants[@]}"; do
		of "$variant" "$(clients "$variant")" --window "$window" --first $((round << 24)) | keep new "$variant"
	done
done
for variant in "${variants[@]}"; do
	of "$variant" "$many" --arrive 1 --first 0xff000000 | keep "at once" "$variant"
done

# median NAME VARIANT FIELD DECIMALS
median() { jq -sr --arg n "$1" --arg v "$2" --arg f "$3" '[.[] | select(.name == $n and .variant == $v)[$f]] | sort | .[(length - 1) / 2 | floor]' "$work/rounds" | xargs printf "%.${4}f"; }
total() { jq -sr --arg n "$1" --arg v "$2" --arg f "$3" '[.[] | select(.name == $n and .variant == $v)[$f]] | add' "$work/rounds"; }

sync=$(dd if=/dev/zero of="$work/sync" bs=4096 count=1000 oflag=dsync 2>&1 | sed -n 's/.* \([0-9.e-]*\) s,.*/\1/p')
{
	echo "# DHCP, a crowd of clients"
	echo
	echo "$(machine) Load average before: $load."
	echo
	echo "$rounds rounds, interleaved, medians; $window exchanges in flight, $(clients kea) clients a round (dnsmasq: $(clients dnsmasq)), each with a new MAC that no"
	echo "server has seen. The crowd shares the CPUs: $(median new "${variants[0]}" cpu_seconds 2) s of CPU a round with ${variants[0]}. Innkeeper in its default configuration sends an ACK when the lease is on"
	echo "disk (one synchronous write of 4 KiB takes $(awk -v s="$sync" 'BEGIN {printf "%.2f", s}') ms here). Kea (memfile) and dnsmasq in their default configuration write a file and do not wait for the disk."
	echo "kea logs at INFO, its default; kea-quiet logs at WARN, nearly nothing; dnsmasq does not ping before it offers (--no-ping). Lost are messages that had to be"
	echo "repeated (after 1 s); wrong: an address ACKed to two MACs, clients without a lease, NAKs."
	echo
	echo "| variant | leases/s | times kea | p50 ms | p99 ms | max ms | lost | wrong |"
	echo "|---|---|---|---|---|---|---|---|"
	for variant in "${variants[@]}"; do
		ratio=$(awk -v a="$(median new "$variant" leases_per_second 0)" -v b="$(median new kea leases_per_second 0)" 'BEGIN {printf "%.2f", a / b}')
		missing=$(($(total new "$variant" clients) - $(total new "$variant" bound)))
		wrong=$((missing + $(total new "$variant" duplicates) + $(total new "$variant" naks)))
		echo "| $variant | $(median new "$variant" leases_per_second 0) | $ratio | $(median new "$variant" p50_ms 1) | $(median new "$variant" p99_ms 1) | $(median new "$variant" max_ms 1) | $(total new "$variant" retransmits) | $wrong |"
	done
	echo
	echo "$many new clients that begin within 1 s, and repeat unanswered messages after 4, 8, 16 … s (RFC 2131 4.1):"
	echo
	echo "| variant | bound | the last after s | p50 ms | p99 ms | messages repeated |"
	echo "|---|---|---|---|---|---|"
	for variant in "${variants[@]}"; do
		echo "| $variant | $(total "at once" "$variant" bound) | $(median "at once" "$variant" seconds 1) | $(median "at once" "$variant" p50_ms 1) | $(median "at once" "$variant" p99_ms 1) | $(total "at once" "$variant" retransmits) |"
	done
} | keep_result benchmarks/results/dhcp.md $((2 * ${#variants[@]}))
