#!/bin/bash
# Runs as root in a Debian that tests/packages.sh booted: does with the package what an administrator does, on a LAN of network namespaces,
# with a device that has a foreign address. The last line is "@ end". The container is the gateway.
#   guest.sh 12|13      with systemd-networkd on 12, NetworkManager on 13
set -u
system=$1
patience=60
part=begin
. /tests/lan.sh

settings=/etc/innkeeper/innkeeper.toml
mac=06:1a:5e:00:00:01
export DEBIAN_FRONTEND=noninteractive

show() { systemctl show --property="$1" --value innkeeper; }
is_active() { systemctl --quiet is-active innkeeper; }
# As apt installs it; a version before needs to be allowed.
install() { apt-get install --yes --allow-downgrades "/packages/$1.deb"; }
# The program of the running process is the installed one.
runs_installed() { [ "$(sha256sum <"/proc/$(show MainPID)/exe")" = "$(sha256sum </usr/bin/innkeeper)" ]; }
now() { date +%s.%N; }
since() { awk -v "from=$1" -v "to=$(now)" 'BEGIN { printf "%.1f s", to - from }'; }

# While the command runs, a ping each 10 ms; afterwards the device has its address, its name and DNS still, and no ping was lost.
# undisturbed WHAT [COMMAND...]: further checks of what the command did are in the command.
undisturbed() {
	check "$1: pings get through" start_pings 0.01
	check "$1" "${@:2}"
	check "$1: no ping of a device is lost" lost_none
	check "$1: the device has its outside address" eval '[ "$(seen_as a)" = "$outside" ]'
	check "$1: and DNS" await asks a @8.8.8.8
	check "$1: what was decided about it stays" await knows_device
}

# Asked by a program that works, whatever is installed.
knows_device() { /tmp/innkeeper devices show "$mac" | grep "front desk"; }

# Without this, nothing else could be tried.
essential() {
	check "$@"
	[ $checked -eq 0 ] || { systemctl status innkeeper; journalctl --unit innkeeper --no-pager; exit 1; }
}

# What a package could leave: files, users, interfaces, rules, programs in the kernel, processes.
traces() {
	find / /run -xdev \( -path /tmp -o -path /var/tmp -o -path /root -o -path /var/log/journal -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /run/systemd \
		-o -path /run/netns -o -path /run/dbus -o -path /var/lib/NetworkManager -o -path /var/lib/systemd/timers -o -path /run/NetworkManager \) -prune -o -printf '%p %M %u:%g\n' |
		grep -vE '^(/etc/(passwd|group|shadow|gshadow|subuid|subgid)-|/var/log/(apt|dpkg.log|lastlog|[bw]tmp).*|/etc/\.pwd\.lock|/run/utmp|/usr/share/mime.*|/run/(log|udev|lock)/.*|/etc/resolv.conf) '
	getent passwd
	getent group
	ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/interface \1/'
	ip rule
	ip -4 route show table all | grep -v "^broadcast\|^local"
	find /sys/fs/bpf
	bpftool net show
	grep -E ' bpf ' /proc/mounts
	dpkg-query -W -f '${Package} ${db:Status-Status}\n'
	ps -eo comm= | grep innkeeper
	systemctl list-unit-files --no-legend | grep innkeeper
}

# nothing_left: as before the package came.
nothing_left() {
	traces | sort >/tmp/after
	diff /tmp/before /tmp/after
}

# ---------------------------------------------------------------- the host and the LAN
await [ -S /run/dbus/system_bus_socket ]
ip netns attach gw 1
build_lan
plug a sw 47.31.128.195/24 47.31.128.1
plug b sw 10.1.2.3/24 10.1.2.254
sysctl -qw net.ipv4.ip_forward=1
echo "nameserver 137.118.199.1" >/etc/resolv.conf
if [ "$system" = 12 ]; then
	printf '[Match]\nName=uplink\n[Network]\nAddress=137.118.199.2/24\nGateway=137.118.199.1\nLinkLocalAddressing=no\n' >/etc/systemd/network/10-uplink.network
	# For every interface, as some hosts have it.
	printf '[Match]\nType=ether\n[Network]\nDHCP=yes\nLinkLocalAddressing=no\n' >/etc/systemd/network/90-all.network
	systemctl --quiet enable --now systemd-networkd
else
	printf '[connection]\nid=uplink\ntype=ethernet\ninterface-name=uplink\n[ipv4]\nmethod=manual\naddress1=137.118.199.2/24,137.118.199.1\ndns=137.118.199.1\n[ipv6]\nmethod=disabled\n' >/etc/NetworkManager/system-connections/uplink.nmconnection
	chmod 600 /etc/NetworkManager/system-connections/uplink.nmconnection
	await nmcli --terse connection reload
	await nmcli --terse connection up uplink
