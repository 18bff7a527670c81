import { expect, test } from "vitest";
import { needsLookup, trustOf } from "../../../src/kube/serving/trust-source.ts";
import { selfSignedCertificate } from "../../../src/x509/self-signed.ts";

const certificate = (commonName: string) =>
  selfSignedCertificate({ commonName, dnsNames: [commonName], ipAddresses: [] }, new Date("2026-01-01T00:00:00Z")).cert;
const headers = { allowedNames: ["proxy"], usernameHeaders: ["x-remote-user"], groupHeaders: ["x-remote-group"] };
const flags = { clientCa: certificate("flag-ca"), proxyCa: certificate("flag-proxy-ca"), ...headers };
const published = {
  "client-ca-file": certificate("published-ca") + certificate("next-ca"),
  "requestheader-client-ca-file": certificate("published-proxy-ca"),
  "requestheader-allowed-names": '["front-proxy-client"]',
  "requestheader-username-headers": '["X-Remote-User"]',
  "requestheader-group-headers": '["X-Remote-Group"]',
};
const names = (certificates: readonly { subject: string }[]) => certificates.map(({ subject }) => subject.slice(3));

test("what flags give outranks what the cluster publishes", () => {
  const { clients, proxies } = trustOf(flags, published);
  expect([names(clients), names(proxies.authorities), proxies.allowedNames]).toEqual([
    ["flag-ca"],
    ["flag-proxy-ca"],
    ["proxy"],
  ]);
});

test("what flags leave out is as the cluster publishes it, with several CAs while one is renewed", () => {
  const { clients, proxies } = trustOf({ ...flags, clientCa: undefined, proxyCa: undefined }, published);
  expect(names(clients)).toEqual(["published-ca", "next-ca"]);
  expect(names(proxies.authorities)).toEqual(["published-proxy-ca"]);
  expect(proxies).toMatchObject({ allowedNames: ["front-proxy-client"], usernameHeaders: ["X-Remote-User"] });
});

test("before the cluster was asked nobody is believed whom no flag names", () => {
  expect(trustOf({ ...flags, clientCa: undefined, proxyCa: undefined })).toMatchObject({
    clients: [],
    proxies: { authorities: [], usernameHeaders: [] },
  });
});

test("nothing is looked up when the flags say it all", () => {
  expect([needsLookup(flags), needsLookup({ ...flags, proxyCa: undefined })]).toEqual([false, true]);
});
