import { converge } from "../../../src/components/cni/agent.ts";

/** Converges the network namespace that it runs in: `{ self, others, flags }` as JSON in argv. */
const { self, others, flags } = JSON.parse(process.argv[2] ?? "");
await converge({ self, others }, flags);
