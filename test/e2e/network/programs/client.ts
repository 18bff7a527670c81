import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { Load } from "./load.ts";

/**
 * Runs in a pod as a client of the services in argv, when told to by HTTP on port 8080: `/begin` starts a steady load, `/end`
 * stops it and says what it met, `/udp` says who answered the one UDP socket, the latest last; all else tells who asked.
 */
const [service = "", name = "", switched = ""] = process.argv.slice(2);
let load: Load | undefined;

createServer(async ({ url, socket }, response) => {
  if (url === "/begin") load = new Load({ service, name });
  if (url === "/end") await load?.stop();
  const client = socket.remoteAddress?.replace("::ffff:", "");
  const told = url === "/udp" ? answering : url === "/" ? { client } : load?.met;
  response.end(JSON.stringify(told));
}).listen(8080);

const answering: string[] = [];
const udp = createSocket("udp4");
let asked = 0;
let answered = 0;
udp.on("message", (message) => {
  const [who = "", , number] = message.toString().split(" ");
  // a busy server's late answer, to an older question, tells nothing of who is asked now
  if (Number(number) < answered) return;
  answered = Number(number);
  if (answering.at(-1) !== who) answering.push(who);
});
udp.on("error", () => {}); // refused while nobody serves
process.once("SIGTERM", () => process.exit(0));
setInterval(() => udp.send(String(++asked), 9001, switched, () => {}), 50);
