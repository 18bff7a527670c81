import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import type { ConfigFormat } from "./config-format.ts";

/** The Go module that containerd is since 2.0, as its program carries it. */
const moduleOfTwo = Buffer.from("github.com/containerd/containerd/v2/");

/** The config format of the containerd in a release archive, whose name may say anything. Rejects with ARCHIVE_UNFIT. */
export async function configFormatOfArchive(file: string): Promise<ConfigFormat> {
  const source = createReadStream(file);
  const members = extract();
  // a broken stream destroys `members`, whose loop below then rejects; so does leaving that loop early
  pipeline(source, createGunzip(), members, () => {});
  try {
    for await (const entry of members) {
      if (/^(\.\/)?bin\/containerd$/.test(entry.header.name))
        return (await holds(Readable.from(entry), moduleOfTwo)) ? 3 : 2;
      entry.resume();
    }
  } catch (thrown) {
    throw unfit(file, messageOf(thrown), thrown);
  } finally {
    source.destroy();
  }
  throw unfit(file, "it holds no bin/containerd");
}

/** Whether a stream holds these bytes, also where two of its chunks meet. */
async function holds(stream: AsyncIterable<Buffer>, wanted: Buffer): Promise<boolean> {
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const joined = Buffer.concat([end, chunk]);
    if (joined.includes(wanted)) return true;
    end = joined.subarray(-wanted.length + 1);
  }
  return false;
}

function unfit(file: string, got: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    {
      code: "ARCHIVE_UNFIT",
      exit: "configuration",
      message: "this is no release archive of containerd",
      tried: `bin/containerd in ${file}`,
      got,
      remedy: "name the .tar.gz that the project publishes for this architecture in spec.runtime.archives",
    },
    { cause },
  );
}
