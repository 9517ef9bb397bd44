#!/usr/bin/env bash
# Installs what is missing on Debian: prepare.sh build | arm64 | lab | test | bench | kernels | kernels-arm64 | packages. Does nothing, and needs no right, when all is there.
set -euo pipefail

# The data plane's compiler, and what NativeAOT links with.
build=(clang llvm libbpf-dev libelf-dev libsqlite3-dev binutils libc6-dev libgcc-12-dev linux-libc-dev)
# What links for arm64, beside what lies in a directory of its own (scripts/debian.sh).
arm64=("${build[@]}" lld)
# What the namespaces of the lab are made of, and what runs in them.
lab=("${build[@]}" iproute2 util-linux procps tcpdump curl python3 dnsmasq-base bind9-dnsutils)
# The clients of the end-to-end tests, the list of vendors, and what checks the form of the C code.
test=("${lab[@]}" iputils-arping iputils-ping traceroute iperf3 nmap socat strace python3-scapy nftables ethtool jq bpftool ldnsutils musl-tools openssl coturn stun-client isc-dhcp-client postfix python3-aiosmtpd chromium udhcpc dhcpcd-base kea-admin faketime ieee-data libc6-dev-arm64-cross clang-format systemd dbus-daemon iptables ufw firewalld tshark zsh fish prometheus rsyslog rsyslog-openssl nfdump lldpd avahi-daemon radvd ndisc6 openssh-client)
# The emulated machines of tests/kernels.sh, and what makes their file systems.
kernels=("${build[@]}" qemu-system-x86 kmod cpio bsdextrautils)
kernels_arm64=("${arm64[@]}" qemu-system-arm)
# What tests/packages.sh checks packages with, and the systems that it installs them in.
packages=("${build[@]}" lintian mmdebstrap systemd-container bpftool)

# The generator of the benchmarks.
bench=("${lab[@]}" iputils-ping radvd nftables jq netsniff-ng dnsperf unbound iperf3 sockperf ethtool kea-dhcp4-server chromium)

case "${1:-}" in
build) wanted=("${build[@]}") ;;
arm64) wanted=("${arm64[@]}") ;;
lab) wanted=("${lab[@]}") ;;
test) wanted=("${test[@]}") ;;
bench) wanted=("${bench[@]}") ;;
kernels) wanted=("${kernels[@]}") ;;
kernels-arm64) wanted=("${kernels_arm64[@]}") ;;
packages) wanted=("${packages[@]}") ;;
*)
	echo "usage: $0 build|arm64|lab|test|bench|kernels|kernels-arm64|packages" >&2
	exit 2
	;;
esac

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# What builds the web console, where no Node.js is installed by other means (console/build.sh fetches a newer one if it is too old).
command -v npm >/dev/null || wanted+=(nodejs npm)

missing=()
for package in "${wanted[@]}"; do
	installed "$package" || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" -ne 0 ]; then
		echo "missing packages: ${missing[*]}; run this with sudo once, or install them with apt" >&2
		exit 1
	fi
	echo "installing ${missing[*]}" >&2
	export DEBIAN_FRONTEND=noninteractive
	# The packages would start servers (ports 3478, 25, 9090, 5353) and firewalls, now and at every boot; the tests start their own. Who had one already keeps it.
	for server in coturn postfix kea-dhcp4-server ufw firewalld prometheus rsyslog nfdump lldpd avahi-daemon radvd; do
		if [[ " ${missing[*]} " == *" $server "* && ! -e /etc/systemd/system/$server.service ]]; then
			mkdir -p /etc/systemd/system
			ln -s /dev/null "/etc/systemd/system/$server.service"
		fi
	done
	apt-get update -qq >&2
	# Another apt, the daily one perhaps, may be at work.
	apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

# sudo's secure_path may hide an SDK that is installed elsewhere.
if ! command -v dotnet >/dev/null; then
	echo "the .NET 10 SDK is missing (dotnet is not on the PATH): https://dotnet.microsoft.com/download" >&2
	exit 1
fi
