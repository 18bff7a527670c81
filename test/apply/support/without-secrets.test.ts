import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../../src/apply/support/without-secrets.ts";

const pod = (container: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [container] },
});

describe("withoutSecrets", () => {
  it.each(["DB_PASSWORD", "API_KEY", "githubToken", "CLIENT_SECRET"])("hides the value of the variable %s", (name) => {
    expect(withoutSecrets(pod({ env: [{ name, value: "hunter2" }] }))).toEqual(
      pod({ env: [{ name, value: "[redacted]" }] }),
    );
  });

  it("shows other variables, and where a secret one comes from", () => {
    const from = { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } };
    const shown = pod({ env: [{ name: "HOME", value: "/root" }, from] });
    expect(withoutSecrets(shown)).toEqual(shown);
  });

  it("hides secrets in flags, not the files and durations that flags name", () => {
    const args = ["--db-password=hunter2", "--token-ttl=24h", "--service-account-key-file=/etc/sa.key"];
    expect(withoutSecrets(pod({ args }))).toEqual(pod({ args: ["--db-password=[redacted]", args[1], args[2]] }));
  });

  it("drops managedFields and the copy that kubectl apply keeps", () => {
    const metadata = {
      name: "web",
      managedFields: [{}],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", "example.com/a": "b" },
    };
    expect(withoutSecrets({ apiVersion: "v1", kind: "Pod", metadata }).metadata).toEqual({
      name: "web",
      annotations: { "example.com/a": "b" },
    });
  });
});
