#!/usr/bin/env bash
# Installs the package as an administrator does, by apt, in Debian 12 and in Debian 13, each booted with its systemd in a container:
#   tests/packages.sh [12] [13]        both without one
# tests/packages/guest.sh is what is tried there. Before that, the package itself is looked at: size, lintian, the unit's score, and that a
# second build gives the same file. Prints each check that failed, and the figures; what the systems printed stays in out/packages-test.
# Needs root, and out/packages (packaging/build.sh amd64), which it builds if it is not there. Nothing that it starts outlives it, and
# this machine's own services, interfaces and control groups stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

systems=(12 13)
declare -A suites=([12]=bookworm [13]=trixie)
# What a host and the LAN need, with all that the package depends on: apt has no mirror in the container. The libraries are those of 0.1.0.
userland="adduser bind9-dnsutils bpftool dbus dnsmasq-base iproute2 iputils-ping libbpf1 libssl3 libstdc++6 nftables procps socat systemd systemd-sysv"
# Debian 12 has systemd-networkd on the uplink, Debian 13 NetworkManager.
declare -A more=([12]="" [13]="network-manager")
results=out/packages-test

score_limit=3.0
size_limit=$((13500 * 1000))

# roots [12|13]...: the systems, once; they stay in obj. In the background, since a mirror takes its time.
roots() {
	for system; do
		# shellcheck disable=SC2086
		scripts/debian.sh --installed "${suites[$system]}" amd64 "obj/debian$system" $userland ${more[$system]} || return
	done
}

case "${1:-}" in
--roots) # Only makes the systems, for a later run.
	shift
	scripts/prepare.sh packages
	roots "${@:-${systems[@]}}"
	exit
	;;
--mounted) # In mounts of its own: see below.
	shift
	;;
