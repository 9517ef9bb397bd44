#!/usr/bin/env bash
# Builds the program of an earlier commit, for the test of the upgrade in place, and prints its path: previous.sh [COMMIT]
# Exit code 3: the commit is not in this clone and cannot be fetched.
# The build stays in out/before-COMMIT, so that a second run takes no time. It is compiled just in time: ahead of time would take minutes,
# and the code and the data plane are the same.
set -euo pipefail
cd "$(dirname "$0")/.."

# 0.1.0, the last with the state in schema 5.
commit=${1:-dd0ef09f686c8b5355465e4b1cbcd97491a4e37c}
folder=$PWD/out/before-${commit:0:7}

# The commit is missing from a shallow clone, and everything from an archive of the source.
fetch() {
	git cat-file -e "$commit^{commit}" 2>/dev/null && return
	echo "fetching $commit" >&2
	git fetch --quiet origin "$commit" >&2 || git fetch --quiet --unshallow origin >&2 || true
	git cat-file -e "$commit^{commit}" 2>/dev/null && return
	echo "the commit $commit is missing here and cannot be fetched: this test needs a git clone with its history (git fetch --unshallow)" >&2
	exit 3
}

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9
if [ ! -x "$folder/innkeeper" ]; then
	fetch
	rm -rf "$folder/source" "$folder/program"
	mkdir "$folder/source"
	git archive "$commit" | tar -x -C "$folder/source"
	# No build server stays behind: it would keep the lock.
	dotnet publish "$folder/source/src/Innkeeper" -c Release -r linux-x64 --self-contained false -o "$folder/program" --nologo -v quiet -nodeReuse:false \
		-p:UseSharedCompilation=false -p:PublishAot=false -p:RunAnalyzers=false >&2 9>&-
	printf '#!/bin/sh\nexec "%s" "%s/program/innkeeper.dll" "$@"\n' "$(command -v dotnet)" "$folder" >"$folder/innkeeper.new"
	chmod +x "$folder/innkeeper.new"
	mv "$folder/innkeeper.new" "$folder/innkeeper"
fi

echo "$folder/innkeeper"
