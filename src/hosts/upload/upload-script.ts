import { quote } from "../shell/quote.ts";

/** Partial uploads stand beside their target under this name, a dot and six more characters: one for each attempt. */
function partialOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash + 1)}.${path.slice(slash + 1)}.slipway-part`;
}

/** Prints `target <size> <sha256>` when the target has `size` bytes, and the same of the longest partial one by its name's end. */
export function uploadState(path: string, size: number): string {
  const [target, parts] = [quote(path), quote(partialOf(path))];
  return `
show() { set -- "$1" "$2" "$3" "$(sha256sum <"$2")"; echo "$1 $3 \${4%% *}"; }
size() { stat -c %s -- "$1"; }
if [ -f ${target} ] && [ ! -L ${target} ] && [ "$(size ${target})" -eq ${size} ]; then show target ${target} ${size}; fi
longest= most=0
for part in ${parts}.??????; do
  if [ -f "$part" ] && n=$(size "$part") && [ "$n" -gt "$most" ] && [ "$n" -le ${size} ]; then longest=$part most=$n; fi
done
[ -z "$longest" ] || show ".\${longest##*.}" "$longest" "$most"
exit 0
`;
}

export type UploadTarget = { readonly path: string; readonly mode: number; readonly owner: string };

/** Sets mode and owner of a target whose content is right. */
export function uploadAttributes({ path, mode, owner }: UploadTarget): string {
  return `chown -- ${quote(owner)} ${quote(path)} && chmod ${octal(mode)} ${quote(path)}\n`;
}

/** Bytes that are written at a time. What was brought before ends at a multiple of it, for direct writes want whole sectors. */
export const blockBytes = 1024 * 1024;

/** The first bytes of a file, whole blocks, as an attempt before this one left them. */
export type Brought = { readonly part: string; readonly bytes: number };

/**
 * Takes the bytes of a file from stdin behind those that were brought before, then puts it in place. The attempt writes
 * to a file of its own: one before it whose connection broke may still be writing, to a file without a name by then.
 * dd writes past the page cache where the file system can (direct), which takes half the time and leaves little to sync;
 * elsewhere it has each piece written to disk while the next one arrives (nocache).
 * SSH authenticates every byte, so the size says that the file is whole; a stream that breaks leaves it partial.
 */
export function uploadReceive(target: UploadTarget, size: number, brought?: Brought): string {
  const [path, parts] = [quote(target.path), quote(partialOf(target.path))];
  const directory = quote(target.path.slice(0, target.path.lastIndexOf("/")) || "/");
  return `
umask 022; mkdir -p -- ${directory} || exit
umask 077; own=$(mktemp -- ${parts}.XXXXXX) || exit
drop() { rm -f -- "$own"; exit 74; }
${brought ? `head -c ${brought.bytes} -- ${parts}${brought.part} >"$own" || drop` : ":"}
for part in ${parts}.??????; do [ "$part" = "$own" ] || rm -f -- "$part"; done
how=nocache; dd if=/dev/null of="$own" oflag=direct conv=notrunc status=none 2>/dev/null && how=direct
dd of="$own" bs=${blockBytes} iflag=fullblock oflag=append,$how conv=notrunc status=none || drop
have=$(stat -c %s -- "$own")
[ "$have" = ${size} ] || { echo "$have bytes arrived of ${size}" >&2; exit 74; }
chown -- ${quote(target.owner)} "$own" && chmod ${octal(target.mode)} "$own" &&
sync -- "$own" && mv -fT -- "$own" ${path} && sync -- ${directory}
`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
