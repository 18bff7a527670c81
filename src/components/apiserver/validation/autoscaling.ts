import { parseQuantity } from "../../../kube/quantity.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import { quantityErrors } from "./container.ts";
import { type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { dnsLabel, pathSegment } from "./names.ts";
import { all, among, anyIn, atLeast, atMost, fields, form, items, needed, ofSpec, oneOf, type Rule } from "./rules.ts";

const reference = fields({ kind: needed(form(pathSegment)), name: needed(form(pathSegment)) });
const positive: Rule = (value, path) =>
  value === undefined || (parseQuantity(String(value)) ?? 0) > 0 ? [] : [invalid(path, value, "must be positive")];
const targetTypes = ["Utilization", "Value", "AverageValue"];
const target = fields({
  type: needed(
    (value, path) =>
      targetTypes.includes(String(value))
        ? []
        : [invalid(path, value, "must be either Utilization, Value, or AverageValue")],
    "must specify a metric target type",
  ),
  value: positive,
  averageValue: positive,
  averageUtilization: atLeast(1, "must be greater than 0"),
});
const metricName = fields({ name: needed(form(pathSegment), "must specify a metric name") });
const name = needed(() => [], "must specify a resource name");

/** A source's target that must give one amount of two, told at the first. */
function amount(
  either: readonly [string, string],
  detail: string,
  both?: readonly [field: string, detail: string],
): Rule {
  return (value, path) => {
    const given = mapAt(value as Fields, "target") ?? {};
    const set = either.filter((one) => given[one] !== undefined);
    if (set.length === 0) return [required(`${path}.target.${either[0]}`, detail)];
    return both && set.length === 2 ? [forbiddenField(`${path}.target.${both[0]}`, both[1])] : [];
  };
}

const ofResource = amount(
  ["averageUtilization", "averageValue"],
  "must set either a target raw value or a target utilization",
  ["averageValue", "may not set both a target raw value and a target utilization"],
);
const sources: Readonly<Record<string, Rule>> = {
  object: all(
    fields({ describedObject: reference, metric: metricName, target }),
    amount(["averageValue", "value"], "must set either a target value or averageValue"),
  ),
  external: all(
    fields({ metric: metricName, target }),
    amount(["averageValue", "value"], "must set either a target value for metric or a per-pod target", [
      "value",
      "may not set both a target value for metric and a per-pod target",
    ]),
  ),
  pods: all(
    fields({ metric: metricName, target }),
    amount(["averageValue", "averageValue"], "must specify a positive target averageValue"),
  ),
  resource: all(fields({ name, target }), ofResource),
  containerResource: all(
    fields({ name, container: needed(form(dnsLabel), "must specify a container"), target }),
    ofResource,
  ),
};
const sourceOf: Readonly<Record<string, string>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};
const metric: Rule = (value, path) => {
  const { type } = value as { type?: string };
  const wanted = sourceOf[type ?? ""];
  return [
    ...needed(among(...Object.keys(sourceOf)), "must specify a metric source type")(type, `${path}.type`),
    ...(wanted ? oneSource(value as Fields, wanted, path) : []),
  ];
};

function oneSource(value: Fields, wanted: string, path: string): readonly FieldError[] {
  if (value[wanted] === undefined)
    return [required(`${path}.${wanted}`, "must populate information for the given metric source")];
  // The source that the type names is looked at; any other is one too many.
  const rest = Object.entries(sources).filter(([one]) => one !== wanted);
  const ordered = Object.fromEntries([[wanted, sources[wanted] as Rule], ...rest]);
  return oneOf(ordered, { none: "", more: "must populate the given metric source only" })(value, path);
}

const policy = fields({
  type: needed(among("Pods", "Percent")),
  value: atLeast(1, "must be greater than zero"),
  periodSeconds: all(atLeast(1, "must be greater than zero"), atMost(1800)),
});
const scalingRules = fields({
  stabilizationWindowSeconds: all(atLeast(0, "must be greater than or equal to zero"), atMost(3600)),
  selectPolicy: among("Disabled", "Max", "Min"),
  policies: needed(items(policy), "must specify at least one Policy"),
  tolerance: (value, path) => (value === undefined ? [] : quantityErrors(value, path)),
});

function counts(value: unknown, path: string): FieldError[] {
  const spec = value as { minReplicas?: number; maxReplicas?: number };
  const { minReplicas = 1, maxReplicas = 0 } = spec;
  const scales = (one: Fields) => one.type === "Object" || one.type === "External";
  return [
    ...atLeast(0)(minReplicas, `${path}.minReplicas`),
    ...(maxReplicas === 0 ? [required(`${path}.maxReplicas`, "must be set and greater than 0")] : []),
    ...atLeast(0, "must be greater than or equal to 1")(maxReplicas, `${path}.maxReplicas`),
    ...(maxReplicas < minReplicas
      ? [invalid(`${path}.maxReplicas`, maxReplicas, "must be greater than or equal to `minReplicas`")]
      : []),
    ...(minReplicas === 0 && !anyIn(spec as Fields, "metrics", scales)
      ? [
          forbiddenField(
            `${path}.metrics`,
            "must specify at least one Object or External metric to support scaling to zero replicas",
          ),
        ]
      : []),
  ];
}

/** A HorizontalPodAutoscaler (pkg/apis/autoscaling/validation). */
export const validateAutoscaler = ofSpec(
  all(
    counts,
    fields({
      scaleTargetRef: reference,
      metrics: items(metric),
      behavior: fields({ scaleUp: scalingRules, scaleDown: scalingRules }),
    }),
  ),
);
