import { describe, expect, it } from "vitest";
import { componentsUsing } from "../../../src/kubeconfig/lifetime/used-by.ts";

describe("who must start anew after a renewal", () => {
  it.each([
    [["apiserver"], ["kube-apiserver"]],
    [["front-proxy-client", "apiserver-kubelet-client"], ["kube-apiserver"]],
    [
      ["scheduler.conf", "etcd-peer", "apiserver-etcd-client"],
      ["etcd", "kube-apiserver", "kube-scheduler"],
    ],
    [["admin.conf", "super-admin.conf", "etcd-healthcheck-client"], []],
  ])("%j: %j", (names, components) => {
    expect(componentsUsing(names)).toEqual(components);
  });
});
