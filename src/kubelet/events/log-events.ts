import type { Log } from "../log.ts";
import type { PodEvents } from "./pod-events.ts";

/** Writes events into the kubelet's log: all there is without an API server. Warnings always, the rest with -v=2. */
export function logEvents(log: Log): PodEvents {
  return {
    pod: ({ metadata }, { type, reason, message }) => {
      const fields = { object: `${metadata.namespace}/${metadata.name}`, type, reason, message };
      if (type === "Warning") log.info("Event occurred", fields);
      else log.debug(2, "Event occurred", fields);
    },
    container: ({ metadata }, { name }, { type, reason, message }) => {
      const fields = { object: `${metadata.namespace}/${metadata.name}`, container: name, type, reason, message };
      if (type === "Warning") log.info("Event occurred", fields);
      else log.debug(2, "Event occurred", fields);
    },
  };
}
