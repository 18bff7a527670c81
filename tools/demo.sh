#!/bin/sh
# From a fresh Debian machine to a cluster that answers: sets itself up, then shows it. `--down` takes it away again.
set -eu
cd "$(dirname "$0")/.."

sh tools/install-npm.sh
sh tools/install-debian.sh tools/debian/lab.txt
PATH=$PWD/node_modules/.bin:$PATH
export PATH
exec node tools/demo/demo.ts "$@"
