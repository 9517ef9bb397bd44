#!/usr/bin/env bash
# 64-byte packets a second, one flow, through a chain of three namespaces: plain forwarding, nftables masquerade and
# Innkeeper, in interleaved rounds on one CPU. The generator sends and the softirq forwards on that CPU, so the time of a
# packet is the generator's plus the path's; the generator alone is measured too, and subtracted for the net ratio.
#
#   device (eth0) ── gateway (access, uplink) ── server (eth0, drops all UDP on arrival)
. "$(dirname "$0")/common.sh"

setting rounds ROUNDS 7
setting packets PACKETS 400000
variants=(generator forwarding masquerade innkeeper innkeeper-no-inbound)

chain() {
	add_ns "$1-d" && add_ns "$1" && add_ns "$1-s"
	wire "$1-d" eth0 "$1" access
	wire "$1" uplink "$1-s" eth0
	in_ns "$1" ip addr add 137.118.199.2/24 dev uplink
	in_ns "$1" ip route add default via 137.118.199.1
	in_ns "$1-s" ip addr add 137.118.199.1/24 dev eth0
	in_ns "$1-s" ip addr add 203.0.113.10/32 dev lo
	in_ns "$1-d" ip addr add 47.31.128.195/24 dev eth0
	in_ns "$1-d" ip route add default via 47.31.128.1
	in_ns "$1-s" nft -f - <<-NFT
		table netdev sink { chain in { type filter hook ingress device eth0 priority 0; udp dport 9 counter drop; }; }
	NFT
}

for variant in "${variants[@]}"; do
	chain "$variant"
	case $variant in
	generator)
		in_ns "$variant" nft -f - <<-NFT
			table netdev sink { chain in { type filter hook ingress device access priority 0; udp dport 9 counter drop; }; }
		NFT
		;;
	forwarding | masquerade)
		in_ns "$variant" ip addr add 47.31.128.1/24 dev access
		in_ns "$variant" sysctl -qw net.ipv4.ip_forward=1
		in_ns "$variant-s" ip route add 47.31.128.0/24 via 137.118.199.2
		[ "$variant" = forwarding ] || in_ns "$variant" nft -f - <<-NFT
			table ip nat { chain out { type nat hook postrouting priority 100; oifname "uplink" masquerade; }; }
		NFT
		;;
	innkeeper) start_innkeeper "$variant" 137.118.199.50-137.118.199.99 ;;
	innkeeper-no-inbound) start_innkeeper "$variant" 137.118.199.50-137.118.199.99 "profiles.default.inbound = false" ;;
	esac
	[ "$variant" = generator ] || in_ns "$variant-d" ping -qc 2 -i 0.2 -W 2 203.0.113.10 >/dev/null
	cat >"$work/$variant.trafgen" <<-TRAFGEN
		{ eth(da=$(in_ns "$variant" ip -j link show access | jq -r '.[0].address'), sa=$(in_ns "$variant-d" ip -j link show eth0 | jq -r '.[0].address')),
		  ipv4(id=1, ttl=64, sa=47.31.128.195, da=203.0.113.10), udp(sp=5000, dp=9), fill('A', 18) }
	TRAFGEN
done

arrived() {
	local where="$1-s"
	[ "$1" != generator ] || where=$1
	in_ns "$where" nft -j list table netdev sink | jq '[.. | .counter? // empty | .packets] | add'
}

for ((round = 1; round <= rounds; round++)); do
	for variant in "${variants[@]}"; do
		had=$(arrived "$variant")
		start=$(date +%s%N)
		in_ns "$variant-d" trafgen --dev eth0 --conf "$work/$variant.trafgen" --cpus 1 -n "$packets" --no-sock-mem -q -C >/dev/null 2>&1
		end=$(date +%s%N)
		got=$(($(arrived "$variant") - had))
		echo "$variant $(((end - start) / packets)) $((packets - got))" >>"$work/rounds"
	done
done

median() { awk -v v="$1" '$1 == v {print $2}' "$work/rounds" | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }
lost() { awk -v v="$1" '$1 == v {n += $3} END {print n}' "$work/rounds"; }

{
	echo "# Forwarding, 64-byte packets, one flow"
	echo
	machine
	echo "$rounds rounds of $packets packets, interleaved; medians. ns/packet includes the generator (and the start of trafgen);"
	echo "net is without it. The ratio is masquerade's net time divided by the variant's: above 1 is faster than masquerade."
	echo
	echo "| variant | ns/packet | net ns | times masquerade | lost in all |"
	echo "|---|---|---|---|---|"
	base=$(median generator)
	masquerade=$(($(median masquerade) - base))
	for variant in "${variants[@]}"; do
		all=$(median "$variant")
		net=$((all - base))
		ratio=$([ "$net" -gt 0 ] && awk -v m="$masquerade" -v n="$net" 'BEGIN {printf "%.2f", m / n}' || echo "-")
		echo "| $variant | $all | $net | $ratio | $(lost "$variant") |"
	done
} | keep_result benchmarks/results/forwarding.md ${#variants[@]}
