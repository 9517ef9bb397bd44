#!/usr/bin/env bash
# Builds everything, runs all tests and adds up. Before the last line it says how long each suite took, and which classes took longest; the
# last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"

for kind in test kernels packages; do
	scripts/prepare.sh "$kind"
done
logs=$(mktemp -d)
results=$(mktemp)
systems=
trap '[ -z "$systems" ] || kill -- "-$systems" 2>/dev/null || true; rm -rf "$logs" "$results"' EXIT

# What tests/packages.sh boots comes from a mirror, which takes its time: meanwhile the compilers work.
if [ "$(id -u)" -eq 0 ]; then
	setsid tests/packages.sh --roots >"$logs/systems" 2>&1 &
	systems=$!
fi
packaging/build.sh amd64
dotnet build Innkeeper.slnx -c Release --nologo -v quiet
export INNKEEPER_BINARY="$PWD/out/innkeeper"

log=$logs/suite
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

# Programs whose last line is "N of N checks passed", side by side: what each printed follows when all have ended.
checks() {
	local command number log outcome
	local -a running=()
	for command; do
		{
			SECONDS=0
			$command 2>&1 && code=0 || code=$?
			echo "$code $SECONDS" >"$logs/${#running[@]}.outcome"
		} >"$logs/${#running[@]}" &
		running+=($!)
	done
	wait "${running[@]}"
	number=0
	for command; do
		log=$logs/$number
		outcome=($(cat "$log.outcome"))
		echo "== $command"
		cat "$log"
		durations+=("$command took ${outcome[1]} s")
		if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ of\ ([0-9]+)\ checks\ passed$ ]]; then
			total=$((total + BASH_REMATCH[2]))
			failed=$((failed + BASH_REMATCH[2] - BASH_REMATCH[1]))
		else
			abnormal "$command" "${outcome[0]}"
		fi
		number=$((number + 1))
	done
}

abnormal() {
	echo "$1 ended abnormally with $2" >&2
	total=$((total + 1))
	failed=$((failed + 1))
}

format_of_csharp
run Innkeeper.Tests
# The whole control plane on virtual time (docs/simulation.md): each kept seed is a test, and a thousand others are one.
checks "tests/Innkeeper.Simulation/bin/Release/net10.0/Innkeeper.Simulation 1000"
run Innkeeper.DataPlane.Tests
run Innkeeper.EndToEnd.Tests
# The oldest kernel that is supported, emulated (docs/systems.md), and the package in the systems that it is for.
if [ -n "$systems" ]; then
	wait "$systems" || true # if they could not be made, tests/packages.sh tries again, and says why not
	systems=
	checks "tests/kernels.sh 6.1" tests/packages.sh
else
	checks "tests/kernels.sh 6.1"
	total=$((total + 1)) skipped=$((skipped + 1)) # only root boots systems
fi

echo "== durations"
printf '%s\n' "${durations[@]}"
passed=$((total - failed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
