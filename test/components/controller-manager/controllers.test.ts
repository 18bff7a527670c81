import { expect, test } from "vitest";
import { controllers, enabledControllers } from "../../../src/components/controller-manager/controllers.ts";

const names = (wanted: string[]) => enabledControllers(controllers, wanted).map(({ name }) => name);

test("a star enables what is on by default; kubeadm adds the two that are not", () => {
  expect(names(["*"])).not.toContain("bootstrap-signer-controller");
  expect(names(["*", "bootstrapsigner", "tokencleaner"])).toEqual(controllers.map(({ name }) => name));
});

test("a dash switches one off, by its name or its alias", () => {
  expect(names(["*", "-nodeipam"])).not.toContain("node-ipam-controller");
  expect(names(["*", "-node-ipam-controller"])).not.toContain("node-ipam-controller");
  expect(names(["job"])).toEqual(["job-controller"]);
});

test("no two have one name", () => {
  expect(new Set(controllers.map(({ name }) => name)).size).toBe(controllers.length);
});
