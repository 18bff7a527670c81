#!/bin/sh
# Runs the packaged CLI with the Node that it came with.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
exec "$root/distribution/node" "$root/cli/slipway.mjs" "$@"
