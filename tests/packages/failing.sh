#!/bin/sh
# A program whose checks all pass, and that cannot serve: tests/packages.sh puts it in the place of a good one.
if [ "$1" = run ]; then
	echo "I cannot serve" >&2
	exit 1
fi
exec /usr/lib/innkeeper/innkeeper "$@"
