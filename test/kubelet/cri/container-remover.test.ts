import { expect, test } from "vitest";
import { GrpcError, type GrpcStatus } from "../../../src/kube/grpc/status.ts";
import { containerRemover } from "../../../src/kubelet/cri/container-remover.ts";

const refusal = (status: GrpcStatus) => new GrpcError({ status, reason: "cannot delete running task", tried: "" });

/** A runtime that answers removals with these, one after the other. */
function remover(answers: (GrpcStatus | "OK")[], endTask: (id: string) => Promise<void>) {
  const removeContainer = async () => {
    const answer = answers.shift() ?? "OK";
    if (answer !== "OK") throw refusal(answer);
    return {};
  };
  return containerRemover({ removeContainer }, endTask);
}

test("a task that the CRI lost sight of is ended, and its container removed after that", async () => {
  const ended: string[] = [];
  await remover(["FAILED_PRECONDITION"], async (id) => void ended.push(id))("one");
  expect(ended).toEqual(["one"]);
});

test("a container that is gone already counts as removed", async () => {
  await remover(["NOT_FOUND"], () => Promise.reject(new Error("not asked for")))("one");
});

test("what hinders for another reason, or can't be ended, is told as the runtime told it", async () => {
  const never = () => Promise.reject(refusal("UNIMPLEMENTED"));
  await expect(remover(["UNKNOWN"], never)("one")).rejects.toMatchObject({ status: "UNKNOWN" });
  await expect(remover(["FAILED_PRECONDITION"], never)("one")).rejects.toMatchObject({ status: "FAILED_PRECONDITION" });
});