fi
essential "the host is on its LAN" await pings gw $server 1
adduser --quiet --disabled-password --gecos "" nightshift
adduser --quiet --disabled-password --gecos "" stranger
traces | sort >/tmp/before

# ---------------------------------------------------------------- installed, then set up
part=install
began=$(now)
essential "apt installs it" install now
say figure "apt took $(since "$began")"
cp /usr/bin/innkeeper /tmp/innkeeper
check "it is not started" refute is_active
check "nothing was created" eval '! ip link | grep ik- && ! ip rule | grep -vE "^(0|32766|32767):"'
check "no unit failed" refute systemctl --quiet is-failed innkeeper
check "its status says what to do" eval 'systemctl status innkeeper | grep "innkeeper setup"'
check "it comes with the next boot" systemctl --quiet is-enabled innkeeper
check "manual pages and completions come with it" ls /usr/share/man/man1/innkeeper.1.gz /usr/share/man/man5/innkeeper.toml.5.gz /usr/share/bash-completion/completions/innkeeper
check "setup writes the settings" innkeeper setup --access access --uplink uplink --yes
sed -n 's/.*`\(.*\)` makes it effective.*/\1/p' /tmp/printed | sh -ex
essential "it starts" systemctl enable --now innkeeper
essential "a device is served" await pings a $server 1
check "and has DNS" await asks a @8.8.8.8
say figure "a device was served $(since "$began") after apt began"
check "so is another" pings b $server 1
check "it is healthy" await innkeeper status
check "the service is active" is_active
check "the device can be named" innkeeper devices name "$mac" "front desk"

part=rights
check "it is not root" eval '[ "$(ps -o user= -p "$(show MainPID)")" = innkeeper ]'
check "who is in the group uses the commands" eval 'adduser --quiet nightshift innkeeper && runuser -u nightshift -- innkeeper devices | grep "$mac"'
check "and decides" eval 'runuser -u nightshift -- innkeeper devices tag "$mac" lobby'
check "another user does not" eval '! runuser -u stranger -- innkeeper devices | grep "$mac"'
check "and does not read its files" eval '! runuser -u stranger -- ls /var/lib/innkeeper'

# With an address of its own from here on.
sed -i 's/^# addresses = .*/addresses = ["137.118.199.50-137.118.199.59"]/' $settings
check "the device gets an address of its own" eval 'systemctl reload innkeeper && innkeeper devices forget "$mac" && await eval "[[ \$(seen_as a) == 137.118.199.5? ]]" && innkeeper devices name "$mac" "front desk"'
outside=$(seen_as a)

# ---------------------------------------------------------------- killed, hung
part=survives
restarted() { [ "$(show NRestarts)" -gt "$restarts" ] && is_active; }
killed() { restarts=$(show NRestarts) && systemctl kill --kill-whom=main --signal="$1" innkeeper && await restarted; }
undisturbed "killed, it is started again" killed KILL
began=$(now)
undisturbed "hung, it is started again" killed STOP
say figure "a hung gateway was replaced after $(since "$began")"

# ---------------------------------------------------------------- new settings
part=reload
takes_settings() { printf '[profiles.lobby]\nlifetime = "7d"\n' >>$settings && systemctl reload innkeeper && innkeeper profiles | grep lobby; }
refuses_settings() {
	cp $settings /tmp/good && echo "wrong" >>$settings
	refute systemctl reload innkeeper && is_active && journalctl --unit innkeeper --lines 20 | grep -F "innkeeper.toml:$(wc -l <$settings)"
}
undisturbed "new settings are taken" takes_settings
undisturbed "settings with a mistake are refused, and the mistake is named" refuses_settings
cp /tmp/good $settings
undone() {
	sed 's/"7d"/"6d"/' $settings >/tmp/other && innkeeper config apply /tmp/other --confirm 5s && killed KILL &&
		await eval 'innkeeper config history | grep rollback' && diff /tmp/good $settings
}
undisturbed "settings that are not confirmed are rolled back, though the gateway is killed meanwhile" undone
check "the file is the service's, and its folder root's" eval '[ "$(stat -c "%U %a" $settings /etc/innkeeper | xargs)" = "innkeeper 644 root 755" ]'
hostile() { printf '[dataplane]\nbpffs = "/etc/cron.d"\n' | cat $settings - >/tmp/hostile && refute innkeeper prepare --owner innkeeper --config /tmp/hostile && ! grep cron.d /proc/mounts; }
check "root mounts nothing where the file says" hostile

