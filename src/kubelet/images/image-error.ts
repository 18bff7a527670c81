import { ContainerError } from "../cri/container-error.ts";

export type ImageReason =
  | "ErrImagePull"
  | "ImagePullBackOff"
  | "ErrImageNeverPull"
  | "InvalidImageName"
  | "ImageInspectError";

/** An image that a container can't have now; the reason is what kubectl shows. */
export class ImageError extends ContainerError {
  override readonly name = "ImageError";

  constructor(reason: ImageReason, message: string, options?: ErrorOptions) {
    super(reason, message, options);
  }
}
