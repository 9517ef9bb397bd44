#!/usr/bin/env bash
# Measures and keeps the result in benchmarks/results: bench.sh forwarding | memory | dns | nat | onboarding | dhcp | rates | console | ipv6
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
forwarding | memory | dns | nat | onboarding | dhcp | rates | console | ipv6) ;;
*)
	echo "usage: $0 forwarding|memory|dns|nat|onboarding|dhcp|rates|console|ipv6" >&2
	exit 2
	;;
esac

scripts/prepare.sh bench
./build.sh
exec "benchmarks/$1.sh"
