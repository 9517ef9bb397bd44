#!/bin/bash
# Builds the web console: types, tests, files in dist/, each also compressed.
set -euo pipefail
cd "$(dirname "$0")"

is_new_enough() { node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null; }
if ! is_new_enough; then
    # Debian 12 has an older Node.js than Vite needs: npm has the same program as a package.
    [ -x .node/node_modules/node/bin/node ] || npm install --prefix .node --no-audit --no-fund --loglevel=error node@22.23.3
    PATH=$PWD/.node/node_modules/node/bin:$PATH
    is_new_enough
fi

# As the lock file says, once for each lock file.
if ! cmp -s package-lock.json node_modules/.built-with 2>/dev/null; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.built-with
fi
npm run --silent build
# The API's document is served beside the page.
gzip -9nc ../src/Innkeeper/Api/openapi.json >dist/openapi.json.gz
