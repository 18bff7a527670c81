/** The fields that the conditions of all kinds share; `status` is "True", "False" or "Unknown". */
export type Condition = {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
};

export function conditionOf<C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((one) => one.type === type);
}

export function isConditionTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === "True";
}

/** The list with this condition in its place; lastTransitionTime moves only when the status does. */
export function withCondition<C extends Condition>(conditions: readonly C[] | undefined, wanted: C): C[] {
  const old = conditionOf(conditions, wanted.type);
  const kept = old && old.status === wanted.status && old.lastTransitionTime !== undefined;
  const next = kept ? { ...wanted, lastTransitionTime: old.lastTransitionTime } : wanted;
  if (!old) return [...(conditions ?? []), next];
  return (conditions ?? []).map((one) => (one.type === wanted.type ? next : one));
}

export function withoutCondition<C extends Condition>(conditions: readonly C[] | undefined, type: string): C[] {
  return (conditions ?? []).filter((one) => one.type !== type);
}
