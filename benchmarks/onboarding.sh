#!/usr/bin/env bash
# From link-up to the first octet of an HTTP response, for 1, 100 and 1,000 machines that arrive at once: on a plain LAN that they are set up for,
# and set up for somewhere else, behind Innkeeper with two arms and on one.
. "$(dirname "$0")/common.sh"

setting many MANY 1000
mkdir -p "$work/ns"
clang -O2 -Wall -Wextra -Werror benchmarks/generator/first_byte.c -o "$work/first_byte"

# The neighbour table is one for all namespaces, and 1,024 entries are not enough for 1,000 machines and whom they speak to. What
# crosses a veth waits in its processor's backlog: 1,000 frames are not enough for a broadcast of each machine, and the rest are lost.
raise net.ipv4.neigh.default.gc_thresh{1,2,3} net.core.netdev_max_backlog

# A router, a server behind it, and the LAN 10.200.0.0/16 on a switch, with the machines' ports or a hub of their own.
add_ns lan && add_ns r && add_ns s && add_ns hub && add_ns two && add_ns one
for switch in lan hub; do
	in_ns $switch ip link add br0 type bridge mcast_snooping 0
	in_ns $switch ip link set br0 up
done
plug() { # SWITCH PORT NS INTERFACE
	wire "$1" "$2" "$3" "$4"
	in_ns "$1" ip link set "$2" master br0
}
plug lan r r eth0
wire r eth1 s eth0
in_ns r ip addr add 10.200.0.1/16 dev eth0
in_ns r ip addr add 203.0.113.1/24 dev eth1
in_ns r sysctl -qw net.ipv4.ip_forward=1
in_ns s ip addr add 203.0.113.10/24 dev eth0
in_ns s ip route add default via 203.0.113.1
in_ns s sysctl -qw net.core.somaxconn=4096
nsenter --net="/run/netns/$prefix-s" "$work/first_byte" serve 80 &
daemons+=($!)

plug hub two two access
plug lan two two uplink
in_ns two ip addr add 10.200.0.2/16 dev uplink
in_ns two ip route add default via 10.200.0.1
plug lan one one eth0
in_ns one ip addr add 10.200.0.3/16 dev eth0
in_ns one ip route add default via 10.200.0.1

echo "making $many machines" >&2
for ((i = 1; i <= many; i++)); do
	ip netns add "$prefix-m$i"
	ip link add eth0 netns "$prefix-m$i" type veth peer name "m$i" netns "$prefix-lan"
done

# place SWITCH: where the machines are plugged in.
at=""
place() {
	[ "$at" != "$1" ] || return 0
	for ((i = 1; i <= many; i++)); do
		[ "$at" = "" ] || [ "$at" = "$1" ] || echo "link set m$i netns $prefix-$1"
	done | in_ns "${at:-lan}" ip -batch -
	for ((i = 1; i <= many; i++)); do
		echo "link set m$i master br0 up"
		# The machines do not hear each other's broadcasts: a thousand times a thousand copies are nothing this switch can make at once.
		echo "link set m$i type bridge_slave bcast_flood off mcast_flood off"
	done | in_ns "$1" ip -batch -
	at=$1
}

# Until the switch forwards what COUNT machines send: a port that just came up does not at once.
forwarding() {
	until [ "$(in_ns "$at" bridge link | grep -c '^[0-9]*: m[0-9].*state forwarding')" -ge "$1" ]; do
		read -rt 0.05 <> <(:) || true
	done
}

# arrivals COUNT ADDRESS-PREFIX GATEWAY: new MACs and addresses each time; prints what first_byte does.
round=0
arrivals() {
	round=$((round + 1))
	for ((i = 1; i <= $1; i++)); do
		ip -n "$prefix-m$i" -batch - <<-BATCH
			link set eth0 down
			address flush dev eth0
			link set eth0 address $(printf '06:00:%02x:%02x:%02x:%02x' $((round >> 8)) $((round & 255)) $((i >> 8)) $((i & 255)))
			link set eth0 up
		BATCH
	done
	forwarding "$1"
	for ((i = 1; i <= $1; i++)); do
		echo "/run/netns/$prefix-m$i $2.$((120 + round % 25 * 5 + i / 250)).$((i % 250 + 2)) $3"
	done | "$work/first_byte" 203.0.113.10 80
	for ((i = 1; i <= $1; i++)); do
		ip -n "$prefix-m$i" link set eth0 down
	done
}

row() { # NAME COUNT FILE ROUNDS
	python3 - "$@" <<-'PYTHON'
		import sys
		name, count, file, rounds = sys.argv[1:]
		lines = open(file).read().split("\n")
		times = sorted(float(l) for l in lines if l and l[0].isdigit())
		failed = lines.count("failed")
		spread = max(float(l.split()[1]) for l in lines if l.startswith("spread"))
		at = lambda p: times[min(len(times) - 1, int(p * len(times)))]
		print(f"| {name} | {count} | {rounds} | {times[0]:.0f} | {at(.5):.0f} | {at(.99):.0f} | {times[-1]:.0f} | {failed} | {spread:.0f} |" if times else f"| {name} | {count} | {rounds} | - | - | - | - | {failed} | {spread:.0f} |")
	PYTHON
}

