import { isRecord } from "../../shape/shape.ts";

type Fields = Readonly<Record<string, unknown>>;
/** The bodies of a file's v1beta3 documents, by kind. */
export type Bodies = Readonly<Record<string, Fields | undefined>>;

/**
 * Rewrites v1beta3 documents as v1beta4 (app/apis/kubeadm/v1beta3/conversion.go): arguments become lists sorted by name, and
 * two time-outs move to the kind that runs the wait. What v1beta3 doesn't have is left out of the bodies beforehand.
 */
export function fromV1beta3(bodies: Bodies): Bodies {
  const { InitConfiguration: init, ClusterConfiguration: cluster, JoinConfiguration: join } = bodies;
  const startup = fieldOf(cluster?.apiServer, "timeoutForControlPlane");
  const discovery = fieldOf(join?.discovery, "timeout");
  return {
    ...bodies,
    InitConfiguration: withTimeouts(init && withArguments(init, ["nodeRegistration", "kubeletExtraArgs"]), {
      controlPlaneComponentHealthCheck: startup,
    }),
    ClusterConfiguration: cluster && convertCluster(cluster),
    JoinConfiguration: withTimeouts(
      join && without(withArguments(join, ["nodeRegistration", "kubeletExtraArgs"]), ["discovery", "timeout"]),
      { discovery },
    ),
  };
}

function convertCluster(cluster: Fields): Fields {
  const argumentPaths = [
    ["apiServer", "extraArgs"],
    ["controllerManager", "extraArgs"],
    ["scheduler", "extraArgs"],
    ["etcd", "local", "extraArgs"],
  ];
  return without(argumentPaths.reduce<Fields>(withArguments, cluster), ["apiServer", "timeoutForControlPlane"]);
}

/** The mapping at a path as a list of {name, value}, sorted by name. */
function withArguments(body: Fields, path: readonly string[]): Fields {
  return changed(body, path, (value) =>
    isRecord(value)
      ? Object.keys(value)
          .sort()
          .map((name) => ({ name, value: value[name] }))
      : value,
  );
}

function without(body: Fields, path: readonly string[]): Fields {
  return changed(body, path, () => undefined);
}

function changed(body: Fields, [head = "", ...rest]: readonly string[], change: (value: unknown) => unknown): Fields {
  if (!(head in body)) return body;
  const value = body[head];
  if (rest.length > 0) return isRecord(value) ? { ...body, [head]: changed(value, rest, change) } : body;
  const { [head]: _, ...others } = body;
  const next = change(value);
  return next === undefined ? others : { ...others, [head]: next };
}

function withTimeouts(body: Fields | undefined, timeouts: Fields): Fields | undefined {
  const set = Object.entries(timeouts).filter(([, value]) => value !== undefined);
  return set.length > 0 ? { ...body, timeouts: Object.fromEntries(set) } : body;
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
