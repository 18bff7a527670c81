#!/bin/sh
# Installs the Debian packages listed in the given files, those that are missing; starts none of their services.
set -eu

[ "$(id -u)" = 0 ] || { echo "installing Debian packages needs root" >&2; exit 1; }
command -v apt-get >/dev/null || { echo "this set-up knows Debian's apt-get only" >&2; exit 1; }

packages=$(sed 's/#.*//' "$@" | sort -u)
# Any kubectl will do; Debian's own is the last resort.
command -v kubectl >/dev/null || packages="$packages kubernetes-client"

missing=
for package in $packages; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "Debian packages: all there"
  exit 0
fi

echo "Debian packages: installing$missing"
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=300 update --quiet=2
# shellcheck disable=SC2086 # one word a package
apt-get -o DPkg::Lock::Timeout=300 install --quiet=2 --yes --no-install-recommends $missing