# measure NAME PREFIX GATEWAY: PREFIX and GATEWAY may have an R, which is another number each round.
measure() {
	for count in 1 100 "$many"; do
		local rounds=5 file="$work/times"
		[ "$count" -eq 1 ] || rounds=3
		[ "$count" -lt 1000 ] || rounds=2
		: >"$file"
		for ((n = 0; n < rounds; n++)); do
			arrivals "$count" "${2/R/$((100 + round))}" "${3/R/$((100 + round))}" >>"$file"
		done
		row "$1" "$count" "$file" "$rounds"
	done
}

rows=$work/rows
load=$(cut -d' ' -f1 /proc/loadavg)
place lan
measure "plain LAN, set up for it" 10.200 10.200.0.1 | tee -a "$rows" >&2

pool=10.200.64.0-10.200.111.255
# The uplink's own address has ports for 352 devices.
shared='napt.addresses = ["10.200.3.1-10.200.3.8"]'
end() { # NAME
	kill "$pid"
	wait "$pid" || true
	in_ns "$1" "$innkeeper" teardown --config "$work/$1.toml" >/dev/null
	rm -rf "$work/$1-state" "$work/$1.toml" "$work/$1.out"
}

arm=eth0 start_innkeeper one "$pool"
measure "one arm, an address each" 47.R 47.R.0.1 | tee -a "$rows" >&2
end one
arm=eth0 start_innkeeper one "" "$shared"
measure "one arm, eight addresses shared" 47.R 47.R.0.1 | tee -a "$rows" >&2
end one

# Two hosts of the LAN itself, on the same switch: their round trips without Innkeeper, and beside it while an interloper pings through it.
add_ns h1 && add_ns h2
plug lan h1 h1 eth0
plug lan h2 h2 eth0
in_ns h1 ip addr add 10.200.0.11/16 dev eth0
in_ns h2 ip addr add 10.200.0.12/16 dev eth0
round_trip() { in_ns h1 ping -q -c 1000 -i 0.002 10.200.0.12 | sed -n 's|^rtt .* = [^/]*/\([^/]*\)/.*|\1|p'; }
round_trip >/dev/null
for ((n = 0; n < 5; n++)); do
	without=$(round_trip)
	arm=eth0 start_innkeeper one "" "$shared"
	ip -n "$prefix-m1" link set eth0 up
	ip -n "$prefix-m1" addr flush dev eth0
	ip -n "$prefix-m1" addr add 48.$n.0.2/16 dev eth0
	ip -n "$prefix-m1" route add default via 48.$n.0.1
	in_ns m1 ping -q -c 1 -w 10 203.0.113.10 >/dev/null
	nsenter --net="/run/netns/$prefix-m1" ping -q -i 0.002 203.0.113.10 >/dev/null &
	pinger=$!
	echo "$without $(round_trip)"
	kill -INT "$pinger"
	wait "$pinger" || true
	ip -n "$prefix-m1" link set eth0 down
	end one
done >"$work/trips"
latency=$(python3 - "$work/trips" <<-'PYTHON'
	import statistics, sys
	pairs = [tuple(map(float, l.split())) for l in open(sys.argv[1])]
	ratios = [b / a for a, b in pairs]
	print(f"{statistics.median(a for a, _ in pairs) * 1000:.0f} us without, {statistics.median(b for _, b in pairs) * 1000:.0f} us beside; "
	      f"same-round ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
PYTHON
)

place hub
start_innkeeper two "$pool"
measure "two arms, an address each" 47.R 47.R.0.1 | tee -a "$rows" >&2
end two
start_innkeeper two "" "$shared"
measure "two arms, eight addresses shared" 47.R 47.R.0.1 | tee -a "$rows" >&2
end two

{
	echo "# Onboarding"
	echo
	echo "$(machine) Load average before: $load."
	echo
	echo "Each machine is a network namespace with the kernel's own stack, and with a MAC and an address that it did not have before. It opens one connection to"
	echo "a server two hops away, and tries again when that fails. The time begins when the link is up at both ends (a veth pair and a bridge: at once) and the"
	echo "machine's settings are made. All machines of a round use one gateway address that no machine has asked for before. On one arm the first request for it is"
	echo "answered when the machine asks again, which Linux does after 1 s. The switch gives broadcasts only to the router and the gateway: otherwise a thousand"
	echo "machines that all ask again in the same millisecond are too much for a software bridge. Machines are set up one after the other; \"spread\" is the time"
	echo "from the first to the last. Times in ms."
	echo
	echo "| | machines at once | rounds | min | p50 | p99 | max | failed | spread |"
	echo "|---|---|---|---|---|---|---|---|---|"
	cat "$rows"
	echo
	echo "Round trips between two regular hosts of the LAN (1,000 pings, 5 rounds): without Innkeeper, and with it while a foreign device pings through it at the same"
	echo "rate, on the same two CPUs: $latency."
} | keep_result benchmarks/results/onboarding.md 15
