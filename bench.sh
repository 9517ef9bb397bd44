#!/usr/bin/env bash
# Measures and keeps the result in benchmarks/results: bench.sh forwarding | memory | dns | nat | onboarding | dhcp | rates | console
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
forwarding | memory | dns | nat | onboarding | dhcp | rates | console) ;;
*)
	echo "usage: $0 forwarding|memory|dns|nat|onboarding|dhcp|rates|console" >&2
	exit 2
	;;
esac

scripts/prepare.sh bench
./build.sh
exec "benchmarks/$1.sh"
