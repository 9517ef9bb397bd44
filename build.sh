#!/usr/bin/env bash
# Leaves a runnable innkeeper, compiled ahead of time, with the data plane embedded:
#   build.sh          out/innkeeper, for this machine (amd64)
#   build.sh arm64    out/arm64/innkeeper
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-amd64}" in
amd64)
	scripts/prepare.sh build
	rm -f out/libe_sqlite3.so # of version 0.1.0: it is linked in now
	dotnet publish src/Innkeeper -c Release -r linux-x64 -o out --nologo -v quiet
	echo "built $(pwd)/out/innkeeper"
	;;
arm64)
	scripts/prepare.sh arm64
	# The other architecture's libraries, of the Debian that this one's come from. lld links for any.
	scripts/debian.sh bookworm arm64 obj/arm64 libbpf-dev libsqlite3-dev libgcc-12-dev
	rm -f out/arm64/libe_sqlite3.so
	dotnet publish src/Innkeeper -c Release -r linux-arm64 -o out/arm64 -p:SysRoot="$PWD/obj/arm64" -p:LinkerFlavor=lld --nologo -v quiet
	echo "built $(pwd)/out/arm64/innkeeper"
	;;
*)
	echo "usage: $0 [amd64|arm64]" >&2
	exit 2
	;;
esac
