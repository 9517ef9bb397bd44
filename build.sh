#!/usr/bin/env bash
# Leaves a runnable out/innkeeper, compiled ahead of time, with the data plane embedded.
set -euo pipefail
cd "$(dirname "$0")"

scripts/prepare.sh build
dotnet publish src/Innkeeper -c Release -r linux-x64 -o out --nologo -v quiet
echo "built $(pwd)/out/innkeeper"
