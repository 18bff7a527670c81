import type { Socket } from "node:net";

/** Sends what is written to a socket within one turn of the event loop in one go: SSH writes many small packets. */
export function corked(socket: Socket): Socket {
  const write = socket.write.bind(socket);
  let isCorked = false;
  const uncork = (): void => {
    isCorked = false;
    socket.uncork();
  };
  socket.write = ((...words: Parameters<Socket["write"]>): boolean => {
    if (!isCorked) {
      isCorked = true;
      socket.cork();
      process.nextTick(uncork);
    }
    return write(...words);
  }) as Socket["write"];
  return socket;
}