*)
	[ "$(id -u)" -eq 0 ] || { echo "tests/packages.sh boots systems: run it with sudo" >&2 && exit 1; }
	scripts/prepare.sh packages
	[ $# -gt 0 ] || set -- "${systems[@]}"
	roots "$@"
	[ -e "out/packages/innkeeper_$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)_amd64.deb" ] || packaging/build.sh amd64
	exec unshare --mount --propagation private "$0" --mounted "$@"
	;;
esac

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
package=$PWD/out/packages/innkeeper_${version}_amd64.deb
mkdir -p "$results"
work=$(mktemp -d)
declare -A processes=()

# Ends what this run started, by the control groups that it made.
finish() {
	local group
	exec 3>&2 2>/dev/null # the shell tells of each process that is killed
	for group in "$work"/cgroup/innkeeper-test-$$-*; do
		[ -d "$group" ] || continue
		echo 1 >"$group/cgroup.kill"
		while [ -s "$group/cgroup.procs" ] || grep -q '^populated 1' "$group/cgroup.events"; do sleep 0.1; done
		find "$group" -depth -type d -exec rmdir {} +
	done
	wait
	exec 2>&3
	umount --recursive "$work"
	rmdir "$work"
}

passed=0 failed=0
check() {
	local what=$1
	shift
	if "$@" >"$work/printed" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "package: FAIL $what"
		tail -n 20 "$work/printed"
	fi
}

# ---------------------------------------------------------------- the package itself

score() {
	dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work" --wildcards './usr/lib/systemd/system/*.service' &&
		systemd-analyze security --offline=true "$work/usr/lib/systemd/system/innkeeper.service" | sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p'
}

has_score() {
	local found
	found=$(score)
	echo "score: $found"
	[ -n "$found" ] && awk -v "found=$found" -v "limit=$score_limit" 'BEGIN { exit !(found <= limit) }'
}

has_size() {
	local size
	size=$(stat -c %s "$package")
	echo "$size octets"
	[ "$size" -lt "$size_limit" ]
}

is_the_same_again() {
	local before
	before=$(sha256sum "$package")
	dpkg-deb --control "$package" "$work/control"
	SOURCE_DATE_EPOCH=$(stat -c %Y "$work/control/control") packaging/build.sh amd64 &&
		[ "$(sha256sum "$package")" = "$before" ]
}

# ---------------------------------------------------------------- packages that an administrator may come to install

# variant NAME VERSION COMMAND: a package of that version, changed by the command, which finds its files in $tree.
variant() {
	local tree=$work/tree
	rm -rf "$tree"
	dpkg-deb --raw-extract "$package" "$tree"
	sed -i "s/^Version: .*/Version: $2/" "$tree/DEBIAN/control"
	eval "$3"
	dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$work/packages/$1.deb" >/dev/null
}

other_program='echo >>"$tree/usr/bin/innkeeper"'
unit='"$tree/usr/lib/systemd/system/innkeeper.service"'
other_unit="sed -i 's/^Environment=INNKEEPER_UNIT=.*/Environment=INNKEEPER_UNIT=another/; s/^TimeoutStopSec=.*/TimeoutStopSec=16/' $unit"
broken_program='printf "#!/bin/sh\necho I am broken >&2\nexit 1\n" >"$tree/usr/bin/innkeeper"'
# All is well until it is to serve.
failing_program='mkdir -p "$tree/usr/lib/innkeeper" && mv "$tree/usr/bin/innkeeper" "$tree/usr/lib/innkeeper/" && install -m 755 tests/packages/failing.sh "$tree/usr/bin/innkeeper"'

make_packages() {
	mkdir "$work/packages"
	cp "$package" "$work/packages/now.deb"
	variant next "$version+1" "$other_program"
	variant unit "$version+2" "$other_unit"
	variant broken "$version+3" "$broken_program"
	variant failing "$version+4" "$failing_program"
}

# ---------------------------------------------------------------- the systems

# boot SYSTEM: starts it; on a writable layer in memory over obj/debianSYSTEM, in control groups of its own, as on a host without others.
boot() {
	local place=$work/$1 group=$work/cgroup/innkeeper-test-$$-$1
	local options=(--boot --register=no --keep-unit --link-journal=no --resolv-conf=off --timezone=off --console=pipe "--machine=debian$1"
		--private-network --capability=all --system-call-filter="bpf perf_event_open"
		"--bind=$place/bpf:/sys/fs/bpf" "--bind-ro=$work/packages:/packages" "--bind-ro=$PWD/tests:/tests" "--bind-ro=$PWD/docs:/docs")
	if [ -n "$previous" ]; then
		options+=("--bind-ro=$(dirname "$previous")/program:/previous" "--bind-ro=$(dirname "$(readlink -f "$(command -v dotnet)")"):/dotnet")
	fi
	mkdir -p "$place"/{upper,work,root,bpf} "$group"
	mount -t overlay -o "lowerdir=obj/debian$1,upperdir=$place/upper,workdir=$place/work" overlay "$place/root"
	mount -t bpf -o mode=700 bpf "$place/bpf"
	(
		echo $BASHPID >"$group/cgroup.procs"
		exec systemd-nspawn --directory="$place/root" "${options[@]}" </dev/null >"$results/$1.boot" 2>&1
	) &
	processes[$1]=$!
}

# The container's first process, when there is one.
leader() { pgrep -P "${processes[$1]}" || true; }

inside() {
	local leader
	leader=$(leader "$1")
	[ -n "$leader" ] && nsenter --target "$leader" --all --wdns=/ env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "${@:2}"
}

is_up() { [[ $(inside "$1" systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]; }

# try_system SYSTEM: boots it and runs the checks in it.
try_system() {
	local end=$((SECONDS + 60))
	until is_up "$1"; do
		[ $SECONDS -lt $end ] && kill -0 "${processes[$1]}" || { echo "Debian $1 does not come up; see $results/$1.boot" && return 1; }
		sleep 0.2
	done
	inside "$1" bash /tests/packages/guest.sh "$1"
}

# ---------------------------------------------------------------- all of it

mount -t tmpfs tmpfs "$work"
trap finish EXIT
mkdir "$work/cgroup"
mount -t cgroup2 cgroup2 "$work/cgroup"
# A machine with version 1 has its tree here: in these mounts, systemd-nspawn finds version 2 alone.
umount --recursive /sys/fs/cgroup
mount --bind "$work/cgroup" /sys/fs/cgroup

check "less than 13.5 MB" has_size
check "lintian has no errors" lintian --fail-on error "$package"
check "the unit's score is at most $score_limit" has_score
check "a second build gives the same package" is_the_same_again

previous=$(tests/previous.sh) || { [ $? -eq 3 ] && previous= && echo "0.1.0 is not in this clone: its upgrade is not tried"; }
make_packages
for system; do
	boot "$system"
done
for system; do
	try_system "$system" >"$results/$system" 2>&1 &
	tries+=($!)
done
wait "${tries[@]}" || true
for system; do
	ok=$(grep -c "^@ [^ ]* ok " "$results/$system" || true)
	bad=$(grep -c "^@ [^ ]* FAIL " "$results/$system" || true)
	passed=$((passed + ok))
	failed=$((failed + bad))
	sed -n "s/^@ \([^ ]* FAIL .*\)/Debian $system: \1/p; s/^@ \([^ ]*\) figure /Debian $system: /p" "$results/$system"
	if ! grep -q '^@ end' "$results/$system"; then
		echo "Debian $system: ended before its last check; see $results/$system"
		failed=$((failed + 1))
	fi
done
echo "package: $(stat -c %s "$package") octets; the unit's score is $(score)"
echo
echo "$passed of $((passed + failed)) checks passed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
