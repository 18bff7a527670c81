import { messageOf, SlipwayError } from "../../base/errors.ts";

export function fileSystemError(code: string, message: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    {
      code,
      exit: "hostStep",
      message,
      got: messageOf(cause),
      remedy: "check the directory, its owner and its mode",
    },
    { cause },
  );
}

export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === "ENOENT";
}
