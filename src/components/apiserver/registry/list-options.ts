import { badRequest } from "../http/api-error.ts";
import { isTrue } from "../http/request-info.ts";
import { type FieldError, forbiddenField, invalidObject, notSupported } from "../validation/field-error.ts";

const options = { group: "meta.k8s.io", resource: "", kind: "ListOptions", name: "" };
const match = "resourceVersionMatch";

/** Throws 400 or 422 for options that don't go together (apimachinery's ValidateListOptions). */
export function checkListOptions(query: URLSearchParams): void {
  const resourceVersion = query.get("resourceVersion") ?? "";
  if (resourceVersion !== "" && !/^\d+$/.test(resourceVersion)) {
    throw badRequest(
      `Invalid value: ${JSON.stringify(resourceVersion)}: resourceVersion: strconv.ParseUint: invalid syntax`,
    );
  }
  const errors = isTrue(query.get("watch")) ? watchErrors(query) : listErrors(query);
  if (errors.length > 0) throw invalidObject(options, errors);
}

function listErrors(query: URLSearchParams): FieldError[] {
  const wanted = query.get(match) ?? "";
  return [
    ...(wanted && !query.get("resourceVersion")
      ? [forbiddenField(match, "resourceVersionMatch is forbidden unless resourceVersion is provided")]
      : []),
    ...continueErrors(query, wanted),
    ...(wanted && wanted !== "Exact" && wanted !== "NotOlderThan"
      ? [notSupported(match, wanted, ["Exact", "NotOlderThan", ""])]
      : []),
    ...(wanted === "Exact" && query.get("resourceVersion") === "0"
      ? [forbiddenField(match, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
      : []),
    ...(query.has("sendInitialEvents")
      ? [forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list")]
      : []),
  ];
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const wanted = query.get(match) ?? "";
  const sends = query.has("sendInitialEvents");
  return [
    ...(sends && wanted !== "NotOlderThan"
      ? [forbiddenField(match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
      : []),
    ...(wanted && !sends
      ? [forbiddenField(match, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
      : []),
    ...(wanted && wanted !== "NotOlderThan" ? [notSupported(match, wanted, ["NotOlderThan"])] : []),
    ...continueErrors(query, wanted),
  ];
}

function continueErrors(query: URLSearchParams, wanted: string): FieldError[] {
  if (!wanted || !query.get("continue")) return [];
  return [forbiddenField(match, "resourceVersionMatch is forbidden when continue is provided")];
}
