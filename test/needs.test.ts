import { expect, test } from "vitest";
import { lackings, packagesIn } from "./needs.ts";

const wanted = packagesIn("# Real parts.\netcd-server\nrunc # containers\n\n");
const whole = { platform: "linux", isRoot: true, packages: new Set(wanted), hasKubectl: true };

test("a machine that has all that tests with real parts need lacks nothing", () => {
  expect(wanted).toEqual(["etcd-server", "runc"]);
  expect(lackings(wanted, whole)).toEqual([]);
});

test("one without root, a package or Linux is told which", () => {
  expect(lackings(wanted, { ...whole, isRoot: false, packages: new Set(["runc"]), hasKubectl: false })).toEqual([
    "root, for they make namespaces, mounts and users",
    "packages that this machine lacks: etcd-server",
    "kubectl (the package kubernetes-client)",
  ]);
  expect(lackings(wanted, { ...whole, platform: "darwin" })).toEqual(["Linux, and this is darwin"]);
});
