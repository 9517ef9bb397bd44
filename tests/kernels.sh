#!/usr/bin/env bash
# Tries the product on other kernels, each with the userland of its own Debian, in machines that qemu emulates (no KVM needed):
#   tests/kernels.sh [KERNEL...]       all of them without one; the names are below
# Prints a table, and a line for each check that failed; what the machines printed stays in out/kernels/. When all were tried, the
# table is kept in benchmarks/results. It needs ./build.sh first, and ./build.sh arm64 for those of that architecture.
set -euo pipefail
cd "$(dirname "$0")/.."

# Name, suite, architecture, package; and the suite of the userland, where the kernel does not come with all of its own. 5.10 is older than
# what is needed: there the product must say so.
kernels='
5.10       bullseye            amd64  linux-image-5.10.*-*-amd64  bookworm
6.1        bookworm            amd64  linux-image-amd64
6.12       trixie              amd64  linux-image-amd64
6.18       trixie-backports    amd64  linux-image-6.18.*-amd64    trixie
7          trixie-backports    amd64  linux-image-amd64
6.1-arm64  bookworm            arm64  linux-image-arm64
7-arm64    trixie-backports    arm64  linux-image-arm64
'
userland="bash busybox bind9-dnsutils coreutils curl dash dnsmasq-base grep iproute2 iputils-ping isc-dhcp-client kmod mount procps sed socat util-linux"
modules="veth bridge 8021q sch_ingress cls_bpf"
result=benchmarks/results/kernels.md
parts="load lacks 1:1 dns kill reload profiles dhcp teardown napt onearm end"
patience=1200 # seconds for one machine, which has its own patience with what it tries

scripts/prepare.sh kernels

# The data plane as it was compiled last, the same for every processor.
object=$(find src/Innkeeper/obj/Release -name innkeeper.bpf.o -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)

binary_of() { if [ "$1" = amd64 ]; then echo out; else echo "out/$1"; fi; }

# What reads the verifier's figures (tests/kernels/verifier.c).
build_verifier() {
	local target=()
	[ "$1" = amd64 ] || target=(--target=aarch64-linux-gnu --sysroot=obj/arm64 -fuse-ld=lld)
	clang -O2 -Wall -Wextra -Werror "${target[@]}" -o "$2" tests/kernels/verifier.c -l:libbpf.a -l:libelf.a -lz
}

# The machine's first file system: the userland as it was fetched, and over it the modules that are needed and the product.
# build_initramfs ROOT KERNEL ARCHITECTURE FOLDER: with the modules of the root KERNEL.
build_initramfs() {
	local root=$2 architecture=$3 stage=$4/stage release binary
	release=$(basename "$root"/lib/modules/*)
	binary=$(binary_of "$architecture")
	rm -rf "$stage"
	mkdir -p "$stage"/usr/{bin,lib}
	ln -s usr/lib "$stage/lib"
	[ -e "$root/lib/modules/$release/modules.dep" ] || depmod -b "$root" "$release"
	for module in $modules; do
		/sbin/modprobe -d "$root" -S "$release" -D "$module"
	done | sed -n 's|^insmod .*/lib/modules/\([^ ]*\).*|usr/lib/modules/\1|p' | sort -u | (cd "$root" && tar -c -T -) | tar -x -C "$stage"
	cp "$root/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$stage/lib/modules/$release/"
	depmod -b "$stage" "$release"
	cp "$binary/innkeeper" "$stage/usr/bin/"
	build_verifier "$architecture" "$stage/usr/bin/verifier"
	cp "$object" "$stage/innkeeper.bpf.o"
	cp tests/kernels/guest.sh "$stage/init"
	cp tests/lan.sh "$stage/"
	{
		(cd "$1" && find . -path ./boot -prune -o -path ./usr/lib/modules -prune -o -path ./usr/share -prune -o -print | cpio -o -H newc --quiet)
		(cd "$stage" && find . -mindepth 1 | cpio -o -H newc --quiet)
	} >"$4/initramfs"
}

# boot ARCHITECTURE KERNEL INITRAMFS CONSOLE: returns when the machine is off.
boot() {
	local options=(-smp 2 -m 2G -nic none -display none -no-reboot -kernel "$2" -initrd "$3" -serial "file:$4")
	# An emulated timer may come too late for the kernel's check of it.
	local append="quiet loglevel=3 panic=-1 mitigations=off no_timer_check"
	# One thread for both processors: with two, one may run instructions that the other has just replaced, as Linux does with its jump labels.
	case "$1" in
	amd64) timeout "$patience" qemu-system-x86_64 -accel tcg,thread=single -cpu max "${options[@]}" -append "console=ttyS0 $append" ;;
	arm64) timeout "$patience" qemu-system-aarch64 -M virt -accel tcg,thread=single -cpu cortex-a72 "${options[@]}" -append "console=ttyAMA0 $append" ;;
	esac
}