# ---------------------------------------------------------------- other versions
part=versions
upgraded() { install "$1" && is_active && await runs_installed; }
undisturbed "a later version" upgraded next
undisturbed "a later version with another unit" upgraded unit
process=$(show MainPID)
# The program before serves on, under the number that systemd knows.
serves_on() { install "$1" 2>&1 | tee /tmp/apt && is_active && [ "$(sha256sum <"/proc/$(show MainPID)/exe")" = "$before" ] && await asks a @8.8.8.8; }
before=$(sha256sum </usr/bin/innkeeper)
undisturbed "a version that does not start: the one before serves on" serves_on broken
check "in the same process" [ "$(show MainPID)" = "$process" ]
check "and apt says so" grep "innkeeper: .*serves on" /tmp/apt
undisturbed "a version that passes its checks and does not serve, with another unit: the one before serves on" serves_on failing
check "and apt says so" grep "innkeeper: .*serves on" /tmp/apt
undisturbed "back to an earlier version" upgraded now
undisturbed "killed after that, it is started again" killed KILL

# ---------------------------------------------------------------- other software of the host
part=host
own_links() { ip -o address show dev ik-stack; ip -o address show dev ik-edge; ip -o -4 address show dev access; ip rule; }
left_alone() {
	own_links >/tmp/links
	if [ "$system" = 12 ]; then
		systemctl restart systemd-networkd && await eval 'networkctl --no-legend list uplink | grep configured'
		for each in ik-stack ik-edge; do await eval "networkctl --no-legend list $each | grep unmanaged" || return; done
	else
		systemctl restart NetworkManager && await eval 'nmcli --terse --fields device,state device | grep uplink:connected'
		for each in access ik-stack ik-edge; do await eval "nmcli --terse --fields device,state device | grep $each:unmanaged" || return; done
	fi
	own_links | diff /tmp/links -
}
undisturbed "who manages the host's interfaces leaves ours alone" left_alone
# The file of an ordinary host that drops what it does not know, and the lines of the document.
closed() {
	nft -f - <<-'RULES'
		table inet filter {
			chain input { type filter hook input priority 0; policy drop; ct state established,related accept; iifname "lo" accept; tcp dport 22 accept; }
			chain forward { type filter hook forward priority 0; policy drop; }
		}
	RULES
	refute asks b @9.9.9.9 && sed -n 's/^| nftables | `\([^`]*\)`, `\([^`]*\)`.*/\1\n\2/p' /docs/firewall.md | sh -ex && asks b @9.9.9.9
}
undisturbed "behind a firewall with the document's lines" closed
nft flush ruleset

# ---------------------------------------------------------------- removed
part=remove
check "apt removes it" apt-get remove --yes innkeeper
check "nothing of it is in the kernel" eval '! ip link | grep ik- && ! bpftool net show | grep from_ && ! grep innkeeper /proc/mounts'
check "no process is left" refute pgrep innkeeper
check "settings and decisions stay" eval '[ -s $settings ] && [ -s /var/lib/innkeeper/innkeeper.db ]'
check "installed again, it serves" eval 'install now && await pings a $server 1 && await knows_device'
check "apt purges it" apt-get purge --yes innkeeper
check "nothing is left" nothing_left

# ---------------------------------------------------------------- 0.1.0, which had no package
if [ -d /previous ]; then
	part=previous
	mkdir -p /etc/innkeeper
	printf '[access]\ninterface = "access"\n[uplink]\ninterface = "uplink"\n[pool]\naddresses = ["137.118.199.50-137.118.199.59"]\n' >$settings
	printf '[Service]\nType=notify\nExecStart=/dotnet/dotnet /previous/innkeeper.dll run --config %s\nRestart=always\n[Install]\nWantedBy=multi-user.target\n' $settings >/etc/systemd/system/innkeeper.service
	check "0.1.0 serves" eval 'systemctl daemon-reload && systemctl enable --now innkeeper && await pings a $server 1'
	check "and knows the device's name" /dotnet/dotnet /previous/innkeeper.dll devices name "$mac" "front desk"
	outside=$(seen_as a)
	check "the device has an address of its own" eval '[[ $outside == 137.118.199.5? ]]'
	# As docs/upgrade.md says.
	replaced() { systemctl stop innkeeper && rm /etc/systemd/system/innkeeper.service && install now && await is_active && runs_installed; }
	undisturbed "the package takes its place" replaced
	check "apt purges it" apt-get purge --yes innkeeper
	check "nothing is left" nothing_left
fi

part=end
journalctl --unit innkeeper --no-pager --output short-monotonic
echo "@ end"
