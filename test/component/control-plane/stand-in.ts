import { basename } from "node:path";

/**
 * The program that a test is to run in a component's place: SLIPWAY_STAND_INS lists paths of upstream's binaries, such
 * as `/opt/k8s/kube-apiserver,/opt/k8s/kube-scheduler`. Whatever passes with ours has to pass with them.
 */
export function standInFor(component: string): string | undefined {
  const paths = (process.env.SLIPWAY_STAND_INS ?? "").split(",");
  return paths.find((path) => basename(path) === `kube-${component}`);
}
