#!/usr/bin/env bash
# Runs seeds of the simulation (docs/simulation.md): simulate.sh COUNT [FIRST_SEED]; --only SEED runs one again; --faults puts old faults back
# into a copy of the source, one after the other, and says how many seeds it took to find each. The last line is "N of M checks passed".
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
	dotnet build "$1/tests/Innkeeper.Simulation" -c Release --nologo -v quiet -p:RunAnalyzers=false >/dev/null
}

if [ "${1:-}" != --faults ]; then
	build .
	exec tests/Innkeeper.Simulation/bin/Release/net10.0/Innkeeper.Simulation "${@:-1000}"
fi

copy=$(mktemp -d)
trap 'git worktree remove --force "$copy/source" 2>/dev/null || true; rm -rf "$copy"' EXIT
git worktree add --detach --quiet "$copy/source" HEAD
faults=0 found=0
for patch in "$PWD"/tests/simulation-faults/*.patch; do
	faults=$((faults + 1))
	git -C "$copy/source" checkout --quiet --force HEAD
	git -C "$copy/source" apply "$patch"
	build "$copy/source"
	if "$copy/source/tests/Innkeeper.Simulation/bin/Release/net10.0/Innkeeper.Simulation" "${2:-2000}" --first-failure >"$copy/log" 2>&1; then
		echo "$(basename "$patch" .patch): not found"
	else
		found=$((found + 1))
		echo "$(basename "$patch" .patch): found in $(sed -n 's/^\([0-9]* seeds\) in.*/\1/p' "$copy/log"): $(grep -m 1 ' fails at ' "$copy/log" | cut -c 1-200)"
	fi
done
echo "$found of $faults checks passed"
[ "$found" -eq "$faults" ]