passed=0 failed=0

# try_kernel NAME SUITE ARCHITECTURE PACKAGE [USERLAND_SUITE]: adds to the table and to the sums.
try_kernel() {
	local name=$1 suite=$2 architecture=$3 package=$4 userland_suite=${5:-}
	local folder=out/kernels/$name console=out/kernels/$name/console row release ok bad
	local kernel=$folder/root
	[ "$architecture" = amd64 ] || scripts/prepare.sh "kernels-$architecture"
	mkdir -p "$folder"
	# shellcheck disable=SC2086
	if [ -z "$userland_suite" ]; then
		scripts/debian.sh "$suite" "$architecture" "$folder/root" "$package" $userland
	else
		kernel=$folder/kernel
		scripts/debian.sh --alone "$suite" "$architecture" "$kernel" "$package" &&
			scripts/debian.sh "$userland_suite" "$architecture" "$folder/root" $userland
	fi || {
		echo "$name: its packages cannot be had" >&2
		table+=("$name|no packages")
		failed=$((failed + 1))
		return
	}
	build_initramfs "$folder/root" "$kernel" "$architecture" "$folder"
	kernel=$(find "$kernel" -name 'vmlinuz*' -type f | head -n 1)
	: >"$console"
	local began=$SECONDS
	boot "$architecture" "$kernel" "$folder/initramfs" "$console" || true
	release=$(tr -d '\r' <"$console" | sed -n 's/^@ load kernel //p')
	row="$name|${release:-did not start}"
	for part in $parts; do
		ok=$(grep -c "^@ $part ok " "$console" || true)
		bad=$(grep -c "^@ $part FAIL " "$console" || true)
		row+="|$ok/$((ok + bad))"
		passed=$((passed + ok))
		failed=$((failed + bad))
	done
	table+=("$row|$((SECONDS - began)) s")
	sed -n "s/\r//; s/^@ \([^ ]* FAIL .*\)/$name: \1/p" "$console" >&2
	if ! grep -q '^@ end' "$console"; then
		echo "$name: the machine ended before its last check; see $console" >&2
		failed=$((failed + 1))
	fi
	figures+=("$(tr -d '\r' <"$console" | sed -n "s/^@ load figures /$name|/p" | tr ' ' '|')")
}

table=("kernel|release|$(tr ' ' '|' <<<"$parts")|time")
figures=("kernel|program|instructions|stack|frames")
while read -r name suite architecture package userland_suite; do
	[ -n "$name" ] || continue
	[ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
	try_kernel "$name" "$suite" "$architecture" "$package" "$userland_suite" </dev/null
done <<<"$kernels"

tables() {
	printf '%s\n' "${table[@]}" | column -t -s '|'
	echo
	printf '%s\n' "${figures[@]}" | column -t -s '|'
}

tables
if [ $# -eq 0 ]; then
	{
		echo "# Other kernels"
		echo
		echo "What \`tests/kernels.sh\` printed (docs/systems.md) on $(date -u +%Y-%m-%d) at commit $(git rev-parse --short HEAD): for each part, the number of checks that"
		echo "passed and of all checks, and the total time in an emulated machine; below, the verifier's figures for each program. Stack is the"
		echo "deepest chain of calls, with each frame rounded up to 32 octets (the limit is 512 until Linux 6.8, ours is 480). The limit of instructions is"
		echo "1,000,000, ours is 500,000."
		echo
		tables | sed 's/^./    &/'
	} >"$result"
fi
echo
echo "$passed of $((passed + failed)) checks passed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
