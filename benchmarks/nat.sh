#!/usr/bin/env bash
# What translation costs: plain forwarding, nftables masquerade, Innkeeper with an address for each device and with shared
# ones, each in a chain of three namespaces, in interleaved rounds.
#
#   device (eth0) ── gateway (access, uplink) ── server (eth0, drops UDP to port 9 on arrival)
#
# Packets are made by an XDP program run on live frames (benchmarks/generator): they enter the gateway as if received on its
# access interface, and the path to the server's drop runs in the same softirq, all on one CPU. So the time of a packet is
# the generator's plus the path's; the generator alone is measured too. Connections, TCP and round trips have real programs
# on both ends, with all segmentation offloads off.
. "$(dirname "$0")/common.sh"

rounds=${ROUNDS:-7}
packets=${PACKETS:-1000000}
new=${NEW:-10000}
milliseconds=${MILLISECONDS:-1000}
read -ra variants <<<"${VARIANTS:-forwarding masquerade innkeeper-1to1 innkeeper-napt}"
cpu=${CPU:-1}

# 50,000 flows are those of 50 devices; new flows come from 200.
ports=1000
devices=200
server=203.0.113.10

clang -O2 -g -target bpf -I/usr/include/x86_64-linux-gnu -c benchmarks/generator/generator.bpf.c -o "$work/generator.bpf.o"
cc -O2 -o "$work/generator" benchmarks/generator/generator.c -lbpf
cc -O2 -o "$work/connects" benchmarks/generator/connects.c

# So many flows are beyond the kernel's defaults; what the machine had comes back at the end.
declare -A kept
keep() {
	[ -e "$1" ] || return 0
	kept[$1]=$(cat "$1")
	echo "$2" >"$1"
}
nft add table ip "$prefix" && nft "add chain ip $prefix c { type filter hook prerouting priority 0; }" && nft "add rule ip $prefix c ct state invalid counter" && nft delete table ip "$prefix"
keep /proc/sys/net/netfilter/nf_conntrack_max 1000000
keep /sys/module/nf_conntrack/parameters/hashsize 262144
give_back() {
	for setting in "${!kept[@]}"; do
		echo "${kept[$setting]}" >"$setting" || true
	done
	clean_up
}
trap give_back EXIT

chain() {
	add_ns "$1-d" && add_ns "$1" && add_ns "$1-s"
	wire "$1-d" eth0 "$1" access
	wire "$1" uplink "$1-s" eth0
	for end in "$1-d eth0" "$1 access" "$1 uplink" "$1-s eth0"; do
		in_ns "${end% *}" ethtool -K "${end#* }" tso off gso off gro off
	done
	in_ns "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.access.rp_filter=0
	in_ns "$1" ip addr add 137.118.196.2/22 dev uplink
	in_ns "$1" ip route add default via 137.118.196.1
	in_ns "$1-s" ip addr add 137.118.196.1/22 dev eth0
	in_ns "$1-s" ip addr add $server/32 dev lo
	in_ns "$1-d" ip addr add 47.31.200.1/16 dev eth0
	in_ns "$1-d" ip route add default via 47.31.255.254
	in_ns "$1-s" nft -f - <<-NFT
		table netdev sink { chain in { type filter hook ingress device eth0 priority 0; udp dport 9 counter drop; }; }
	NFT
}

background() {
	nsenter --net="/run/netns/$prefix-$1" "${@:2}" >"$work/background" 2>&1 &
	daemons+=($!)
}

generate() { # VARIANT FLOWS PORTS FIRST COUNT START: ns
	in_ns "$1" taskset -c "$cpu" "$work/generator" "$work/generator.bpf.o" access "$(cat "$work/$1.mac")" $server 9 "${@:2}"
}

