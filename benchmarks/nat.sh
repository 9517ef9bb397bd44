#!/usr/bin/env bash
# What translation costs: plain forwarding, nftables masquerade, Innkeeper with an address for each device and with shared
# ones, each in a chain of three namespaces, in interleaved rounds. With BEFORE=PROGRAM, an earlier innkeeper is measured beside.
#
#   device (eth0) ── gateway (access, uplink) ── server (eth0, counts and drops UDP to port 9 on arrival)
#
# Packets are made by an XDP program run on live frames (benchmarks/generator): they enter the gateway as if received on its
# access interface, and the path to the server's drop runs in the same batch, all on one CPU. So the time of a packet is
# the generator's plus the path's; the generator alone (dropped on arrival at the gateway) is measured too. What the server
# does not count, because it did not come or came with a wrong source, is lost. Connections, TCP and round trips have real
# programs on both ends, on the same CPU, with all segmentation offloads off. No end has GRO or XDP: veth's NAPI is off.
#
# With VIEWERS=COUNT, the variants viewed-1to1 and viewed-napt have so many open pages of the web console, in a browser on the other CPUs that runs
# only in their turns. viewed-forwarding is plain forwarding in the turn of viewed-1to1's browser: what a busy neighbour CPU costs any packet.
. "$(dirname "$0")/common.sh"

setting rounds ROUNDS 7
setting parts PARTS 4 # the variants take turns so often in a round: all have the same share of a noisy moment
setting packets PACKETS 250000
setting new NEW 8000 # of 200 devices: a multiple of it
setting milliseconds MILLISECONDS 1000
setting list VARIANTS "forwarding masquerade innkeeper-1to1 innkeeper-napt${BEFORE:+ before-1to1 before-napt}${VIEWERS:+ viewed-forwarding viewed-1to1 viewed-napt}"
read -ra variants <<<"$list"
cpu=${CPU:-1}
other_cpus=$(seq 0 $(($(nproc) - 1)) | grep -vx "$cpu" | paste -sd, || true)

# 50,000 flows are those of 50 devices; new flows come from 200, each part's from ports of their own.
ports=1000
devices=200
server=203.0.113.10
untranslated=47.31.0.0/16
uplink=137.118.196.0/22

clang -O2 -g -target bpf -I/usr/include/x86_64-linux-gnu -c benchmarks/generator/generator.bpf.c -o "$work/generator.bpf.o"
cc -O2 -o "$work/generator" benchmarks/generator/generator.c -lbpf
cc -O2 -o "$work/connects" benchmarks/generator/connects.c

# Settings of the whole machine; what it had comes back at the end.
declare -A kept
keep() {
	[ -e "$1" ] || return 0
	kept[$1]=$(cat "$1")
	echo "$2" >"$1"
}
give_back() {
	for group in "${viewers_group[@]}"; do
		kill -CONT -- "-$group" 2>/dev/null || true
	done
	for setting in "${!kept[@]}"; do
		echo "${kept[$setting]}" >"$setting" || true
	done
	clean_up
}
trap give_back EXIT
# Statistics of BPF programs, where somebody left them on, cost each program two looks at the clock.
keep /proc/sys/kernel/bpf_stats_enabled 0

# sink NS DEVICE SOURCES: what arrives from SOURCES to port 9 is counted, nothing to port 9 goes further.
sink() {
	in_ns "$1" nft -f - <<-NFT
		table netdev sink {
			chain in {
				type filter hook ingress device $2 priority 0
				udp dport 9 ip saddr $3 counter drop
				udp dport 9 drop
			}
		}
	NFT
}

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
	# One device makes all connections, 20,000 a second. Its fair share of a shared address is less than the 28,232 ports that
	# it would use: fewer are used again and again, with a mapping that knows them.
	in_ns "$1-d" sysctl -qw net.ipv4.ip_local_port_range="20000 23999"
	in_ns "$1-d" ip route add default via 47.31.255.254
}

background() {
	nsenter --net="/run/netns/$prefix-$1" taskset -c "$cpu" "${@:2}" >"$work/background" 2>&1 &
	daemons+=($!)
}

generate() { # VARIANT FLOWS PORTS FIRST COUNT: ns a packet
	in_ns "$1" taskset -c "$cpu" "$work/generator" "$work/generator.bpf.o" access "$(cat "$work/$1.mac")" $server 9 "${@:2}"
}

ask() { in_ns "$1" "$(innkeeper_of "$1")" "$2" --json --config "$work/$1.toml"; } # VARIANT COMMAND
devices_known() { ask "$1" devices | jq '.devices | length'; }

