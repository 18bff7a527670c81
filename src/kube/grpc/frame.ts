import { constants, gunzipSync } from "node:zlib";

/** Longest message accepted, as the kubelet's client sets it (maxMsgSize, 16 MiB). */
const maxMessageBytes = 16 * 1024 * 1024;

/** A message as gRPC sends it: not compressed (0), its length in four bytes, its bytes. */
export function framed(message: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Cuts a stream of bytes into gRPC messages; throws RangeError on one that is too long. */
export function unframer(): (chunk: Buffer) => readonly Uint8Array[] {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const messages: Uint8Array[] = [];
    while (pending.length >= 5) {
      const length = pending.readUInt32BE(1);
      if (length > maxMessageBytes) throw new RangeError(`a message of ${length} bytes is over ${maxMessageBytes}`);
      if (pending.length < 5 + length) break;
      const body = pending.subarray(5, 5 + length);
      messages.push(pending[0] === 1 ? gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }) : body);
      pending = pending.subarray(5 + length);
    }
    return messages;
  };
}
