#!/bin/bash
# Builds the web console: types, tests, files in dist/, each also compressed. Needs Node.js 20 or newer.
set -euo pipefail
cd "$(dirname "$0")"
# As the lock file says, once for each lock file.
if ! cmp -s package-lock.json node_modules/.built-with 2>/dev/null; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.built-with
fi
npm run --silent build
