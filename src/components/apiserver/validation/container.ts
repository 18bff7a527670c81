import { parseQuantity } from "../../../kube/quantity.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { duplicate, type FieldError, invalid, notFoundField, notSupported, required } from "./field-error.ts";
import { dnsLabel } from "./names.ts";
import { portNameProblems, portNumber } from "./ports.ts";

const pullPolicies = ["Always", "IfNotPresent", "Never"];
const protocols = ["SCTP", "TCP", "UDP"];
const terminationPolicies = ["File", "FallbackToLogsOnError"];
const environmentName = /^[ -<>-~]+$/;

export function validateContainers(
  containers: readonly Fields[],
  path: string,
  volumes: ReadonlySet<string>,
): FieldError[] {
  return containers.flatMap((container, index) => validateContainer(container, `${path}[${index}]`, volumes));
}

function validateContainer(container: Fields, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const name = String(container.name ?? "");
  return [
    ...(name ? dnsLabel(name).map((text) => invalid(`${path}.name`, name, text)) : [required(`${path}.name`)]),
    ...imageErrors(container, path),
    ...enumError(`${path}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    ...enumError(`${path}.terminationMessagePolicy`, container.terminationMessagePolicy, terminationPolicies),
    ...portErrors(listAt(container, "ports"), `${path}.ports`),
    ...environmentErrors(listAt(container, "env"), `${path}.env`),
    ...mountErrors(listAt(container, "volumeMounts"), `${path}.volumeMounts`, volumes),
    ...resourceErrors(mapAt(container, "resources"), `${path}.resources`),
  ];
}

function imageErrors({ image }: Fields, path: string): FieldError[] {
  const text = String(image ?? "");
  if (text === "") return [required(`${path}.image`)];
  if (text !== text.trim()) return [invalid(`${path}.image`, text, "must not have leading or trailing whitespace")];
  return [];
}

export function enumError(path: string, value: unknown, allowed: readonly string[]): FieldError[] {
  if (value === undefined || value === "") return [];
  return allowed.includes(String(value)) ? [] : [notSupported(path, value, allowed)];
}

function portErrors(ports: readonly Fields[], path: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const name = String(port.name ?? "");
    const repeated = name !== "" && names.has(name);
    names.add(name);
    return [
      ...(name ? portNameProblems(name).map((text) => invalid(`${at}.name`, name, text)) : []),
      ...(repeated ? [duplicate(`${at}.name`, name)] : []),
      ...(port.containerPort
        ? portNumber(`${at}.containerPort`, port.containerPort)
        : [required(`${at}.containerPort`)]),
      ...(port.hostPort === undefined || port.hostPort === 0 ? [] : portNumber(`${at}.hostPort`, port.hostPort)),
      ...enumError(`${at}.protocol`, port.protocol, protocols),
    ];
  });
}

function environmentErrors(env: readonly Fields[], path: string): FieldError[] {
  return env.flatMap((one, index) => {
    const name = String(one.name ?? "");
    const at = `${path}[${index}]`;
    if (name === "") return [required(`${at}.name`)];
    const bad = environmentName.test(name)
      ? []
      : [
          invalid(
            `${at}.name`,
            name,
            "a valid environment variable name must consist only of printable ASCII characters other than '='",
          ),
        ];
    const both =
      one.value && one.valueFrom
        ? [invalid(`${at}.valueFrom`, "", "may not be specified when `value` is not empty")]
        : [];
    return [...bad, ...both];
  });
}

function mountErrors(mounts: readonly Fields[], path: string, volumes: ReadonlySet<string>): FieldError[] {
  const places = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const [name, place] = [String(mount.name ?? ""), String(mount.mountPath ?? "")];
    const repeated = places.has(place);
    places.add(place);
    return [
      ...(name === "" ? [required(`${at}.name`)] : volumes.has(name) ? [] : [notFoundField(`${at}.name`, name)]),
      ...(place === "" ? [required(`${at}.mountPath`)] : []),
      ...(repeated && place !== "" ? [invalid(`${at}.mountPath`, place, "must be unique")] : []),
    ];
  });
}

function resourceErrors(resources: Fields | undefined, path: string): FieldError[] {
  const [limits, requests] = [mapAt(resources, "limits") ?? {}, mapAt(resources, "requests") ?? {}];
  const amounts = (
    [
      ["limits", limits],
      ["requests", requests],
    ] as const
  ).flatMap(([kind, list]) =>
    Object.entries(list).flatMap(([name, value]) => quantityErrors(value, `${path}.${kind}[${name}]`)),
  );
  if (amounts.length > 0) return amounts;
  return Object.entries(requests).flatMap(([name, request]) => {
    const limit = limits[name];
    if (limit === undefined) return [];
    const isOver = (parseQuantity(String(request)) ?? 0) > (parseQuantity(String(limit)) ?? 0);
    return isOver
      ? [invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)]
      : [];
  });
}

export function quantityErrors(value: unknown, path: string): FieldError[] {
  const amount = parseQuantity(String(value));
  if (amount === undefined) {
    return [
      invalid(
        path,
        value,
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      ),
    ];
  }
  return amount < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];
}
