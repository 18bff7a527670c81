#!/bin/sh
# The whole gate, from a fresh clone: sets itself up, then runs every check and every test. Needs root, on Debian.
set -eu
cd "$(dirname "$0")/.."

sh tools/install-npm.sh
sh tools/install-debian.sh tools/debian/lab.txt tools/debian/test.txt
# npm's node may be too old for the sources; the pinned one is not.
PATH=$PWD/node_modules/.bin:$PATH
export PATH
exec node tools/check.ts --all
