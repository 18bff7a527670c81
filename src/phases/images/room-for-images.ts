import { diskNeeded, lacking } from "../../runtime/delivery/host-images.ts";
import type { Image } from "../../runtime/oci/image.ts";
import type { Check } from "../engine/check.ts";
import { hostImagesOf, hostImagesProbe } from "./pushed-images.ts";

/** Whether the images that a host lacks fit on its disk, asked before the first byte is sent. */
export function roomForImages(images: readonly Image[], socket: string): Check {
  return {
    name: "ImageDisk",
    probe: () => [hostImagesProbe(images, socket)],
    judge: ([found]) => {
      const host = hostImagesOf(found);
      const needed = diskNeeded(images, lacking(images, host).blobs);
      if (host.freeBytes === undefined || host.freeBytes >= needed) return [];
      const message =
        `the images need ${megabytes(needed)} MB of disk at the container runtime's folder, ` +
        `${megabytes(host.freeBytes)} MB are free: nothing was sent`;
      return [{ severity: "error", message }];
    },
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
