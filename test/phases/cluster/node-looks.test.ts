import { describe, expect, it } from "vitest";
import type { KubeClient } from "../../../src/kube/client.ts";
import { NodeLooks } from "../../../src/phases/cluster/node-looks.ts";

describe("NodeLooks", () => {
  it("asks once for all that wait at the same time, and again for those who come later", async () => {
    let lists = 0;
    const list = async () => ({ items: [{ metadata: { name: "a", resourceVersion: String(++lists) } }] });
    const client = { list } as unknown as KubeClient;
    const looks = new NodeLooks();
    await Promise.all([looks.again(client), looks.again(client), looks.again(client)]);
    expect(looks.last("a")?.metadata.resourceVersion).toBe("1");
    await looks.again(client);
    expect(looks.last("a")?.metadata.resourceVersion).toBe("2");
    expect(looks.last("b")).toBeUndefined();
  });

  it("tells a failed look to all that wait, and looks anew afterwards", async () => {
    let lists = 0;
    const list = async () => {
      if (++lists === 1) throw new Error("away");
      return { items: [] };
    };
    const client = { list } as unknown as KubeClient;
    const looks = new NodeLooks();
    const waiting = [looks.again(client), looks.again(client)];
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await looks.again(client);
    expect(lists).toBe(2);
  });
});
