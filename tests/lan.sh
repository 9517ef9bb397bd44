# What the tests in a machine or a container of their own have in common (tests/kernels/guest.sh, tests/packages/guest.sh): checks, and a
# LAN of network namespaces. Each check is a line "@ PART ok|FAIL WHAT".
#
#   devices ── sw (bridge) ── access gw uplink ── lan (bridge) ┬─ rt 137.118.199.1: router, 203.0.113.10 (HTTP, DNS, UDP echo)
#   two arms; on one arm the devices and gw are at lan           └─ office 137.118.199.33
#
# Set `patience`, in seconds, and `part` before.
# shellcheck shell=bash
server=203.0.113.10

say() { echo "@ $part $*"; }
in_ns() { nsenter --net="/run/netns/$1" "${@:2}"; }
# For the background: the process to kill is the command itself.
exec_in_ns() { exec nsenter --net="/run/netns/$1" "${@:2}"; }

# check WHAT COMMAND...: the command succeeds. If it fails, its output is shown. `checked` is what it ended with.
check() {
	local what=$1
	shift
	"$@" >/tmp/printed 2>&1
	checked=$?
	if [ $checked -eq 0 ]; then
		say ok "$what"
	else
		say FAIL "$what"
		tail -n 20 /tmp/printed
	fi
}

# Succeeds as soon as the command does; fails when $patience is over.
await() {
	local end=$((SECONDS + patience))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

refute() { ! "$@"; }

add_ns() {
	ip netns add "$1"
	in_ns "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n "$1" link set lo up
}

add_bridge() {
	add_ns "$1"
	ip -n "$1" link add br0 type bridge
	ip -n "$1" link set br0 up
}

# join NAMESPACE INTERFACE MAC BRIDGE
join() {
	ip -n "$1" link add "$2" address "$3" type veth peer name "p-$1" netns "$4"
	ip -n "$4" link set "p-$1" master br0 up
	ip -n "$1" link set "$2" up
}

# plug NAME BRIDGE ADDRESS/LENGTH GATEWAY [VLAN]: a device; "-" for no address.
devices=0
plug() {
	local line=eth0
	devices=$((devices + 1))
	add_ns "$1"
	join "$1" eth0 "06:1a:5e:00:00:$(printf %02x $devices)" "$2"
	if [ -n "${5:-}" ]; then
		line=eth0.$5
		ip -n "$1" link add link eth0 name "$line" type vlan id "$5"
		ip -n "$1" link set "$line" up
	fi
	[ "$3" = - ] && return
	ip -n "$1" address add "$3" dev "$line"
	ip -n "$1" route add default via "$4" dev "$line"
}

unplug() {
	for each in "$@"; do
		ip netns delete "$each"
	done
}

# The address, and with "port" the port, that the server sees the device with.
seen_as() { in_ns "$1" socat -t 20 - "TCP:$server:80,connect-timeout=20" <<<"GET /${2:-} HTTP/1.0"$'\n' | tail -n 1; }

# asks DEVICE [OPTIONS]: it has an answer from DNS.
asks() { in_ns "$1" dig +short +time=2 +tries=1 "${@:2}" web.example | grep -qx $server; }

# udp_from DEVICE PORT [PEER]: the answer of the server, or the router, to a datagram from there, two lines: its text, and the source that it saw.
udp_from() { in_ns "$1" socat -T $patience "UDP:${3:-$server}:9,bind=:$2" 'SYSTEM:echo hello; head -n 2 >&2' 2>&1; }

pings() { in_ns "$1" ping -n -q -c "${3:-2}" -i 0.2 -W 10 ${4:-} "$2"; }

# Packets of device a, until they are counted: start_pings [SECONDS between two]
start_pings() {
	exec_in_ns a ping -n -i "${1:-0.1}" -W 10 $server >/tmp/pings &
	pinging=$!
	await grep -q "64 bytes" /tmp/pings
}

# Succeeds if each packet had an answer, until now: the last may still be under way. Otherwise it prints the numbers of the others.
lost_none() {
	local lost replies
	replies=$(wc -l </tmp/pings)
	await eval '[ "$(wc -l </tmp/pings)" -ge $((replies + 3)) ]'
	kill -INT $pinging
	wait $pinging
	lost=$(sed -n 's/^64 bytes.* icmp_seq=\([0-9]*\) .*/\1/p' /tmp/pings | sort -nu | awk '{ while (++expected < $1) print expected } END { if (!NR) print "all" }')
	tail -n 3 /tmp/pings
	[ -z "$lost" ] || { echo "lost:" $lost && return 1; }
}

# All but the devices and the uplink's address: the namespace gw is there already, and everything in it is yours.
build_lan() {
	add_bridge sw
	add_bridge lan
	join gw access 02:00:00:00:00:01 sw
	ip -n lan link add p-uplink type veth peer name uplink address 02:00:00:00:00:02 netns gw
	ip -n lan link set p-uplink master br0 up
	ip -n gw link set uplink up
	add_ns rt
	join rt eth0 02:00:00:00:00:03 lan
	ip -n rt address add 137.118.199.1/24 dev eth0
	ip -n rt address add $server/32 dev lo
	add_ns office
	join office eth0 02:00:00:00:00:04 lan
	ip -n office address add 137.118.199.33/24 dev eth0
	ip -n office route add default via 137.118.199.1
	cat >/tmp/answer <<-'END'
		#!/bin/bash
		read -r _ path _
		printf 'HTTP/1.0 200 OK\r\n\r\n%s' "$SOCAT_PEERADDR"
		[ "$path" != /port ] || printf ':%s' "$SOCAT_PEERPORT"
	END
	chmod +x /tmp/answer
	exec_in_ns rt socat "TCP-LISTEN:80,fork,reuseaddr" EXEC:/tmp/answer &
	for each in $server 137.118.199.1; do
		exec_in_ns rt socat "UDP-RECVFROM:9,fork,bind=$each" 'SYSTEM:cat; echo $SOCAT_PEERADDR $SOCAT_PEERPORT' &
	done
	in_ns rt dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --pid-file= --user=root --listen-address=137.118.199.1 --address=/web.example/$server
}
