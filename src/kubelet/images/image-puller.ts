import { formatDuration } from "../../base/duration.ts";
import { messageOf } from "../../base/errors.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Image, ImageSpec } from "../../kube/cri/image.ts";
import type { PodSandboxConfig } from "../../kube/cri/sandbox.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import type { ImageUser } from "../cri/security-context.ts";
import type { PodEvent, PodEvents } from "../events/pod-events.ts";
import { createBackoff } from "../pods/containers/container-backoff.ts";
import { ImageError } from "./image-error.ts";
import { normalizeImage } from "./image-name.ts";
import type { PullSecrets } from "./pull-secrets.ts";
import { pullSlots } from "./pull-slots.ts";

export type PresentImage = { readonly ref: string; readonly user: ImageUser };

export type PullerOptions = {
  readonly cri: CriClient;
  readonly events: PodEvents;
  readonly secrets: PullSecrets;
  readonly serialize: boolean;
  /** 0 for no limit. */
  readonly maxParallel: number;
  readonly now: () => number;
};

/** A container that wants an image, and the sandbox that it is for. */
export type ImageWish = {
  readonly pod: Pod;
  readonly container: Container;
  readonly sandbox: PodSandboxConfig;
  readonly signal: AbortSignal;
};

/** Gets containers their images: pull policies, back-off, credentials, events. */
export class ImagePuller {
  readonly #options: PullerOptions;
  readonly #backoff;
  readonly #slots;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#backoff = createBackoff({ initialMs: 10_000, maxMs: 300_000, now: options.now });
    this.#slots = pullSlots(options.serialize ? 1 : options.maxParallel);
  }

  /** The image of a container, pulled if its policy says so; rejects with ImageError. */
  async ensure(wish: ImageWish): Promise<PresentImage> {
    const { pod, container } = wish;
    const name = normalizeImage(container.image);
    if (name === undefined) throw this.#invalidName(wish);
    const spec = { image: name, userSpecifiedImage: container.image, annotations: pod.metadata.annotations };
    const present = await this.#inspect(wish, spec);
    const policy = container.imagePullPolicy ?? "IfNotPresent";
    if (present && policy !== "Always") {
      const message = `Container image "${container.image}" already present on machine and can be accessed by the pod`;
      this.#tell(wish, { type: "Normal", reason: "Pulled", message });
      return presentImage(present);
    }
    if (policy === "Never") throw this.#neverPull(wish);
    await this.#pull(wish, spec);
    const pulled = await this.#inspect(wish, spec);
    if (!pulled) throw new ImageError("ErrImagePull", `image "${container.image}" is not there after its pull`);
    return presentImage(pulled);
  }

  async #inspect(wish: ImageWish, image: ImageSpec): Promise<Image | undefined> {
    try {
      return (await this.#options.cri.imageStatus({ image })).image;
    } catch (thrown) {
      const message = `Failed to inspect image "${wish.container.image}": ${messageOf(thrown)}`;
      this.#tell(wish, { type: "Warning", reason: "InspectFailed", message });
      throw new ImageError("ImageInspectError", message, { cause: thrown });
    }
  }

  async #pull(wish: ImageWish, spec: ImageSpec): Promise<void> {
    const { now } = this.#options;
    const image = wish.container.image;
    const key = `${wish.pod.metadata.uid}_${image}`;
    this.#refuseDuringBackoff(wish, key);
    this.#tell(wish, { type: "Normal", reason: "Pulling", message: `Pulling image "${image}"` });
    const askedAt = now();
    const startedAt = await this.#slots.run(async () => {
      const started = now();
      await this.#pullWithSecrets(wish, spec).catch((thrown) => this.#failed(wish, key, thrown));
      return started;
    });
    this.#backoff.forget(key);
    const took = `${formatDuration(now() - startedAt)} (${formatDuration(now() - askedAt)} including waiting)`;
    this.#tell(wish, { type: "Normal", reason: "Pulled", message: `Successfully pulled image "${image}" in ${took}.` });
  }

  /** Each matching secret is tried in turn; without one the registry is asked anonymously. */
  async #pullWithSecrets({ pod, sandbox, signal }: ImageWish, spec: ImageSpec): Promise<void> {
    const auths = await this.#options.secrets.authsFor(pod, spec.image ?? "");
    let last: unknown;
    for (const auth of auths.length > 0 ? auths : [undefined]) {
      try {
        await this.#options.cri.pullImage({ image: spec, sandboxConfig: sandbox, ...(auth && { auth }) }, { signal });
        return;
      } catch (thrown) {
        last = thrown;
      }
    }
    throw last;
  }

  #failed(wish: ImageWish, key: string, thrown: unknown): never {
    this.#backoff.next(key, this.#options.now());
    const reason = thrown instanceof GrpcError ? thrown.reason : messageOf(thrown);
    const message = `Failed to pull image "${wish.container.image}": ${reason}`;
    this.#tell(wish, { type: "Warning", reason: "Failed", message });
    throw new ImageError("ErrImagePull", reason, { cause: thrown });
  }

  #refuseDuringBackoff(wish: ImageWish, key: string): void {
    if (this.#backoff.remainingMs(key, this.#options.now() - this.#backoff.ageMs(key)) === 0) return;
    const message = `Back-off pulling image "${wish.container.image}"`;
    this.#tell(wish, { type: "Normal", reason: "BackOff", message });
    throw new ImageError("ImagePullBackOff", message);
  }

  #neverPull(wish: ImageWish): ImageError {
    const message = `Container image "${wish.container.image}" is not present with pull policy of Never`;
    this.#tell(wish, { type: "Warning", reason: "ErrImageNeverPull", message });
    return new ImageError("ErrImageNeverPull", message);
  }

  #invalidName(wish: ImageWish): ImageError {
    const image = wish.container.image;
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    this.#tell(wish, { type: "Warning", reason: "InspectFailed", message });
    return new ImageError("InvalidImageName", message);
  }

  #tell({ pod, container }: ImageWish, event: PodEvent): void {
    this.#options.events.container(pod, container, event);
  }
}

function presentImage(image: Image): PresentImage {
  return { ref: image.id, user: { uid: image.uid?.value, username: image.username } };
}
