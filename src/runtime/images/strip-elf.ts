/** Offsets in the ELF64 header and its program headers (elf(5)), little endian. */
const header = { programOffset: 32, sectionOffset: 40, programCount: 56, sectionCount: 60, sectionNames: 62 } as const;
const programHeaderBytes = 56;

/**
 * An ELF64 program without what only debuggers read: everything behind the last byte that a segment loads, section
 * headers included. Takes a seventh off Node. Anything that is not such a file comes back as it is.
 */
export function stripElf(program: Uint8Array): Uint8Array {
  const elf = Buffer.from(program.buffer, program.byteOffset, program.byteLength);
  if (elf.length < 64 || elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1) return program;
  const stripped = Buffer.from(elf.subarray(0, loadedEnd(elf)));
  stripped.writeBigUInt64LE(0n, header.sectionOffset);
  stripped.writeUInt16LE(0, header.sectionCount);
  stripped.writeUInt16LE(0, header.sectionNames);
  return stripped;
}

/** Where in the file the last segment ends. */
function loadedEnd(elf: Buffer): number {
  const first = Number(elf.readBigUInt64LE(header.programOffset));
  const count = elf.readUInt16LE(header.programCount);
  const ends = Array.from({ length: count }, (_, index) => {
    const at = first + index * programHeaderBytes;
    return Number(elf.readBigUInt64LE(at + 8) + elf.readBigUInt64LE(at + 32));
  });
  return Math.max(first + count * programHeaderBytes, ...ends);
}
