#!/usr/bin/env bash
# What the daemon weighs with 3 and with 10,000 devices, what it costs idle, and how long 10,000 arrivals at once take.
. "$(dirname "$0")/common.sh"

few=3
setting many MANY 10000
setting idle IDLE_SECONDS 20

many_devices

weigh() {
	local ticks
	ticks() { awk '{print $14 + $15}' "/proc/$gateway/stat"; }
	local before
	before=$(ticks)
	sleep "$idle" # the measurement itself: CPU used in this time
	echo "| $1 | $(memory Rss) | $(memory Pss) | $((($(ticks) - before) * 10)) ms in $idle s | $2 |"
}

rows=()
until_bound "$few"
rows+=("$(weigh "$few" -)")
start=$(date +%s%N)
until_bound "$many"
took=$((($(date +%s%N) - start) / 1000000))
rows+=("$(weigh "$many" "$took ms, sent at 4,000 a second")")

{
	echo "# Memory and CPU time of the daemon"
	echo
	machine
	echo
	echo "| devices | RSS kB | PSS kB | CPU idle | all bound after |"
	echo "|---|---|---|---|---|"
	printf '%s\n' "${rows[@]}"
} | keep_result benchmarks/results/memory.md 2
