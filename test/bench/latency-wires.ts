/** Puts a wire with added latency before each port: `node latency-wires.ts <one-way ms> <port>…` prints the wires' ports as JSON. */
import { wireTo } from "../component/hosts/wire.ts";

const [latencyMs = 0, ...targets] = process.argv.slice(2).map(Number);
const wires = await Promise.all(targets.map((target) => wireTo(target, { latencyMs })));
console.log(JSON.stringify(wires.map(({ port }) => port)));
