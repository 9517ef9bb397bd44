#!/usr/bin/env bash
# What IPv6 costs a packet: plain forwarding, nftables masquerade and Innkeeper with IPv6, and the first and last with IPv4 (an address for each device) in the
# same rounds, interleaved. Packets are made and counted as in nat.sh: see there.
#
#   device (eth0) ── gateway (access, uplink) ── server (eth0, a router that advertises 2001:db8:77:1::/64, counts UDP to port 9)
. "$(dirname "$0")/common.sh"

setting rounds ROUNDS 7
setting parts PARTS 4
setting packets PACKETS 250000
setting list VARIANTS "generator4 forwarding4 innkeeper4 generator6 forwarding6 masquerade6 innkeeper6"
read -ra variants <<<"$list"
cpu=${CPU:-1}
ports=1000
devices=50
server4=203.0.113.10
server6=2001:db8:88::10

clang -O2 -g -target bpf -I/usr/include/x86_64-linux-gnu -c benchmarks/generator/generator.bpf.c -o "$work/generator.bpf.o"
cc -O2 -o "$work/generator" benchmarks/generator/generator.c -lbpf
echo 0 >/proc/sys/kernel/bpf_stats_enabled

# sink NS DEVICE SOURCES4 SOURCES6: UDP to port 9 is counted if it comes from there, and goes no further.
sink() {
	in_ns "$1" nft -f - <<-NFT
		table netdev sink {
			chain in {
				type filter hook ingress device $2 priority 0
				udp dport 9 ip saddr $3 counter drop
				udp dport 9 ip6 saddr $4 counter drop
				udp dport 9 drop
			}
		}
	NFT
}
arrived() {
	local where="$1-s"
	[[ $1 != generator* ]] || where=$1
	in_ns "$where" nft -j list table netdev sink | jq '[.. | .counter? // empty | .packets] | add'
}

server_of() { if [[ $1 = *6 ]]; then echo $server6; else echo $server4; fi; }
generate() { # VARIANT FLOWS PORTS FIRST COUNT: ns a packet
	in_ns "$1" taskset -c "$cpu" "$work/generator" "$work/generator.bpf.o" access "$(mac "$1" access)" "$(server_of "$1")" 9 "${@:2}"
}

for variant in "${variants[@]}"; do
	add_ns "$variant-d" && add_ns "$variant" && add_ns "$variant-s"
	wire "$variant-d" eth0 "$variant" access
	wire "$variant" uplink "$variant-s" eth0
	for end in "$variant-d eth0" "$variant access" "$variant uplink" "$variant-s eth0"; do
		in_ns "${end% *}" ethtool -K "${end#* }" tso off gso off gro off
	done
	in_ns "$variant" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.access.rp_filter=0
	for end in "$variant uplink" "$variant-s eth0"; do
		in_ns "${end% *}" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 "net.ipv6.conf.${end#* }.disable_ipv6=0"
	done
	in_ns "$variant-s" sysctl -qw net.ipv6.conf.all.forwarding=1
	in_ns "$variant" ip addr add 137.118.196.2/22 dev uplink
	in_ns "$variant" ip route add default via 137.118.196.1
	in_ns "$variant-s" ip addr add 137.118.196.1/22 dev eth0
	in_ns "$variant-s" ip addr add $server4/32 dev lo
	in_ns "$variant-s" ip -6 addr add 2001:db8:77:1::1/64 dev eth0 nodad
	case $variant in
	generator*)
		sink "$variant" access 47.31.0.0/16 2a01:4f8:1::/48
		continue
		;;
	forwarding* | masquerade*)
		in_ns "$variant" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.access.disable_ipv6=0 net.ipv6.conf.all.forwarding=1
		in_ns "$variant" ip addr add 47.31.255.254/16 dev access
		in_ns "$variant" ip -6 addr add 2a01:4f8:1::1/48 dev access nodad
		in_ns "$variant" ip -6 addr add 2001:db8:77:1::2/64 dev uplink nodad
		in_ns "$variant" ip -6 route add default via 2001:db8:77:1::1
		if [ "$variant" = masquerade6 ]; then
			in_ns "$variant" nft -f - <<-NFT
				table ip6 nat { chain out { type nat hook postrouting priority 100; oifname "uplink" masquerade; }; }
			NFT
			echo 1000000 >/proc/sys/net/netfilter/nf_conntrack_max
		fi
		;;
	innkeeper*)
		cat >"$work/radvd.conf" <<-RADVD
			interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix 2001:db8:77:1::/64 { }; };
		RADVD
		in_ns "$variant-s" radvd -C "$work/radvd.conf" -p "$work/$variant.radvd" -m stderr -n >"$work/$variant.radvd.log" 2>&1 &
		daemons+=($!)
		start_innkeeper "$variant" 137.118.197.1-137.118.198.250
		answer_arp "$variant-d" eth0
		;;
	esac
	sink "$variant-s" eth0 "$([[ $variant = forwarding* ]] && echo 47.31.0.0/16 || echo 137.118.196.0/22)" "$([[ $variant = forwarding* ]] && echo 2a01:4f8:1::/48 || echo 2001:db8:77:1::/64)"
