import { quote } from "../shell/quote.ts";

/** A partial upload stands beside its target under this name until it is whole. */
function partialOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash + 1)}.${path.slice(slash + 1)}.slipway-part`;
}

/** Prints `<what> <size> <sha256>` for the target when it has `size` bytes, and for a partial one not larger. */
export function uploadState(path: string, size: number): string {
  const [target, part] = [quote(path), quote(partialOf(path))];
  return `
show() { set -- "$1" "$2" "$3" "$(sha256sum <"$2")"; echo "$1 $3 \${4%% *}"; }
size() { stat -c %s -- "$1"; }
if [ -f ${target} ] && [ ! -L ${target} ] && [ "$(size ${target})" -eq ${size} ]; then show target ${target} ${size}; fi
if [ -f ${part} ] && n=$(size ${part}) && [ "$n" -gt 0 ] && [ "$n" -le ${size} ]; then show part ${part} "$n"; fi
exit 0
`;
}

export type UploadTarget = { readonly path: string; readonly mode: number; readonly owner: string };

/** Sets mode and owner of a target whose content is right. */
export function uploadAttributes({ path, mode, owner }: UploadTarget): string {
  return `chown -- ${quote(owner)} ${quote(path)} && chmod ${octal(mode)} ${quote(path)}\n`;
}

/**
 * Takes the bytes of a file from `offset` to its `size` from stdin behind the first ones in the partial file, then puts
 * it in place. SSH authenticates every byte, so its size says that it is whole; a stream that breaks leaves it partial.
 */
export function uploadReceive(target: UploadTarget, { offset, size }: { offset: number; size: number }): string {
  const [path, part] = [quote(target.path), quote(partialOf(target.path))];
  const directory = quote(target.path.slice(0, target.path.lastIndexOf("/")) || "/");
  return `
umask 022; mkdir -p -- ${directory} || exit
umask 077; ${offset === 0 ? `rm -f -- ${part} && ` : ""}cat >>${part} || exit
have=$(stat -c %s -- ${part})
[ "$have" = ${size} ] || { echo "$have bytes arrived of ${size}" >&2; exit 74; }
chown -- ${quote(target.owner)} ${part} && chmod ${octal(target.mode)} ${part} &&
sync -- ${part} && mv -fT -- ${part} ${path} && sync -- ${directory}
`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
