#!/bin/sh
# Installs this package of Slipway: its files under $PREFIX/lib/slipway/<version>, the command as $PREFIX/bin/slipway.
set -eu

prefix=${PREFIX:-/usr/local}
from=$(dirname "$(readlink -f "$0")")
version=$(basename "$from" | sed 's/^slipway-//; s/-linux-x64$//')
to=$prefix/lib/slipway/$version

mkdir -p "$prefix/bin" "$prefix/lib/slipway"
rm -rf "$to.new"
cp -R "$from" "$to.new"
rm -rf "$to"
mv "$to.new" "$to"
ln -sfn "$to/bin/slipway" "$prefix/bin/slipway"
"$prefix/bin/slipway" version
