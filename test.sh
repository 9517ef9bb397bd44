#!/usr/bin/env bash
# Builds everything, runs all tests and adds up: the last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"

scripts/prepare.sh test
./build.sh
dotnet build Innkeeper.slnx -c Release --nologo -v quiet
export INNKEEPER_BINARY="$PWD/out/innkeeper"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
total=0 failed=0 skipped=0

# Adds the numbers of one test program's summary line; a program that ended without one counts as a failure.
run() {
	local code=0 summary
	echo "== $1"
	"tests/$1/bin/Release/net10.0/$1" -noColor | tee "$log" || code=$?
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

# The oldest kernel that is supported, emulated (docs/systems.md): each check is a test.
oldest_kernel() {
	echo "== tests/kernels.sh 6.1"
	local code=0
	tests/kernels.sh 6.1 2>&1 | tee "$log" || code=$?
	if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ of\ ([0-9]+)\ checks\ passed$ ]]; then
		total=$((total + BASH_REMATCH[2]))
		failed=$((failed + BASH_REMATCH[2] - BASH_REMATCH[1]))
	else
		abnormal tests/kernels.sh "$code"
	fi
}

abnormal() {
	echo "$1 ended abnormally with $2" >&2
	total=$((total + 1))
	failed=$((failed + 1))
}

format_of_csharp
run Innkeeper.Tests
run Innkeeper.DataPlane.Tests
run Innkeeper.EndToEnd.Tests
oldest_kernel

passed=$((total - failed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
