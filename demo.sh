#!/usr/bin/env bash
# Three laptops of arbitrary and equal addresses on a hotel LAN that lives in network namespaces: each fetches a page.
#   ./demo.sh              shows it and cleans up
#   ./demo.sh --one-armed  the same on one arm: on an office's LAN, beside its own hosts
#   ./demo.sh --keep       leaves it up, and says how to look around and how to end it
#   ./demo.sh --end DIR    ends what --keep left
set -euo pipefail
cd "$(dirname "$0")"

lab() { dotnet run --project lab/Innkeeper.Lab -c Release --no-build -- "$@"; }

for option in "$@"; do
	case "$option" in
	--keep | --one-armed) ;;
	--end) break ;;
	*)
		echo "usage: $0 [--one-armed] [--keep] | --end DIR" >&2
		exit 2
		;;
	esac
done

if [ "$(id -u)" -ne 0 ]; then
	echo "network namespaces need root: run this with sudo" >&2
	exit 1
fi

scripts/prepare.sh lab
if [ "${1:-}" = --end ]; then
	lab end "${2:?which lab? --keep printed its directory}"
	exit
fi

./build.sh
dotnet build lab/Innkeeper.Lab -c Release --nologo -v quiet
echo
lab demo "$@"
