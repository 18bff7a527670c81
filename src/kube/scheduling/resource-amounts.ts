import type { Container, Pod, ResourceRequirements } from "../kinds/pod.ts";
import { milliValue, wholeValue } from "../quantity.ts";

/** Amounts by resource name: cpu in thousandths, everything else in whole units (bytes, devices). */
export type Amounts = Readonly<Record<string, number>>;

/** Reads a resource list of the API. */
export function amountsOf(list: Readonly<Record<string, string | number>> | undefined): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const name in list) amounts[name] = name === "cpu" ? milliValue(list[name]) : wholeValue(list[name]);
  return amounts;
}

/** What a container counts for in scores when it asks for nothing (scheduler/util/pod_resources.go). */
const assumedRequests: Amounts = { cpu: 100, memory: 200 * 1024 * 1024 };

/**
 * What a pod asks of its node: its containers and sidecars together, or its hungriest moment while starting, plus the
 * overhead of its sandbox; pod-level requests stand for the sum where they are given (KEP-753, KEP-2837).
 */
export function podRequests(pod: Pod): Amounts {
  return total(pod, "requests", ({ resources }) => amountsOf(resources?.requests));
}

/** What a pod may take at most, where it says so; the sandbox adds to what is limited. */
export function podLimits(pod: Pod): Amounts {
  return total(pod, "limits", ({ resources }) => amountsOf(resources?.limits));
}

/** The same with the assumed requests of containers that ask for no cpu or memory: what scores compare. */
export function podScoreRequests(pod: Pod): Amounts {
  return total(pod, "requests", ({ resources }) => ({ ...assumedRequests, ...amountsOf(resources?.requests) }));
}

function total(
  { spec }: Pod,
  side: "requests" | "limits",
  amountsAsked: (container: { resources?: ResourceRequirements }) => Amounts,
): Amounts {
  const running = spec.containers.map(amountsAsked).reduce(add, {});
  const { sidecars, peak } = whileStarting(spec.initContainers ?? [], amountsAsked);
  const containers = { ...most(add(running, sidecars), peak), ...amountsOf(spec.resources?.[side]) };
  const overhead = Object.entries(amountsOf(spec.overhead));
  const counted = overhead.filter(([name]) => side === "requests" || (containers[name] ?? 0) > 0);
  return add(containers, Object.fromEntries(counted));
}

/** Sidecars stay, so every init container runs beside those that started before it. */
function whileStarting(initContainers: readonly Container[], requestsOf: (container: Container) => Amounts) {
  let sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const container of initContainers) {
    const requests = requestsOf(container);
    if (container.restartPolicy === "Always") {
      sidecars = add(sidecars, requests);
      peak = most(peak, sidecars);
    } else peak = most(peak, add(sidecars, requests));
  }
  return { sidecars, peak };
}

export function add(one: Amounts, other: Amounts): Amounts {
  const sum = { ...one };
  for (const name in other) sum[name] = (sum[name] ?? 0) + (other[name] ?? 0);
  return sum;
}

function most(one: Amounts, other: Amounts): Amounts {
  const result = { ...one };
  for (const name in other) result[name] = Math.max(result[name] ?? 0, other[name] ?? 0);
  return result;
}
