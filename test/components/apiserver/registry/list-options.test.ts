import { expect, test } from "vitest";
import { checkListOptions } from "../../../../src/components/apiserver/registry/list-options.ts";

const refusal = (query: string) => {
  try {
    checkListOptions(new URLSearchParams(query));
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  ["watch=true&sendInitialEvents=true", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"],
  ["watch=true&resourceVersionMatch=NotOlderThan", "forbidden for watch unless sendInitialEvents is provided"],
  ["watch=true&sendInitialEvents=true&resourceVersionMatch=Exact", "supported values"],
  ["sendInitialEvents=true", "sendInitialEvents is forbidden for list"],
  ["resourceVersionMatch=Exact", "forbidden unless resourceVersion is provided"],
  ["resourceVersionMatch=Exact&resourceVersion=0", 'forbidden for resourceVersion "0"'],
  ["resourceVersionMatch=Newest&resourceVersion=1", "Unsupported value"],
  ["resourceVersionMatch=Exact&resourceVersion=5&continue=x", "forbidden when continue is provided"],
  ["resourceVersion=new", "strconv.ParseUint"],
])("%s is refused", (query, why) => {
  expect(refusal(query)).toContain(why);
});

test.each([
  ["watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"],
  ["watch=true&resourceVersion=0"],
  ["resourceVersion=5&resourceVersionMatch=Exact"],
  ["limit=500"],
])("%s is fine", (query) => {
  expect(refusal(query)).toBe("");
});
