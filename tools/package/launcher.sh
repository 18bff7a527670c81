#!/bin/sh
# Runs the packaged CLI with the Node that it came with.
# What Node compiled is kept beside Slipway's other caches: a start then takes a third of the time.
: "${NODE_COMPILE_CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/slipway/compiled}"
export NODE_COMPILE_CACHE
root=$(dirname "$(dirname "$(readlink -f "$0")")")
exec "$root/distribution/node" "$root/cli/slipway.mjs" "$@"
