# Sourced by the benchmarks, through common.sh: only a whole run replaces the results that are kept.

# Why this run is partial, a reason a line; empty: it is whole.
partial=""

# setting VARIABLE NAME DEFAULT: takes the variable from the environment's NAME, or the default. A smaller number, or a list that lacks a
# word of the default, makes the run partial.
setting() {
	local given=${!2:-$3} word
	printf -v "$1" %s "$given"
	if [[ $3 =~ ^[0-9]+$ ]]; then
		[ "$given" -ge "$3" ] || partial+="$2 is $given, and a whole run has $3"$'\n'
		return
	fi
	for word in $3; do
		[[ " $given " == *" $word "* ]] || partial+="$2 lacks $word"$'\n'
	done
}

# await_server NAME PID LOG COMMAND…: until the command succeeds. A server that ends, or is not ready after $patience seconds, ends the
# benchmark with its log.
patience=30
await_server() {
	local name=$1 pid=$2 log=$3 deadline=$((SECONDS + patience))
	shift 3
	until "$@"; do
		if ! kill -0 "$pid" 2>/dev/null; then
			echo "$name did not start:" >&2
			cat "$log" >&2
			exit 1
		fi
		if [ "$SECONDS" -ge "$deadline" ]; then
			echo "$name was not ready within $patience s:" >&2
			cat "$log" >&2
			exit 1
		fi
		read -rt 0.1 <> <(:) || true
	done
}

# keep_result FILE ROWS <TEXT: prints the results, and keeps them in FILE if they are whole: not partial, with ROWS rows in their tables, and a
# figure in each cell ("-" where there is none to be had). Fails when figures are missing in a run that should be whole.
keep_result() {
	local file=$1 text fault
	text=$(cat)
	echo "$text"
	if [ -n "$partial" ]; then
		echo "$file stays as it was, this run is partial: ${partial//$'\n'/; }" >&2
		return 0
	fi
	fault=$(awk -F' *[|] *' -v rows="$2" '
		/^[|][-|]*$/ { inside = 1; next }
		!/^[|]/ { inside = 0; next }
		!inside { next }
		{ found++; for (i = 2; i < NF; i++) if ($i == "" || $i ~ /^-?(inf|nan)$/) { print "a figure is missing: " $0; exit } }
		END { if (found != rows) print found + 0 " rows instead of " rows }' <<<"$text" | head -n 1)
	if [ -n "$fault" ]; then
		echo "$file stays as it was: $fault" >&2
		return 1
	fi
	echo "$text" >"$file.new"
	mv "$file.new" "$file"
}
