import type { Check } from "../engine/check.ts";

/** Whether what listens on a socket that somebody else set up is containerd: no other runtime takes images from us. */
export function takenByContainerd(socket: string): Check {
  return {
    name: "ImageDelivery",
    probe: () => [{ kind: "run", argv: ["ctr", "--address", socket, "version"] }],
    judge: ([found]) => {
      if (found?.kind === "ran") return [];
      const message =
        `images that are built here are brought to containerd only, and what listens on ${socket} is none (or ctr is missing): ` +
        "set an imageRepository that a registry serves and a network provider of your own, or let slipway install containerd";
      return [{ severity: "error", message }];
    },
  };
}
