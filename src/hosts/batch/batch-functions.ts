/**
 * What a batch calls, in POSIX sh with coreutils only. Each operation prints the base64 of what it found, sections
 * apart by `-`, then a line `= <index> <status> …`; a failed one's last section is what the host said.
 * Scratch files stand in memory (/dev/shm) where there is one, so that a full disk does not hide its own error.
 */
export const batchFunctions = `
umask 022
trap 'exit 143' HUP INT PIPE TERM
trap '[ -z "$scratch$t" ] || rm -rf -- "$scratch" "$t"' EXIT
begin() {
  [ -z "$scratch" ] || return 0
  for s in /dev/shm /run "\${TMPDIR:-/tmp}"; do
    scratch=$(mktemp -d "$s/slipway.XXXXXXXX" 2>/dev/null) && return 0
  done
  return 1
}
finish() { echo "= end"; }

op() {
  [ -z "$stopped" ] || return
  i=$1; shift
  begin || { stopped=1; echo "no scratch folder in /dev/shm, /run or /tmp" | base64; echo "= $i failed"; return; }
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

# Reads many paths with a few programs. Takes a function that calls another one with index, want and path of each;
# it is called again, for one read after the other, when something fails or changes meanwhile.
reads() {
  [ -z "$stopped" ] || return 0
  many "$1" 2>/dev/null || { echo "= dropped"; "$1" singly; }
}
singly() { op "$1" "read_$2" "$3"; }
many() {
  sorted_by "$1"; before=$sorted
  paths "$hashes"; [ -z "$paths" ] || eval "sha256sum -- $paths" || return
  echo "= hashes$hashes"
  [ -z "$contents$links" ] || contents_and_links || return
  paths "$states$links"; [ -z "$paths" ] || eval "stat -c '%a %U:%G %u:%g %s %F' -- $paths" || return
  sorted_by "$1"; [ "$sorted" = "$before" ] && echo "= states$states$links" && echo "= absent$absent"
}
# What stands between two files could stand in none of them: this shell's own name, which is random from here on.
contents_and_links() {
  comm=/proc/$$/comm
  read -r mark </proc/sys/kernel/random/uuid && echo "$mark" >$comm && read -r mark <$comm || return
  { failed=$({ { inside || echo failed >&3; } | base64 >&4 || echo failed; } 3>&1); } 4>&1
  [ -z "$failed" ] && echo "= found $mark$contents links$links"
}
inside() {
  paths "$contents" " $comm"; [ -z "$paths" ] || eval "cat -- $paths" || return
  paths "$links"; [ -z "$paths" ] || eval "readlink -z -- $paths"
}
# Sets paths to the words that stand for the paths of some indexes, and behind each of them another word.
paths() {
  paths=; for n in $1; do paths="$paths \\"\\$p$n\\"$2"; done
}
sorted_by() {
  links=; absent=; hashes=; contents=; states=
  "$1" sort_in; sorted="$links/$absent/$hashes/$contents/$states"
}
sort_in() {
  eval "p$1=\\$3"
  if [ -L "$3" ]; then links="$links $1"; return; fi
  if [ ! -e "$3" ]; then absent="$absent $1"; return; fi
  states="$states $1"
  if [ -f "$3" ]; then
    case $2 in sha256) hashes="$hashes $1" ;; content) contents="$contents $1" ;; esac
  fi
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
