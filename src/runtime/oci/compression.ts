import type { Duplex, Transform } from "node:stream";
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from "node:zlib";
import { mediaTypes } from "./descriptor.ts";
import { endedApart } from "./ended-apart.ts";

export const compressions = ["zstd", "gzip"] as const;
export type Compression = (typeof compressions)[number];

type Codec = { readonly mediaType: string; compress(): Duplex; decompress(): Transform };

/** zstd 9 packs Node a fifth smaller than gzip 6 in the same time; containerd (1.5) and CRI-O read both. */
export const codecs: Readonly<Record<Compression, Codec>> = {
  zstd: {
    mediaType: mediaTypes.zstdLayer,
    compress: () => endedApart(createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 9 } })),
    decompress: () => createZstdDecompress(),
  },
  gzip: { mediaType: mediaTypes.gzipLayer, compress: () => createGzip({ level: 6 }), decompress: () => createGunzip() },
};

/** How a layer of this media type is unpacked. */
export function decompressorOf(mediaType: string): Transform {
  const codec = Object.values(codecs).find((one) => one.mediaType === mediaType);
  if (!codec) throw new TypeError(`no codec for layers of type ${mediaType}`);
  return codec.decompress();
}
