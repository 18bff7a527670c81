import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { compare } from "./compare.ts";
import { difference, emptySet, toFieldsV1, union } from "./field-set.ts";
import { fieldsOf } from "./field-values.ts";
import { type Managed, managedOf, ownable, setManaged } from "./managed-fields.ts";
import type { Shape } from "./shape.ts";

export type Writer = {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly now: Date;
};

export function timeOf(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** Notes the maker of a new object as the owner of all its fields. */
export function trackCreate(object: KubeObject, { manager, apiVersion, subresource, now }: Writer, shape: Shape): void {
  const fields = ownable(fieldsOf(object, shape));
  setManaged(object, [{ manager, operation: "Update", apiVersion, subresource, time: timeOf(now), fields }]);
}

/** Gives the writer what it changed, and takes that, and what is gone, from all others. */
export function trackUpdate(
  object: KubeObject,
  old: KubeObject,
  { writer, shape }: { writer: Writer; shape: Shape },
): void {
  const { changed, removed } = compare(old, object, shape);
  const [mineNow, gone] = [ownable(changed), ownable(removed)];
  const managed = managedOf(old);
  const isWriter = (one: Managed) =>
    one.operation === "Update" &&
    one.manager === writer.manager &&
    one.apiVersion === writer.apiVersion &&
    one.subresource === writer.subresource;
  const own = managed.find(isWriter);
  const fields = difference(union(own?.fields ?? emptySet, mineNow), gone);
  const lost = union(mineNow, gone);
  const others = managed
    .filter((one) => !isWriter(one))
    .map((one) => ({ ...one, fields: difference(one.fields, lost) }));
  const { manager, apiVersion, subresource, now } = writer;
  const isSame = own !== undefined && isDeepStrictEqual(toFieldsV1(own.fields), toFieldsV1(fields));
  const time = isSame ? own.time : timeOf(now);
  setManaged(object, [...others, { manager, operation: "Update", apiVersion, subresource, time, fields }]);
}
