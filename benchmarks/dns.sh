#!/usr/bin/env bash
# DNS: queries a second, lost ones, and latency, for Innkeeper, dnsmasq and unbound (two threads) as forwarders to the same
# server, from a device through the same topology, in interleaved rounds. dnsperf, the forwarder and the server share the
# CPUs. "cached": 1,000 names asked before. "uncached": every name once. Latency: at a fixed low rate, each answer's time.
#
#   device (eth0, dnsperf) ── gateway (access, uplink) ── server (eth0, unbound with one wildcard)
. "$(dirname "$0")/common.sh"

setting rounds ROUNDS 3
setting seconds SECONDS_EACH 4
setting rate RATE 2000
setting list VARIANTS "innkeeper dnsmasq unbound relay"
variants=($list)
declare -A servers=()
upstream=137.118.199.1
asked=8.8.8.8

# unbound FILE: two threads, with more of the configuration from stdin.
unbound_conf() {
	local more
	more=$(cat)
	cat >"$1" <<-CONF
		server:
		  interface: 0.0.0.0
		  access-control: 0.0.0.0/0 allow
		  chroot: ""
		  username: ""
		  do-daemonize: no
		  pidfile: ""
		  use-syslog: no
		  num-threads: 2
		  so-rcvbuf: 4m
		  so-sndbuf: 4m
		  so-reuseport: yes
		  module-config: "iterator"
		$more
		remote-control:
		  control-enable: no
	CONF
}

# answers NAMESPACE SERVER: whether it answers each of 20 names that were asked before.
answers() { in_ns "$1" dnsperf -s "$2" -d "$work/names" -n 1 -q 20 2>/dev/null | grep -q 'Queries lost: *0 '; }
seq 1 20 | sed 's/.*/c&.bench A/' >"$work/names"

serve() {
	unbound_conf "$work/$1-server.conf" <<-CONF
		  local-zone: "bench." redirect
		  local-data: "bench. 3600 IN A 192.0.2.1"
	CONF
	nsenter --net="/run/netns/$prefix-$1-s" unbound -c "$work/$1-server.conf" 2>"$work/$1-server.err" &
	daemons+=("$!")
	await_server "the server behind $1" "$!" "$work/$1-server.err" answers "$1-s" 127.0.0.1
}

for variant in "${variants[@]}"; do
	add_ns "$variant-d" && add_ns "$variant" && add_ns "$variant-s"
	wire "$variant-d" eth0 "$variant" access
	wire "$variant" uplink "$variant-s" eth0
	in_ns "$variant" ip addr add 137.118.199.2/24 dev uplink
	in_ns "$variant" ip route add default via $upstream
	in_ns "$variant-s" ip addr add $upstream/24 dev eth0
	in_ns "$variant-d" ip addr add 47.31.128.195/24 dev eth0
	in_ns "$variant-d" ip route add default via 47.31.128.1
	serve "$variant"
	case $variant in
	innkeeper)
		start_innkeeper "$variant" 137.118.199.50-137.118.199.99 "dns.upstream = [\"$upstream\"]
dns.misses_per_second = 0
dns.cache = 64"
		servers[$variant]=$pid
		;;
	dnsmasq | unbound | relay)
		in_ns "$variant" ip addr add 47.31.128.1/24 dev access
		in_ns "$variant" ip addr add $asked/32 dev lo
		;;
	esac
	case $variant in
	dnsmasq)
		nsenter --net="/run/netns/$prefix-$variant" dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --user=root \
			--pid-file= --server=$upstream --cache-size=100000 --dns-forward-max=10000 2>"$work/dnsmasq.err" &
		daemons+=("$!")
		servers[$variant]=$!
		;;
	unbound)
		unbound_conf "$work/unbound.conf" <<-CONF
			  interface-automatic: yes
			  msg-cache-size: 64m
			  rrset-cache-size: 64m
			  outgoing-range: 4096
			  num-queries-per-thread: 4096
			forward-zone:
			  name: "."
			  forward-addr: $upstream
		CONF
		nsenter --net="/run/netns/$prefix-$variant" unbound -c "$work/unbound.conf" 2>"$work/unbound.err" &
		daemons+=("$!")
		servers[$variant]=$!
		;;
	relay)
		# What no forwarder can beat: the kernel alone takes the packets to the server (nftables).
		in_ns "$variant" ip addr del $asked/32 dev lo
		in_ns "$variant" sysctl -qw net.ipv4.ip_forward=1
		in_ns "$variant" nft -f - <<-NFT
			table ip nat {
				chain in { type nat hook prerouting priority -100; udp dport 53 dnat to $upstream; }
				chain out { type nat hook postrouting priority 100; oifname "uplink" masquerade; }
			}
		NFT
		;;
	esac
