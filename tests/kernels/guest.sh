#!/bin/bash
# Runs as the first process of a machine that tests/kernels.sh boots: builds a LAN of network namespaces, and tries the product on it.
# The last line on the console is "@ end".
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
ip link set lo up
printf 'root:x:0:0:root:/root:/bin/bash\n' >/etc/passwd
printf 'root:x:0:\n' >/etc/group
touch /etc/fstab

settings=/tmp/innkeeper.toml
patience=120 # seconds: emulated machines are slow
part=boot

. /lan.sh

start_gateway() {
	exec_in_ns gw innkeeper run --config "$settings" >/tmp/ready 2>>/tmp/log &
	gateway=$!
	await eval 'grep -qx ready /tmp/ready || ! kill -0 $gateway 2>/dev/null'
	grep -qx ready /tmp/ready || { tail -n 5 /tmp/log && return 1; }
}

stop_gateway() {
	kill "${1:--TERM}" $gateway
	wait $gateway 2>/dev/null
	true
}

teardown() { in_ns gw innkeeper teardown --config "$settings"; }

# Nothing of ours is left on the gateway.
is_clean() {
	local left
	left=$(
		for each in $(ip -n gw -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/'); do
			in_ns gw tc qdisc show dev "$each" | grep -E 'clsact|ingress'
			in_ns gw tc filter show dev "$each" ingress
		done
		ip -n gw -o link | grep -E 'ik-'
		ip -n gw rule | grep -vE '^(0|32766|32767):'
		ls /tmp/bpf 2>/dev/null
	)
	[ -z "$left" ] || { echo "left: $left" && return 1; }
}

# write_settings [TEXT]: all settings except the interfaces.
write_settings() {
	cat >"$settings" <<-END
		[state]
		directory = "/tmp/state"
		[dataplane]
		bpffs = "/tmp/bpf"
		[control]
		socket = "/tmp/control.sock"
		$1
	END
}

two_arms='
[access]
interface = "access"
vlans = [10]
[uplink]
interface = "uplink"'
pool='
[pool]
addresses = ["137.118.199.50-137.118.199.59"]'
open='
[profiles.default]
denied = []'

part=load
release=$(uname -r)
say kernel "$release $(uname -m)"

# ---------------------------------------------------------------- missing requirements are named
part=lacks

# Whether the kernel has this version or a later one.
is_since() { [ "$(printf '%s\n' "$1" "$release" | sort -V | head -n 1)" = "$1" ]; }

# says TEXT COMMAND...: the command fails with one line beside its log's that has this text, and leaves nothing.
says() {
	local said
	said=$("${@:2}" 2>&1) && return 1
	said=$(grep -v ' info: ' <<<"$said")
	echo "$said"
	[[ $said != *$'\n'* && $said == *"$1"* ]] && [ ! -e /sys/class/net/ik-stack ] && [ ! -e /tmp/bpf ]
}

# without FILE COMMAND...: as if it were not installed.
without() {
	local ended
	mv "$1" /tmp/hidden
	"${@:2}"
	ended=$?
	mv /tmp/hidden "$1"
	return $ended
}

run_briefly() { timeout $patience "$@" innkeeper run --config "$settings"; }

becomes_ready() {
	local ended
	"$@" innkeeper run --config "$settings" >/tmp/ready &
	await grep -qx ready /tmp/ready
	ended=$?
	kill $!
	wait $!
	return $ended
}

# Any interface will do, except a veth.
for each in access uplink; do
	ip link add "$each" type bridge
	ip link set "$each" up
done
ip address add 137.118.199.2/24 dev uplink
write_settings "$two_arms"
if ! is_since 5.15; then
	check "a kernel that is too old" says "Linux $release is too old: Innkeeper needs 5.15 or later" run_briefly
	check "and check says so" eval 'innkeeper check --config $settings 2>&1 >/dev/null | grep -q "cannot run here: Linux $release is too old"'
	echo "@ end"
	busybox poweroff -f
fi
check "a module: veth" without "$(modinfo -n veth)" says "this kernel has no veth and cannot load it; \`modprobe veth\` says why" run_briefly
if ! is_since 6.6; then
	check "a module: sch_ingress" without "$(modinfo -n sch_ingress)" says "this kernel has no sch_ingress" run_briefly
	check "a module: cls_bpf" without "$(modinfo -n cls_bpf)" says "this kernel has no cls_bpf" run_briefly
fi
if sysctl -qw net.core.bpf_jit_enable=0 2>/dev/null; then
	check "BPF's compiler" says "net.core.bpf_jit_enable=1" run_briefly
	sysctl -qw net.core.bpf_jit_enable=1
fi
check "a library: OpenSSL" without "$(echo /usr/lib/*/libssl.so.3)" says "OpenSSL's library libssl.so.3 is not on this system" run_briefly
# CAP_SYS_ADMIN includes two of them.
for each in net_admin net_raw bpf perfmon; do
	check "a capability: $each" says "not permitted: CAP_${each^^} is missing (" run_briefly setpriv --bounding-set="-sys_admin,-$each"
done
mount -t tmpfs nothing /sys/kernel/btf
check "root prepares what takes CAP_SYS_ADMIN" innkeeper prepare --owner root --config "$settings"
check "these capabilities are enough, and the kernel's types are not needed" becomes_ready setpriv --bounding-set=-all,+net_admin,+net_raw,+bpf,+perfmon
umount /sys/kernel/btf
check "teardown ends well" innkeeper teardown --config "$settings"
ip link delete access
ip link delete uplink

# ---------------------------------------------------------------- the verifier's report of the programs
part=load
check "the programs load" eval 'verifier /innkeeper.bpf.o >/tmp/figures'
while read -r program instructions stack chain; do
	say figures "$program $instructions $stack $chain"
	check "$program: $instructions instructions are at most 500000" test "$instructions" -le 500000
	check "$program: $stack octets of stack are at most 480" test "$stack" -le 480
done </tmp/figures
check "the program runs" innkeeper --version

# ---------------------------------------------------------------- the LAN
add_ns gw
build_lan
ip -n gw address add 137.118.199.2/24 dev uplink
ip -n gw route add default via 137.118.199.1
in_ns gw sysctl -qw net.ipv4.ip_forward=1
echo "nameserver 137.118.199.1" >/etc/resolv.conf
write_settings "$two_arms$pool$open"

# ---------------------------------------------------------------- two arms, an address for each device
part=1:1
plug a sw 47.31.128.195/24 47.31.128.1
plug b sw 10.1.2.3/24 10.1.2.254
check "the gateway starts" start_gateway
first_question=$(in_ns b dig +time=10 +tries=1 +noall +answer @192.0.2.99 web.example)
check "a device of any address reaches the server" pings a $server
check "the server sees it as an address of the pool" eval '[[ $(seen_as a) == 137.118.199.5? ]]'
check "another device has another address" eval '[[ $(seen_as b) == 137.118.199.5? && $(seen_as b) != $(seen_as a) ]]'
check "hosts outside reach it there" pings office "$(seen_as a)"
check "fragments pass, both ways" pings a $server 2 "-s 4000"
check "its gateway answers it" pings b 10.1.2.254
check "its gateway is one hop away" eval 'in_ns b ping -n -c 1 -t 1 -W 10 '$server' | grep -q "From 10.1.2.254.*Time to live exceeded"'
check "UDP passes" eval '[[ $(udp_from a 4000) == *hello* ]]'

# ---------------------------------------------------------------- DNS
part=dns
check "the first question after the start is answered" grep -q $server <<<"$first_question"
check "any server answers" eval 'in_ns a dig +short +time=10 @8.8.8.8 web.example | grep -qx $server'
check "by TCP too" eval 'in_ns a dig +tcp +short +time=10 @9.9.9.9 web.example | grep -qx $server'

# ---------------------------------------------------------------- killed
part=kill
before=$(seen_as a)
start_pings
stop_gateway -KILL
check "names go on without a gateway, of any server" await asks a @8.8.8.8
check "and of a device's own gateway, by UDP and TCP" eval 'asks b @10.1.2.254 && asks b +tcp @10.1.2.254'
check "a killed gateway starts again" start_gateway
check "a device loses nothing meanwhile" lost_none
check "what the data plane knew was adopted" grep -qE "Adopted 2 bindings" /tmp/log
check "a device of before keeps its address" eval '[[ $before == 137.118.199.5? && $(seen_as a) == "$before" ]]'

# ---------------------------------------------------------------- new settings
part=reload
start_pings
write_settings "$two_arms$pool$open
[profiles.caged]
denied = [\"0.0.0.0/0\"]
allowed = [\"137.118.199.33\"]
[profiles.asked]
admission = \"approve\"
[[rules]]
profile = \"caged\"
vlan = 10
[[rules]]
profile = \"asked\"
mac = \"06:1a:5e:00:00:04\"
"
in_ns gw innkeeper config reload --socket /tmp/control.sock
check "new settings are taken" await eval 'in_ns gw innkeeper profiles --socket /tmp/control.sock | grep -q caged'
check "a device loses nothing meanwhile" lost_none

# ---------------------------------------------------------------- profiles and VLANs
part=profiles
plug c sw 10.9.9.9/24 10.9.9.1 10
plug d sw 10.9.9.9/24 10.9.9.1
check "a device in a VLAN reaches what its profile allows" pings c 137.118.199.33
check "and nothing else" refute pings c $server 1 "-W 2"
check "who waits for approval reaches nothing" refute pings d $server 1 "-W 2"
check "and is shown the page" eval 'in_ns d curl -sL --max-time 20 http://$server/ | grep -qi "<html"'
check "approval lets it in" eval 'in_ns gw innkeeper devices approve 06:1a:5e:00:00:04 --socket /tmp/control.sock && await pings d $server 1'
check "devices of one address have two outside" eval '[[ $(seen_as d) == 137.118.199.5? ]]'
check "all of them are listed" eval '[ $(in_ns gw innkeeper devices --json --socket /tmp/control.sock | grep -o "\"mac\"" | wc -l) -ge 4 ]'

# ---------------------------------------------------------------- DHCP
part=dhcp
plug e sw - -
check "a client is leased an address" in_ns e dhclient -1 -sf /usr/sbin/dhclient-script -lf /tmp/leases -pf /tmp/dhclient.pid eth0
check "and gets through" pings e $server
unplug c d e

# ---------------------------------------------------------------- teardown
part=teardown
stop_gateway
check "known devices go on without a control plane" pings a $server
check "teardown ends well" teardown
check "nothing is left" is_clean

# ---------------------------------------------------------------- two arms, one address for all
part=napt
write_settings "$two_arms$open"
check "the gateway starts" start_gateway
check "a device reaches the server" pings a $server
check "as the gateway's own address" eval '[[ $(seen_as a) == 137.118.199.2 ]]'
check "and so does another" eval '[[ $(seen_as b) == 137.118.199.2 ]]'
check "UDP is told apart by ports" eval 'one=$(udp_from a 4000) && two=$(udp_from b 4000) && [[ $one == *hello* && $two == *hello* && $one != "$two" ]]'
check "a port of a device is the same for every peer" eval 'one=$(udp_from a 4001) && two=$(udp_from a 4001 137.118.199.1) && [[ $one == *hello*137.118.199.2* && $one == "$two" ]]'
check "fragments pass, both ways" pings b $server 2 "-s 4000"
check "many conversations pass" eval 'for i in $(seq 20); do [[ $(seen_as a) == 137.118.199.2 ]] || return 1; done'
umount /tmp/bpf
stop_gateway
check "teardown ends well though the bpffs was unmounted" teardown
check "nothing is left" is_clean
unplug a b

# ---------------------------------------------------------------- one arm
part=onearm
write_settings "
[access]
interface = \"uplink\"
[uplink]
interface = \"uplink\"$pool"
plug f lan 10.77.0.5/24 10.77.0.1
plug g lan 137.118.199.40/24 137.118.199.1
check "the gateway starts" start_gateway
check "an interloper reaches the server" await pings f $server 1
check "as an address of the pool" eval '[[ $(seen_as f) == 137.118.199.5? ]]'
check "a host of the LAN reaches it as before" eval '[[ $(seen_as g) == 137.118.199.40 ]]'
check "hosts outside reach the interloper" pings office "$(seen_as f)"
stop_gateway
check "teardown ends well" teardown
check "nothing is left" is_clean

part=end
dmesg | grep -E 'BUG|WARNING|Oops|verifier bug' && say FAIL "the kernel complains of nothing" || say ok "the kernel complains of nothing"
cat /tmp/log
echo "@ end"
busybox poweroff -f
