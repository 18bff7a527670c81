import type { ContainerState, PodStatus } from "../api/pod-status.ts";
import { HttpError } from "./route.ts";

export type LogWish = { readonly pod: string; readonly container: string; readonly previous: boolean };

const pullProblems: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

/**
 * The id, with the runtime's name before it, of the container whose log is meant: in back-off that is the one that ended
 * last. Throws HttpError 400 with the words that kubectl shows (validateContainerLogStatus).
 */
export function loggedContainer(status: PodStatus, { pod, container, previous }: LogWish): string {
  const refused = (words: string) => new HttpError(400, words);
  const what = `container "${container}" in pod "${pod}"`;
  const found = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);
  if (!found) throw refused(`${what} is not available`);
  const { state, lastState, containerID } = found;
  const ended = endedId(state) ?? endedId(lastState);
  if (previous) {
    const before = endedId(lastState);
    if (!before) throw refused(`previous terminated ${what} not found`);
    return before;
  }
  if (state.running && containerID) return containerID;
  if (ended) return ended;
  if (state.terminated || lastState.terminated) throw refused(`${what} is terminated`);
  const reason = state.waiting?.reason ?? "";
  throw refused(`${what} is waiting to start: ${pullProblems[reason] ?? reason}`);
}

function endedId({ terminated }: ContainerState): string | undefined {
  return terminated?.containerID || undefined;
}
