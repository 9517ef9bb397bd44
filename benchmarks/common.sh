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
