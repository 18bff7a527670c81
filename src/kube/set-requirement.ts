/** The operators that label selectors and node selectors share. */
export type SetOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** Whether a value, absent or not, is what the operator asks for (apimachinery's labels.Requirement). */
export function meetsSet(operator: SetOperator, values: readonly string[], value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return operator satisfies never;
  }
}
