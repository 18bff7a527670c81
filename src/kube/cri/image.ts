import { bool, int64, string, stringMap, strings, uint64 } from "../protobuf/field.ts";
import { type Decoded, type Input, message, one } from "../protobuf/message.ts";
import { int64Value, uint64Value } from "./resources.ts";

export const imageSpec = message({
  image: string(1),
  annotations: stringMap(2),
  userSpecifiedImage: string(18),
  runtimeHandler: string(19),
  imageRef: string(20),
});
export type ImageSpec = Input<Decoded<typeof imageSpec>>;

export const image = message({
  id: string(1),
  repoTags: strings(2),
  repoDigests: strings(3),
  size: uint64(4),
  uid: one(int64Value, 5),
  username: string(6),
  spec: one(imageSpec, 7),
  pinned: bool(8),
});
export type Image = Decoded<typeof image>;

export const authConfig = message({
  username: string(1),
  password: string(2),
  auth: string(3),
  serverAddress: string(4),
  identityToken: string(5),
  registryToken: string(6),
});
export type AuthConfig = Input<Decoded<typeof authConfig>>;

export const filesystemIdentifier = message({ mountpoint: string(1) });
export const filesystemUsage = message({
  timestamp: int64(1),
  fsId: one(filesystemIdentifier, 2),
  usedBytes: one(uint64Value, 3),
  inodesUsed: one(uint64Value, 4),
});
export type FilesystemUsage = Decoded<typeof filesystemUsage>;
