#!/usr/bin/env bash
# What the daemon weighs with 3 and with 10,000 devices, what it costs idle, and how long 10,000 arrivals at once take.
. "$(dirname "$0")/common.sh"

few=3
setting many MANY 10000
setting idle IDLE_SECONDS 20

add_ns d && add_ns gw && add_ns s
wire d eth0 gw access
wire gw uplink s eth0
in_ns gw ip addr add 10.200.0.2/16 dev uplink
in_ns gw ip route add default via 10.200.0.1
in_ns s ip addr add 10.200.0.1/16 dev eth0
start_innkeeper gw 10.200.16.0-10.200.79.255
gateway=$pid
answer_arp d eth0
access=$(in_ns gw ip -j link show access | jq -r '.[0].address')

# Devices with MACs and addresses of their own, each asking for its gateway and sending one datagram, until all are bound.
arrive() {
	in_ns d python3 - "$1" "$access" <<-'PYTHON'
		import socket, struct, sys, time
		count, gateway = int(sys.argv[1]), bytes.fromhex(sys.argv[2].replace(":", ""))
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("eth0", 0))
		def checksum(b):
		    n = sum(struct.unpack("!%dH" % (len(b) // 2), b))
		    n = (n & 0xffff) + (n >> 16)
		    return ~((n & 0xffff) + (n >> 16)) & 0xffff
		start = time.monotonic()
		for i in range(count):
		    mac = struct.pack("!HI", 0x0200, i + 1)
		    ip = struct.pack("!I", 0x0b000000 + i * 7 + 2)
		    s.send(b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac + ip + bytes(6) + ip[:3] + b"\x01")
		    udp = struct.pack("!HHHH", 1000, 9, 8, 0)
		    head = struct.pack("!BBHHHBBH", 0x45, 0, 28, i & 0xffff, 0, 64, 17, 0) + ip + bytes([203, 0, 113, 10])
		    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
		    s.send(gateway + mac + b"\x08\x00" + head + udp)
		    ahead = (i + 1) / 4000 - (time.monotonic() - start)
		    if ahead > 0.01:
		        time.sleep(ahead)
	PYTHON
}

bound() { { "$innkeeper" status --json --socket "$work/gw.sock" || true; } | jq .bindings; } # its exit code is the health

until_bound() {
	for ((try = 0; try < 30; try++)); do
		[ "$(bound)" -lt "$1" ] || return 0
		arrive "$1"
	done
	echo "only $(bound) of $1 devices are bound" >&2
	exit 1
}

weigh() {
	local ticks
	ticks() { awk '{print $14 + $15}' "/proc/$gateway/stat"; }
	local before
	before=$(ticks)
	sleep "$idle" # the measurement itself: CPU used in this time
	echo "| $1 | $(awk '/^Rss/ {print $2}' "/proc/$gateway/smaps_rollup") | $(awk '/^Pss:/ {print $2}' "/proc/$gateway/smaps_rollup") | $((($(ticks) - before) * 10)) ms in $idle s | $2 |"
}

rows=()
until_bound "$few"
rows+=("$(weigh "$few" -)")
start=$(date +%s%N)
until_bound "$many"
took=$((($(date +%s%N) - start) / 1000000))
rows+=("$(weigh "$many" "$took ms, sent at 4,000 a second")")

{
	echo "# Memory and CPU time of the daemon"
	echo
	machine
	echo
	echo "| devices | RSS kB | PSS kB | CPU idle | all bound after |"
	echo "|---|---|---|---|---|"
	printf '%s\n' "${rows[@]}"
} | keep_result benchmarks/results/memory.md 2
