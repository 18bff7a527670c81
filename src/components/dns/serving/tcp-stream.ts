/** Messages by TCP carry their length in two bytes before them (RFC 1035, section 4.2.2). */
export function withLength(message: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(message.length + 2);
  whole.writeUInt16BE(message.length);
  message.copy(whole, 2);
  return whole;
}

/** Makes a listener for a socket's data that gives each whole message. */
export function readMessages(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let buffered: Buffer = Buffer.alloc(0);
  return (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    while (buffered.length >= 2 && buffered.length >= buffered.readUInt16BE(0) + 2) {
      const end = buffered.readUInt16BE(0) + 2;
      const message = buffered.subarray(2, end);
      buffered = buffered.subarray(end);
      onMessage(message);
    }
  };
}