for variant in generator "${variants[@]}"; do
	chain "$variant"
	in_ns "$variant" ip -j link show access | jq -r '.[0].address' >"$work/$variant.mac"
	case $variant in
	generator)
		sink "$variant" access $untranslated
		continue
		;;
	*forwarding | masquerade)
		in_ns "$variant" ip addr add 47.31.255.254/16 dev access
		in_ns "$variant" sysctl -qw net.ipv4.ip_forward=1
		in_ns "$variant-s" ip route add 47.31.0.0/16 via 137.118.196.2
		if [ "$variant" = masquerade ]; then
			in_ns "$variant" nft -f - <<-NFT
				table ip nat { chain out { type nat hook postrouting priority 100; oifname "uplink" masquerade; }; }
			NFT
			# So many flows are beyond the kernel's defaults.
			keep /proc/sys/net/netfilter/nf_conntrack_max 1000000
			keep /sys/module/nf_conntrack/parameters/hashsize 262144
		fi
		;;
	*-1to1) start_innkeeper "$variant" 137.118.197.1-137.118.198.250 ;;
	*-napt)
		start_innkeeper "$variant" "" '
			napt.addresses = ["137.118.199.1-137.118.199.8"]
			napt.block = 512
			napt.ports_per_device = 32768
			napt.new_per_second = 0
			dataplane.mappings = 262144'
		;;
	esac
	sink "$variant-s" eth0 "$([[ $variant = *forwarding ]] && echo $untranslated || echo $uplink)"
	in_ns "$variant-d" ping -qc 2 -i 0.2 -W 2 $server >/dev/null
	if [[ $variant = *-1to1 || $variant = *-napt ]]; then
		answer_arp "$variant-d" eth0
		# Each device is to be known: 200 first packets, which the control plane decides about.
		for ((try = 0; $(devices_known "$variant") <= devices; try++)); do
			[ $((try % 20)) -ne 0 ] || generate "$variant" $devices 1 19999 $devices >/dev/null
			[ $try -lt 200 ] || { echo "$variant knows $(devices_known "$variant") of $devices devices" >&2; exit 1; }
			read -rt 0.1 <> <(:) || true
		done
	fi
	if [[ $variant = viewed-1to1 || $variant = viewed-napt ]]; then
		user_of "$variant"
		open_viewers "$variant" "${VIEWERS:-5}" "${other_cpus:-$cpu}"
		kill -STOP -- "-${viewers_group[$variant]}"
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

# turn VARIANT COMMAND…: with the variant's viewers, if it has any. Pages that stood still ask for all that they missed at once, which open pages
# do not: they have their answers before the command begins. The other variants wait as long, so that all find the same caches.
turn() {
	local group=${viewers_group[${1/%-forwarding/-1to1}]:-}
	[ -z "$group" ] || kill -CONT -- "-$group"
	[ ${#viewers_group[@]} -eq 0 ] || sleep 0.3
	"${@:2}"
	[ -z "$group" ] || kill -STOP -- "-$group"
}

burst() { # MEASURE FLOWS PORTS FIRST COUNT: through every variant
	local variant before ns
	for variant in generator "${variants[@]}"; do
		before=$(arrived "$variant")
		ns=$(turn "$variant" generate "$variant" "${@:2}")
		note "$variant" "$1" "$ns" $(($5 - ($(arrived "$variant") - before)))
	done
}

on_device() { in_ns "$variant-d" taskset -c "$cpu" "$@"; }

connections() { # MILLISECONDS
	local made failed
	read -r made failed < <(on_device "$work/connects" $server 80 "$1")
	note "$variant" connects $((made * 1000 / $1)) "$failed"
}

stream() {
	local megabits
	megabits=$(on_device iperf3 -c $server -t $((milliseconds / 1000)) -J | jq '.end.sum_received.bits_per_second / 1e6 | round')
	note "$variant" tcp "$megabits"
}

round_trips() {
	if ! on_device sockperf pp -i $server -p 11111 -m 14 -t $((milliseconds / 1000)) >"$work/sockperf" 2>&1; then
		cat "$work/sockperf" >&2
		exit 1
	fi
	for percentile in 50 99; do
		note "$variant" "rtt$percentile" "$(sed -n "s/.*percentile $percentile\.000 *= *//p" "$work/sockperf")"
	done
}

for ((round = 0; round <= rounds; round++)); do
	for ((part = 0; part < parts; part++)); do
		burst one 1 $ports 20000 "$packets"
	done
	# All 50,000 flows come to be (again, where they ended meanwhile); then they are known.
	burst opening 50000 $ports 20000 50000
	for ((part = 0; part < parts; part++)); do
		burst many 50000 $ports 20000 "$packets"
	done
	[ "$round" -gt 0 ] || continue
	# Fewer and longer: the first packets of a burst find cold caches, and a flow is new but once.
	for part in 0 1; do
		burst new "$new" $((new / devices)) $((40000 + (round * 2 + part) * new / devices)) "$new"
	done
	for ((part = 0; part < parts; part++)); do
		for variant in "${variants[@]}"; do
			turn "$variant" connections $((milliseconds / parts))
		done
	done
	for variant in "${variants[@]}"; do
		turn "$variant" stream
		turn "$variant" round_trips
	done
done

# What Innkeeper itself says of the run: packets that its fast path gave to the host's stack, and drops.
account() {
	local variant slow drops
	for variant in "${variants[@]}"; do
		[[ $variant = *-1to1 || $variant = *-napt ]] || continue
		slow=$(in_ns "$variant" ip -s -j link show ik-edge | jq '.[0].stats64.rx.packets')
		drops=$({ ask "$variant" status || true; } | jq -r '[.drops | to_entries[] | select(.value > 0) | "\(.key) \(.value)"] | join(", ")')
		echo "$variant: $slow packets took the slow path; drops: ${drops:-none}."
	done
}

# A row for each variant in each of seven tables, and for the generator in three; 15 ratios, 14 to an earlier version, and 21 of those with viewers.
rows=$((7 * ${#variants[@]} + 3 + 15 + ${BEFORE:+14}+0 + ${VIEWERS:+21}+0))
{
	echo "# Translation"
	echo
	machine
	echo "$rounds rounds, interleaved, after one warm-up round. Values are medians; for the ratios of the rounds also the least and"
	echo "the greatest. All on CPU $cpu, offloads off. ns are for one packet, the mean of $parts alternating bursts (new flows: 2). net is"
	echo "without the generator: its time in the same round is subtracted. The aims are for net. Masquerade has room for"
	echo "1,000,000 connections in 262,144 buckets, and never meets a port in use. Lost packets are those that did not arrive, or"
	echo "arrived untranslated."
	echo
	account
	echo
	python3 benchmarks/nat-report.py "$work/rounds" "${variants[@]}"
} | keep_result benchmarks/results/nat.md "$rows"