done

seq 1 1000 | sed 's/.*/c&.bench A/' >"$work/cached"
for variant in "${variants[@]}"; do
	# The relay is the kernel: this shell stands for it.
	[ -e "$work/$variant.err" ] || : >"$work/$variant.err"
	await_server "$variant" "${servers[$variant]:-$$}" "$work/$variant.err" answers "$variant-d" $asked
	in_ns "$variant-d" dnsperf -s $asked -d "$work/cached" -n 1 -q 20 >/dev/null 2>&1
done

fresh=0
uncached() {
	fresh=$((fresh + 1))
	seq 1 "$1" | sed "s/.*/u$fresh-&.bench A/" >"$work/uncached"
	echo "$work/uncached"
}

# flood NAME VARIANT FILE: as many as it takes.
flood() {
	in_ns "$2-d" dnsperf -s $asked -d "$3" -l "$seconds" -c 10 -q 100 2>/dev/null >"$work/out"
	awk -v n="$1" -v v="$2" '/Queries sent/ {s = $3} /Queries lost/ {l = $3} /Queries per second/ {q = $4} END {print n, v, int(q), l}' "$work/out" >>"$work/rounds"
}

# pace NAME VARIANT FILE: at a fixed rate, the time of each answer.
pace() {
	in_ns "$2-d" dnsperf -s $asked -d "$3" -l "$seconds" -c 10 -q 1000 -Q "$rate" -v 2>/dev/null |
		awk -v n="$1" -v v="$2" '$1 == ">" {print n, v, $NF * 1e6}' >>"$work/times"
}

for ((round = 1; round <= rounds; round++)); do
	for variant in "${variants[@]}"; do
		flood cached "$variant" "$work/cached"
		flood uncached "$variant" "$(uncached 400000)"
		pace cached "$variant" "$work/cached"
		pace uncached "$variant" "$(uncached $((rate * seconds + 1000)))"
	done
done

median() { awk -v n="$1" -v v="$2" '$1 == n && $2 == v {print $3}' "$work/rounds" | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }
lost() { awk -v n="$1" -v v="$2" '$1 == n && $2 == v {l += $4} END {print l + 0}' "$work/rounds"; }
percentile() { awk -v n="$1" -v v="$2" '$1 == n && $2 == v {print $3}' "$work/times" | sort -n | awk -v p="$3" '{a[NR] = $1} END {i = int(NR * p / 100); print int(a[i < 1 ? 1 : i])}'; }

{
	echo "# DNS, one device, dnsperf"
	echo
	machine
	echo "$rounds rounds of $seconds s for each figure, interleaved. queries/s are medians, with 100 queries outstanding. Latencies are of all"
	echo "rounds together, at $rate queries/s. The ratio compares queries/s with unbound's: above 1 is faster. relay is not a forwarder: the"
	echo "kernel's NAT sends each query to the server. Its rate is the most that dnsperf and the server can give."
	echo
	echo "| | variant | queries/s | times unbound | lost | p50 µs | p99 µs |"
	echo "|---|---|---|---|---|---|---|"
	for name in cached uncached; do
		for variant in "${variants[@]}"; do
			ratio=$(awk -v a="$(median $name "$variant")" -v b="$(median $name unbound)" 'BEGIN {printf "%.2f", a / b}')
			echo "| $name | $variant | $(median $name "$variant") | $ratio | $(lost $name "$variant") | $(percentile $name "$variant" 50) | $(percentile $name "$variant" 99) |"
		done
	done
} | keep_result benchmarks/results/dns.md $((2 * ${#variants[@]}))