for variant in generator "${variants[@]}"; do
	chain "$variant"
	in_ns "$variant" ip -j link show access | jq -r '.[0].address' >"$work/$variant.mac"
	case $variant in
	generator)
		in_ns "$variant" nft -f - <<-NFT
			table netdev sink { chain in { type filter hook ingress device access priority 0; udp dport 9 counter drop; }; }
		NFT
		continue
		;;
	forwarding | masquerade)
		in_ns "$variant" ip addr add 47.31.255.254/16 dev access
		in_ns "$variant" sysctl -qw net.ipv4.ip_forward=1
		in_ns "$variant-s" ip route add 47.31.0.0/16 via 137.118.196.2
		[ "$variant" = forwarding ] || in_ns "$variant" nft -f - <<-NFT
			table ip nat { chain out { type nat hook postrouting priority 100; oifname "uplink" masquerade; }; }
		NFT
		;;
	innkeeper-1to1) start_innkeeper "$variant" 137.118.197.1-137.118.198.250 ;;
	innkeeper-napt)
		# One device makes up to 28,000 connections a round: its ports are not what is measured here.
		start_innkeeper "$variant" "" '
			napt.addresses = ["137.118.199.1-137.118.199.8"]
			napt.block = 512
			napt.ports_per_device = 32768
			napt.new_per_second = 0
			dataplane.mappings = 262144'
		;;
	esac
	in_ns "$variant-d" ping -qc 2 -i 0.2 -W 2 $server >/dev/null
	if [[ $variant = innkeeper-* ]]; then
		# Each device is to be known: 200 first packets, which the control plane decides about.
		generate "$variant" $devices 1 19999 $devices >/dev/null
		until [ "$(in_ns "$variant" "$innkeeper" devices --json --config "$work/$variant.toml" | jq '.devices | length')" -gt $devices ]; do
			read -rt 0.1 <> <(:) || true
		done
	fi
	background "$variant-s" "$work/connects" serve 80
	background "$variant-s" iperf3 -s
	background "$variant-s" sockperf sr -i $server -p 11111
done

arrived() {
	local where="$1-s"
	[ "$1" != generator ] || where=$1
	in_ns "$where" nft -j list table netdev sink | jq '[.. | .counter? // empty | .packets] | add'
}

note() { echo "$round $1 $2 $3 ${4:-0}" >>"$work/rounds"; } # VARIANT MEASURE VALUE LOST

burst() { # VARIANT MEASURE FLOWS PORTS FIRST COUNT [START]
	local before ns
	before=$(arrived "$1")
	ns=$(generate "$1" "${@:3}")
	note "$1" "$2" $((ns / $6)) $(($6 - ($(arrived "$1") - before)))
}

for ((round = 0; round <= rounds; round++)); do
	for variant in generator "${variants[@]}"; do
		burst "$variant" one 1 $ports 20000 "$packets"
		# At first all 50,000 flows come to be; then they are known.
		burst "$variant" opening 50000 $ports 20000 50000
		burst "$variant" many 50000 $ports 20000 "$packets"
		burst "$variant" new "$new" $((new / devices)) $((40000 + round * new / devices)) "$new"
		[ "$variant" != generator ] || continue
		read -r made failed < <(in_ns "$variant-d" "$work/connects" $server 80 "$milliseconds")
		note "$variant" connects $((made * 1000 / milliseconds)) "$failed"
		note "$variant" tcp "$(in_ns "$variant-d" iperf3 -c $server -t 1 -J | jq '.end.sum_received.bits_per_second / 1e6 | round')"
		in_ns "$variant-d" sockperf pp -i $server -p 11111 -m 14 -t 1 >"$work/sockperf" 2>&1 || true
		for percentile in 50 99; do
			note "$variant" "rtt$percentile" "$(sed -n "s/.*percentile $percentile\.000 *= *//p" "$work/sockperf")"
		done
	done
done

result=benchmarks/results/nat.md
{
	echo "# Translation"
	echo
	machine
	echo "$rounds rounds, interleaved, after one to warm up; medians, and of the ratios of each round also the least and the greatest."
	echo "All on CPU $cpu but the programs of connections, TCP and round trips; offloads off. Commands: \`./bench.sh nat\`."
	echo
	python3 benchmarks/nat-report.py "$work/rounds" "${variants[@]}"
} | tee "$result"
