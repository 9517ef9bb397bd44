#!/usr/bin/env bash
# How much of a profile's rate TCP gets: one flow and ten, each way, on a short path and over a line of 20 ms (benchmarks/generator/delay.c; there
# is no netem in every kernel). Three devices with three rates at a time, each with a meter of its own.
#
#   devices (eth0) ── hub (bridge) ── gateway (access, uplink) ── line (delays each way) ── server (eth0)
. "$(dirname "$0")/common.sh"

setting seconds SECONDS_EACH 5
setting list RATES "5 20 100"
rates=($list)
setting list CONTROLS "cubic bbr"
controls=($list)
setting list DELAYS "0 20"
delays=($list)
server=203.0.113.10

cc -O2 -Wall -Wextra -Werror -o "$work/delay" benchmarks/generator/delay.c
add_ns hub && add_ns gw && add_ns line && add_ns s
in_ns hub ip link add br0 type bridge
in_ns hub ip link set br0 up
wire hub out gw access
in_ns hub ip link set out master br0
wire gw uplink line left
wire line right s eth0
in_ns gw ip addr add 137.118.199.2/24 dev uplink
in_ns gw ip route add default via 137.118.199.1
in_ns s ip addr add 137.118.199.1/24 dev eth0
in_ns s ip addr add $server/32 dev lo

profiles=""
for rate in "${rates[@]}"; do
	profiles+=$(printf '[profiles.r%s]\nrate_out = "%sM"\nrate_in = "%sM"\n\n[[rules]]\nprofile = "r%s"\nmac = "02:00:00:00:00:%02x"\n\n_' "$rate" "$rate" "$rate" "$rate" "$rate")
	profiles=${profiles%_}
	add_ns "d$rate"
	wire "d$rate" eth0 hub "p$rate"
	in_ns "d$rate" ip link set eth0 address "$(printf '02:00:00:00:00:%02x' "$rate")"
	in_ns hub ip link set "p$rate" master br0
	in_ns "d$rate" ip addr add "47.31.$rate.195/24" dev eth0
	in_ns "d$rate" ip route add default via "47.31.$rate.1"
	nsenter --net="/run/netns/$prefix-s" iperf3 -s -p "$((5200 + rate))" >"$work/iperf.$rate" 2>&1 &
	daemons+=("$!")
done
start_innkeeper gw 137.118.199.50-137.118.199.99 "$profiles"

# line MILLISECONDS: there and back; the earlier one ends, and must have lost nothing. Over a long one each frame comes by itself; on a short path the
# kernel hands over up to 64 kB as one.
line=""
quiet() { # no end of a connection is under way: a server that misses one serves no other
	local ns
	for ns in s "${rates[@]/#/d}"; do
		[ -z "$(in_ns "$ns" ss -Htn state established state fin-wait-1 state fin-wait-2 state close-wait state last-ack state closing)" ] || return 1
	done
}
end_line() {
	[ -n "$line" ] || return 0
	await_server "the end of all connections" "$line" "$work/line" quiet
	kill "$line" && wait "$line"
	unset 'daemons[-1]'
	line=""
	grep -qx 'lost 0' "$work/line" || { echo "the line lost frames of its own: $(cat "$work/line")" >&2; exit 1; }
}
line() {
	end_line
	nsenter --net="/run/netns/$prefix-line" "$work/delay" left right $(($1 * 500)) >"$work/line" &
	line=$!
	daemons+=("$line")
	await_server "the line" "$line" "$work/line" grep -q ready "$work/line"
	for ns in s "${rates[@]/#/d}"; do
		in_ns "$ns" ethtool -K eth0 tso "$([ "$1" = 0 ] && echo on || echo off)" gso "$([ "$1" = 0 ] && echo on || echo off)" >/dev/null
	done
	for rate in "${rates[@]}"; do
		await_server "device $rate" "$line" "$work/line" in_ns "d$rate" ping -qc 1 -W 1 $server >/dev/null
	done
}

# part CONTROL RATE FLOWS DIRECTION: percent of the rate that arrives as payload, after two seconds that do not count.
part() {
	local back=()
	[ "$4" = out ] || back=(-R)
	in_ns "d$2" iperf3 -c $server -p $((5200 + $2)) -C "$1" -P "$3" -O 2 -t "$seconds" -J "${back[@]}" | jq --argjson rate "$2" '.end.sum_received.bits_per_second / $rate / 1e4 | . * 10 | round / 10' >"$work/part.$2"
}

for control in "${controls[@]}"; do
	for delay in "${delays[@]}"; do
		line "$delay"
		for direction in out in; do
			for flows in 1 10; do
				measured=()
				for rate in "${rates[@]}"; do
					part "$control" "$rate" $flows $direction &
					measured+=("$!")
				done
				for one in "${measured[@]}"; do
					wait "$one"
				done
				row="| $control | $delay ms | $direction | $flows |"
				for rate in "${rates[@]}"; do
					row+=" $(cat "$work/part.$rate") |"
				done
				echo "$row" >>"$work/rows"
				[ -z "${VERBOSE:-}" ] || echo "$row" >&2
			done
		done
	done
done
end_line

{
	echo "# Rates: what TCP gets of them"
	echo
	machine
	echo "iperf3 for $seconds s, after 2 s that do not count: payload that arrives, in percent of the rate. The rate counts whole Ethernet frames. Over 20 ms each frame"
	echo "comes by itself, and 95.6 is all that full frames can carry, but for what a burst saved before; without delay the kernel hands over up to 64 kB as one frame."
	echo
	echo "| congestion control | round trip | direction | flows |$(printf ' %s Mbit/s |' "${rates[@]}")"
	echo "|---|---|---|---|$(printf -- '---|%.0s' "${rates[@]}")"
	cat "$work/rows"
} | keep_result benchmarks/results/rates.md $((${#controls[@]} * ${#delays[@]} * 4))
