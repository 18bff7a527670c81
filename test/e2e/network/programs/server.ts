import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { hostname } from "node:os";

/** Runs in a pod: tells who it is and who asked, by a line for each line on TCP 9000, and by a packet for each, which it quotes, on UDP 9001. */
createServer((socket) => {
  const tell = () => socket.write(`${hostname()} ${socket.remoteAddress}\n`);
  socket.on("data", (chunk) => {
    for (const byte of chunk) if (byte === 0x0a) tell();
  });
  socket.on("error", () => socket.destroy());
}).listen(9000, "0.0.0.0");

const udp = createSocket("udp4");
udp.on("message", (message, { address, port }) => udp.send(`${hostname()} ${address} ${message}`, port, address));
udp.bind(9001);

process.once("SIGTERM", () => process.exit(0));
