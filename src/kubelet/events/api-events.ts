import type { EventFacts, EventRecorder } from "../../kube/event-recorder.ts";
import type { Pod } from "../api/pod.ts";
import type { PodEvents } from "./pod-events.ts";
import { containerFieldPath } from "./pod-events.ts";

/** Tells events to the API as soon as there is a recorder, and to `also` (the log) always. */
export function apiEvents(recorder: () => EventRecorder | undefined, also: PodEvents): PodEvents {
  const tell = (pod: Pod, facts: EventFacts) => recorder()?.event(pod, facts);
  return {
    pod: (pod, event) => {
      also.pod(pod, event);
      tell(pod, event);
    },
    container: (pod, container, event) => {
      also.container(pod, container, event);
      tell(pod, { ...event, fieldPath: containerFieldPath(pod, container.name) });
    },
  };
}
