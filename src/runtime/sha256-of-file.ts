import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const pieceBytes = 1024 * 1024;

/** Hex sha256 of what a file holds, read piece by piece into one buffer. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(pieceBytes);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