done

# Until a packet of each device arrives: neighbors are resolved, and Innkeeper knows the devices and the router.
for variant in "${variants[@]}"; do
	for ((try = 0; ; try++)); do
		start=$(arrived "$variant")
		generate "$variant" $((devices * ports)) $ports 20000 $((devices * ports)) >/dev/null
		[ $(($(arrived "$variant") - start)) -lt $((devices * ports)) ] || break
		[ $try -lt 100 ] || { echo "$variant lets $(($(arrived "$variant") - start)) of $((devices * ports)) packets through" >&2; exit 1; }
		read -rt 0.3 <> <(:) || true
	done
done

for ((round = 0; round <= rounds; round++)); do
	for ((part = 0; part < parts; part++)); do
		for variant in "${variants[@]}"; do
			for flows in 1 $((devices * ports)); do
				start=$(arrived "$variant")
				ns=$(generate "$variant" "$flows" $ports 20000 "$packets")
				[ "$round" -eq 0 ] || echo "$round $variant $flows $ns $((packets - ($(arrived "$variant") - start)))" >>"$work/rounds"
			done
		done
	done
done

{
	echo "# IPv6"
	echo
	machine
	echo "$rounds rounds, interleaved, after one warm-up round; medians, of the ratios also the least and the greatest. All on CPU $cpu, offloads off. ns are for"
	echo "one packet, the mean of $parts bursts; net is without the generator of the same family. Frames have 60 octets with IPv4, 62 with IPv6. Lost packets are those"
	echo "that did not arrive, or arrived untranslated."
	echo
	python3 - "$work/rounds" "${variants[@]}" <<-'PYTHON'
		import sys, collections, statistics as st
		rows = [l.split() for l in open(sys.argv[1])]
		variants = sys.argv[2:]
		lost, ns = collections.Counter(), collections.defaultdict(lambda: collections.defaultdict(list))
		for round, variant, flows, value, gone in rows:
		    ns[variant, flows][round].append(float(value)); lost[variant, flows] += int(gone)
		mean = {k: {r: st.mean(v) for r, v in d.items()} for k, d in ns.items()}
		net = {(v, f): {r: x - mean["generator" + v[-1], f][r] for r, x in d.items()} for (v, f), d in mean.items()}
		for flows, title in (("1", "One flow"), ("50000", "50,000 flows of 50 devices")):
		    print(f"## {title}\n\n| | ns | net | lost |\n|---|---|---|---|")
		    for v in variants:
		        print(f"| {v} | {st.median(mean[v, flows].values()):.0f} | {st.median(net[v, flows].values()):.0f} | {lost[v, flows]} |")
		    print("\n| net time, ratio | median | least | greatest |\n|---|---|---|---|")
		    for a, b in (("innkeeper6", "innkeeper4"), ("innkeeper6", "forwarding6"), ("innkeeper4", "forwarding4"), ("masquerade6", "innkeeper6")):
		        if (a, flows) in net and (b, flows) in net:
		            r = sorted(net[a, flows][k] / net[b, flows][k] for k in net[a, flows])
		            print(f"| {a} to {b} | {st.median(r):.2f} | {r[0]:.2f} | {r[-1]:.2f} |")
		    print()
	PYTHON
} | keep_result benchmarks/results/ipv6.md $((2 * (${#variants[@]} + 4)))
