#!/usr/bin/env bash
# Tries the product on other kernels, each with the userland of its own Debian, in machines that qemu emulates (no KVM needed):
#   tests/kernels.sh [KERNEL...]       all of them without one; the names are below
# Prints a table, and a line for each check that failed; what the machines printed stays in out/kernels/. It needs ./build.sh first,
# and ./build.sh arm64 for those of that architecture.
set -euo pipefail
cd "$(dirname "$0")/.."

# Name, suite, architecture, package. 5.10 is older than what is needed: there the product must say so.
kernels='
6.1        bookworm            amd64  linux-image-amd64
6.12       trixie              amd64  linux-image-amd64
6.18       trixie-backports    amd64  linux-image-6.18.*-amd64
7          trixie-backports    amd64  linux-image-amd64
6.1-arm64  bookworm            arm64  linux-image-arm64
7-arm64    trixie-backports    arm64  linux-image-arm64
'
userland="bash busybox bind9-dnsutils curl dnsmasq-base iproute2 iputils-ping isc-dhcp-client kmod libbpf1 mount procps socat util-linux"
modules="veth bridge 8021q sch_ingress cls_bpf"
parts="load 1:1 dns kill reload profiles dhcp teardown napt onearm end"
patience=600 # seconds for one machine

# The product of an architecture, and what reads the verifier's figures.
binary_of() { if [ "$1" = amd64 ]; then echo out; else echo "out/$1"; fi; }
object=$(find src/Innkeeper/obj/Release -name innkeeper.bpf.o -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2)

build_verifier() {
	local target=()
	[ "$1" = amd64 ] || target=(--target=aarch64-linux-gnu --sysroot=out/sysroot-arm64 -fuse-ld=bfd)
	clang -O2 -Wall -Wextra -Werror ${target[@]+"${target[@]}"} -o "$2" tests/kernels/verifier.c -lbpf
}

# The machine's first file system: the userland as it was fetched, and over it the modules that we need and the product.
build_initramfs() {
	local root=$1 architecture=$2 stage=$3 result=$4 release binary
	release=$(basename "$root"/usr/lib/modules/*)
	binary=$(binary_of "$architecture")
	rm -rf "$stage" && mkdir -p "$stage/usr/bin" "$stage/usr/lib/modules"
	[ -e "$root/usr/lib/modules/$release/modules.dep" ] || depmod -b "$root/usr" "$release" 2>/dev/null || depmod -b "$root" "$release"
	for module in $modules; do
		/sbin/modprobe -d "$root" -S "$release" -D "$module" | awk '$1 == "insmod" {print $2}'
	done | sort -u | sed "s|^$root/*||" | (cd "$root" && xargs -r cp --parents -t "$OLDPWD/$stage")
	cp "$root/usr/lib/modules/$release"/modules.{order,builtin} "$stage/usr/lib/modules/$release/"
	depmod -b "$stage/usr" "$release" 2>/dev/null || true
	cp "$binary/innkeeper" "$binary/libe_sqlite3.so" "$stage/usr/bin/"
	build_verifier "$architecture" "$stage/usr/bin/verifier"
	cp "$object" "$stage/innkeeper.bpf.o"
	cp tests/kernels/guest.sh "$stage/init"
	{
		(cd "$root" && find . -path ./boot -prune -o -path ./usr/lib/modules -prune -o -path ./usr/share -prune -o -print | cpio -o -H newc --quiet)
		(cd "$stage" && find . -mindepth 1 | cpio -o -H newc --quiet)
	} >"$result"
}
