/**
 * What a batch calls, in POSIX sh with coreutils only. Each operation prints the base64 of what it found, sections
 * apart by `-`, then a line `= <index> <status> …`; a failed one's last section is what the host said.
 * Scratch files stand in memory (/dev/shm) where there is one, so that a full disk does not hide its own error.
 */
export const batchFunctions = `
umask 022
trap 'exit 143' HUP INT PIPE TERM
trap 'rm -rf -- "$scratch" "$t"' EXIT
begin() {
  for s in /dev/shm /run "\${TMPDIR:-/tmp}"; do
    scratch=$(mktemp -d "$s/slipway.XXXXXXXX" 2>/dev/null) && return 0
  done
  return 1
}
finish() { echo "= end"; }

op() {
  [ -z "$stopped" ] || return
  i=$1; shift
  "$@" 2>"$scratch/said" && return
  [ -n "$keepGoing" ] || stopped=1
  echo -; base64 <"$scratch/said"; echo "= $i failed $failedCode"; failedCode=
}
done_() { echo "= $i done"; }

read_content() { look base64 "$1"; }
read_sha256() { look sha256 "$1"; }
read_stat() { look true "$1"; }
sha256() { sha256sum | base64; }
look() {
  if [ -L "$2" ]; then readlink -n -- "$2" | base64
  elif [ ! -e "$2" ]; then echo "= $i absent"; return
  elif [ -f "$2" ]; then "$1" <"$2" || return
  fi
  stat -c "= $i state %a %U:%G %u:%g %s %F" -- "$2"
}

# Reads many paths with a few programs. Takes a function that reads them one by one, for the case that something
# changes meanwhile, then index, want and path of each.
reads() {
  [ -z "$stopped" ] || return 0
  singly=$1; shift
  many "$@" 2>/dev/null || { echo "= dropped"; "$singly"; }
}
many() {
  pick absent "$@"
  before=$(pick states "$@") || return
  pick links "$@" && pick hashes "$@" && pick contents "$@" && [ "$(pick states "$@")" = "$before" ] || return
  [ -z "$before" ] || echo "$before"
}
# Calls <what>_of with the paths that <what>_has; ids are their indexes.
pick() {
  what=$1; shift; ids=; left=$(($# / 3))
  while [ $left -gt 0 ]; do
    if "\${what}_has" "$@"; then ids="$ids $1"; set -- "$@" "$3"; fi
    shift 3; left=$((left - 1))
  done
  [ $# -eq 0 ] || "\${what}_of" "$@"
}
absent_has() { [ -e "$3" ] || [ -L "$3" ] || echo "= $1 absent"; false; }
links_has() { [ -L "$3" ]; }
links_of() { readlink -z -- "$@" | base64 && echo "= links$ids"; }
states_has() { [ -e "$3" ] || [ -L "$3" ]; }
states_of() { stat -c '%a %U:%G %u:%g %s %F' -- "$@" && echo "= states$ids"; }
hashes_has() { [ "$2" = sha256 ] && [ -f "$3" ] && [ ! -L "$3" ]; }
hashes_of() { sha256sum -- "$@" && echo "= hashes$ids"; }
contents_has() { [ "$2" = content ] && [ -f "$3" ] && [ ! -L "$3" ]; }
contents_of() {
  cat -- "$@" >"$scratch/contents" || return
  total=0; for n in $(stat -c %s -- "$@" "$scratch/contents"); do sum=$total; total=$((total + n)); done
  [ "$sum" -eq "$n" ] && base64 <"$scratch/contents" && echo "= contents$ids"
}

# Whether the process whose number a temporary file bears may be writing it: another shell, as this one is. After a
# reboot a dead writer's number is soon somebody else's.
writes() { [ "$1" != $$ ] && [ "/proc/$1/exe" -ef "/proc/$$/exe" ]; }
# Sets t to the name of a temporary file beside $1, and removes those that writers now dead left behind.
beside() {
  d=\${1%/*}; d=\${d:-/}; [ -d "$d" ] || mkdir -p -- "$d" || return
  prefix=\${d%/}/.\${1##*/}.slipway-
  for old in "$prefix"*; do
    { [ -e "$old" ] || [ -L "$old" ]; } && ! writes "\${old##*-}" && rm -f -- "$old"
  done
  t=$prefix$$
}
write() {
  beside "$1" || return
  if take "$5" "$4" && dress "$2" "$3" && sync -- "$t" && mv -fT -- "$t" "$1" && sync -- "$d"; then
    done_
  else
    rm -f -- "$t"; return 1
  fi
}
# A file that is made with the umask of its mode mostly has its mode and owner from the beginning.
take() { (umask "$1"; set -C; base64 -d >"$t") && made=$(stat -c '%s 0%a %U:%G' -- "$t") && [ "\${made%% *}" -eq "$2" ]; }
dress() {
  case $made in *" $1 $2") return 0 ;; esac
  chown -- "$2" "$t" && chmod "$1" "$t"
}
make_directory() { { [ -d "$1" ] || mkdir -p -- "$1"; } && chown -- "$3" "$1" && chmod "$2" "$1" && done_; }
make_symlink() { beside "$1" && ln -s -- "$2" "$t" && mv -fT -- "$t" "$1" && done_; }
remove() { if [ -d "$1" ] && [ ! -L "$1" ]; then rmdir -- "$1"; else rm -f -- "$1"; fi && done_; }
remove_tree() { rm -rf -- "$1" && done_; }

run_with_input() { base64 -d >"$scratch/in" && run "$@" <"$scratch/in"; }
encoded() { [ ! -s "$scratch/$1" ] || base64 <"$scratch/$1"; }
run() {
  read -r begun _ </proc/uptime
  ("$2") >"$scratch/out" 2>"$scratch/err"; code=$?
  read -r over _ </proc/uptime
  encoded out; echo -; encoded err
  case $1 in
    *" $code "*) echo "= $i ran $code $begun $over" ;;
    *) cat "$scratch/err" >&2; failedCode=$code; return 1 ;;
  esac
}
`;
