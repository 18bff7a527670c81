/** A volume that can't be set up (yet); becomes the FailedMount event. */
export class VolumeError extends Error {
  override readonly name = "VolumeError";

  constructor(volume: string, message: string, options?: ErrorOptions) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${message}`, options);
  }
}
