/** SIGINT, SIGTERM and SIGCHLD as a kernel signal set: bit n-1 for signal n. */
const awaited = (1 << 1) | (1 << 14) | (1 << 16);
const loadAddress = 0x400000;
const headersBytes = 64 + 56;

/**
 * Machine code (x86-64, System V) of the process that holds a pod's namespaces: it blocks three signals, so that even
 * as PID 1 it gets them, and waits for them: SIGCHLD reaps every child that ended, the others end it with exit code 0.
 */
const code = Buffer.from(
  [
    "b80e000000", //            mov eax, 14            rt_sigprocmask
    "31ff", //                  xor edi, edi           SIG_BLOCK
    "488d3552000000", //        lea rsi, [rip + set]
    "31d2", //                  xor edx, edx
    "41ba08000000", //          mov r10d, 8
    "0f05", //                  syscall
    // wait:
    "b880000000", //            mov eax, 128           rt_sigtimedwait
    "488d3d3c000000", //        lea rdi, [rip + set]
    "31f6", //                  xor esi, esi
    "31d2", //                  xor edx, edx
    "41ba08000000", //          mov r10d, 8
    "0f05", //                  syscall
    "83f811", //                cmp eax, 17            SIGCHLD
    "740d", //                  je reap
    "85c0", //                  test eax, eax          EINTR
    "78df", //                  js wait
    "b83c000000", //            mov eax, 60            exit
    "31ff", //                  xor edi, edi
    "0f05", //                  syscall
    // reap:
    "b83d000000", //            mov eax, 61            wait4
    "48c7c7ffffffff", //        mov rdi, -1            any child
    "31f6", //                  xor esi, esi
    "ba01000000", //            mov edx, 1             WNOHANG
    "4531d2", //                xor r10d, r10d
    "0f05", //                  syscall
    "85c0", //                  test eax, eax
    "7fe4", //                  jg reap
    "ebb8", //                  jmp wait
  ].join(""),
  "hex",
);

/** `/pause` as a static ELF program for x86-64, a few hundred bytes, made without a compiler. */
export function pauseProgram(): Buffer {
  const set = Buffer.alloc(8);
  set.writeUInt32LE(awaited);
  const size = headersBytes + code.length + set.length;
  return Buffer.concat([elfHeader(), programHeader(size), code, set]);
}

function elfHeader(): Buffer {
  const header = Buffer.alloc(64);
  header.write("7f454c46020101", 0, "hex");
  header.writeUInt16LE(2, 16); // an executable
  header.writeUInt16LE(62, 18); // for x86-64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(loadAddress + headersBytes), 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  return header;
}

/** One segment, readable and executable: the whole file. */
function programHeader(size: number): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(5, 4);
  header.writeBigUInt64LE(BigInt(loadAddress), 16);
  header.writeBigUInt64LE(BigInt(loadAddress), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(0x1000n, 48);
  return header;
}
