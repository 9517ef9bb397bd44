# Sourced by the benchmarks: namespaces of their own, removed at the end, and the machine's description.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/keep.sh

prefix="ikb$$"
work=$(mktemp -d "/tmp/$prefix.XXXXXX")
innkeeper=${INNKEEPER_BINARY:-$PWD/out/innkeeper}
daemons=()

# Which innkeeper a namespace has: in those named before-… it is $BEFORE, an earlier one to compare with.
innkeeper_of() { if [[ $1 = before-* ]]; then echo "$BEFORE"; else echo "$innkeeper"; fi; }

# in NS COMMAND…: not `ip netns exec`, which hides the bpffs.
in_ns() { nsenter --net="/run/netns/$prefix-$1" "${@:2}"; }

add_ns() {
	ip netns add "$prefix-$1"
	in_ns "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	in_ns "$1" ip link set lo up
}

# wire NS1 IF1 NS2 IF2
wire() {
	ip link add "$2" netns "$prefix-$1" type veth peer name "$4" netns "$prefix-$3"
	in_ns "$1" ip link set "$2" up
	in_ns "$3" ip link set "$4" up
}

mac() { in_ns "$1" cat "/sys/class/net/$2/address" 2>/dev/null || in_ns "$1" ip -j link show "$2" | jq -r '.[0].address'; }

# start_innkeeper NAME POOL [MORE TOML]: in namespace NAME, with interfaces access and uplink, or $arm alone. An empty POOL: devices share.
start_innkeeper() {
	local file="$work/$1.toml" pools=""
	[ -z "$2" ] || pools="\"$2\""
	cat >"$file" <<-TOML
		access.interface = "${arm:-access}"
		uplink.interface = "${arm:-uplink}"
		pool.addresses = [$pools]
		state.directory = "$work/$1-state"
		dataplane.bpffs = "$work/$1-bpf"
		control.socket = "$work/$1.sock"
		${3:-}
	TOML
	# Not by in_ns: the process to be stopped must be the gateway, not a shell around it.
	nsenter --net="/run/netns/$prefix-$1" "$(innkeeper_of "$1")" run --config "$file" >"$work/$1.out" 2>"$work/$1.err" &
	pid=$!
	daemons+=("$pid")
	until grep -qs '^ready' "$work/$1.out"; do
		kill -0 "$pid" || { cat "$work/$1.err" >&2; exit 1; }
		read -rt 0.05 <> <(:) || true
	done
}

# answer_arp NS IF: devices that exist in a generator only answer when they are asked for their address, as devices do.
answer_arp() {
	nsenter --net="/run/netns/$prefix-$1" python3 - "$2" <<-'PYTHON' &
		import socket, sys
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
		s.bind((sys.argv[1], 0x0806))
		s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
		own = s.getsockname()[4]
		while True:
		    asked = s.recv(2048)
		    if asked[20:22] == b"\x00\x01" and asked[:6] not in (own, b"\xff" * 6):
		        s.send(asked[6:12] + asked[:6] + asked[12:20] + b"\x00\x02" + asked[:6] + asked[38:42] + asked[22:32])
	PYTHON
	daemons+=("$!")
}

# many_devices [MORE TOML]: a gateway, process $gateway, with 16,384 addresses between devices in namespace d and a server in namespace s. The
# devices come by until_bound.
many_devices() {
	add_ns d && add_ns gw && add_ns s
	wire d eth0 gw access
	wire gw uplink s eth0
	in_ns gw ip addr add 10.200.0.2/16 dev uplink
	in_ns gw ip route add default via 10.200.0.1
	in_ns s ip addr add 10.200.0.1/16 dev eth0
	start_innkeeper gw 10.200.16.0-10.200.79.255 "${1:-}"
	gateway=$pid
	answer_arp d eth0
	access=$(in_ns gw ip -j link show access | jq -r '.[0].address')
}

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

# memory Rss|Pss: of the gateway of many_devices, in kB.
memory() { awk -v kind="$1:" '$1 == kind { print $2 }' "/proc/$gateway/smaps_rollup"; }

# browser NS COMMAND…: console.mjs in a namespace, with the administrator that user_of made there.
password=$(head -c 18 /dev/urandom | base64)
node_program() { if [ -x console/.node/node_modules/node/bin/node ]; then echo console/.node/node_modules/node/bin/node; else command -v node; fi; }
browser() { in_ns "$1" "$(node_program)" benchmarks/console.mjs "$2" http://127.0.0.1:7080 "$password" "${@:3}"; }
user_of() {
	echo "$password" >"$work/password"
	"$(innkeeper_of "$1")" user add anna --role admin --password-file "$work/password" --socket "$work/$1.sock" >/dev/null
}

# open_viewers NS COUNT [CPUS]: so many open pages of the console in a namespace, until close_viewers. Meanwhile ${viewers_group[NS]} is the
# browser's process group.
declare -A viewers_pid=() viewers_group=()
open_viewers() {
	local log="$work/$1.viewers"
	nsenter --net="/run/netns/$prefix-$1" taskset -c "${3:-0-$(($(nproc) - 1))}" "$(node_program)" benchmarks/console.mjs watch http://127.0.0.1:7080 "$password" "$2" >"$log" 2>&1 &
	viewers_pid[$1]=$!
	daemons+=($!)
	await_server "the browser" "$!" "$log" grep -qs '^ready' "$log"
	viewers_group[$1]=$(sed -n 's/^ready //p' "$log")
}
close_viewers() {
	kill -CONT -- "-${viewers_group[$1]}"
	kill "${viewers_pid[$1]}"
	wait "${viewers_pid[$1]}" || true
}

# raise NAME…: settings of the whole machine to 65,536; put back at the end.
declare -A before=()
raise() {
	for name in "$@"; do
		before[$name]=$(sysctl -n "$name")
		sysctl -qw "$name=65536"
	done
}

clean_up() {
	for daemon in "${daemons[@]}"; do
		kill "$daemon" 2>/dev/null || true
		wait "$daemon" 2>/dev/null || true
	done
	for config in "$work"/*.toml; do
		[ -e "$config" ] || continue
		ns=$(basename "$config" .toml)
		in_ns "$ns" "$(innkeeper_of "$ns")" teardown --config "$config" >/dev/null || true
	done
	for ns in $(ip netns list | awk '{print $1}' | grep "^$prefix-"); do
		ip netns del "$ns"
	done
	for name in "${!before[@]}"; do
		sysctl -qw "$name=${before[$name]}"
	done
	rm -rf "$work"
}
trap clean_up EXIT

machine() {
	echo "Machine: $(nproc) CPUs ($(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)), kernel $(uname -r), $(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD)."
}
