/** A container that can't be started; `reason` becomes the waiting state's reason, as crictl and kubectl users know it. */
export class ContainerError extends Error {
  override readonly name: string = "ContainerError";
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A reference in the container's spec that can't be resolved. */
export class ContainerConfigError extends ContainerError {
  override readonly name = "ContainerConfigError";

  constructor(message: string, options?: ErrorOptions) {
    super("CreateContainerConfigError", message, options);
  }
}
