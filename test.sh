#!/usr/bin/env bash
# Builds everything, runs all tests and adds up. Before the last line it says how long each suite took, and which classes took longest; the
# last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"

scripts/prepare.sh test
./build.sh
dotnet build Innkeeper.slnx -c Release --nologo -v quiet
export INNKEEPER_BINARY="$PWD/out/innkeeper"

log=$(mktemp)
results=$(mktemp)
trap 'rm -f "$log" "$results"' EXIT
total=0 failed=0 skipped=0
durations=()

# Adds the numbers of one test program's summary line; a program that ended without one counts as a failure.
run() {
	local code=0 summary begun=$SECONDS
	echo "== $1"
	"tests/$1/bin/Release/net10.0/$1" -noColor -result-xml "$results" | tee "$log" || code=$?
	durations+=("$1 took $((SECONDS - begun)) s$(slowest_classes "$1")")
	summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1 || true)
	if [[ $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+) ]]; then
		total=$((total + BASH_REMATCH[1] + BASH_REMATCH[2]))
		failed=$((failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
		skipped=$((skipped + BASH_REMATCH[4]))
		[ "$code" -eq 0 ] || [ $((BASH_REMATCH[2] + BASH_REMATCH[3])) -gt 0 ] || abnormal "$1" "$code"
	else
		abnormal "$1" "$code"
	fi
}

# The form of the C# (of the C it is a unit test): one check.
format_of_csharp() {
	echo "== dotnet format whitespace"
	total=$((total + 1))
	dotnet format whitespace Innkeeper.slnx --verify-no-changes --no-restore || failed=$((failed + 1))
}

# The classes of a test program whose tests took longest together, each at least 10 s; without the making of their fixtures.
slowest_classes() {
	grep -o '<collection [^>]*>' "$results" | sed -En "s/.* name=\"Test collection for $1\.([^ \"]+).* time=\"([0-9]+)\..*/\2 \1/p" |
		sort -rn | awk '$1 >= 10 && NR <= 5 { printf "%s%s %s s", NR == 1 ? "; longest: " : ", ", $2, $1 }' || true
}

# The oldest kernel that is supported, emulated (docs/systems.md): each check is a test.
oldest_kernel() {
	echo "== tests/kernels.sh 6.1"
	local code=0 begun=$SECONDS
	tests/kernels.sh 6.1 2>&1 | tee "$log" || code=$?
	durations+=("tests/kernels.sh 6.1 took $((SECONDS - begun)) s")
	if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ of\ ([0-9]+)\ checks\ passed$ ]]; then
		total=$((total + BASH_REMATCH[2]))
		failed=$((failed + BASH_REMATCH[2] - BASH_REMATCH[1]))
	else
		abnormal tests/kernels.sh "$code"
	fi
}

# The whole control plane on virtual time (docs/simulation.md): each kept seed is a test, and a thousand others are one.
simulation() {
	echo "== Innkeeper.Simulation"
	local code=0 begun=$SECONDS
	tests/Innkeeper.Simulation/bin/Release/net10.0/Innkeeper.Simulation 1000 2>&1 | tee "$log" || code=$?
	durations+=("Innkeeper.Simulation took $((SECONDS - begun)) s")
	if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ of\ ([0-9]+)\ checks\ passed$ ]]; then
		total=$((total + BASH_REMATCH[2]))
		failed=$((failed + BASH_REMATCH[2] - BASH_REMATCH[1]))
	else
		abnormal Innkeeper.Simulation "$code"
	fi
}

abnormal() {
	echo "$1 ended abnormally with $2" >&2
	total=$((total + 1))
	failed=$((failed + 1))
}

format_of_csharp
run Innkeeper.Tests
simulation
run Innkeeper.DataPlane.Tests
run Innkeeper.EndToEnd.Tests
oldest_kernel

echo "== durations"
printf '%s\n' "${durations[@]}"
passed=$((total - failed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
