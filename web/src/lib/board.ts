/** How the board is laid out: pure, so that it can be tested. */

export const stages = ["PLAN", "DO", "CHECK", "ACTION", "CLOSED"] as const;
export type Stage = (typeof stages)[number];

/**
 * How wide each column is: an empty one is narrow, and those with many cards share what is left by
 * how many they have, so that a board is seen whole. All policies have the same columns.
 */
export function columns(counts: readonly number[]): string {
  return counts.map((count) => `minmax(${count === 0 ? 10 : 11}rem, ${count === 0 ? 1 : 2 + Math.sqrt(count) * 2}fr)`).join(" ");
}

interface Move {
  trigger: string;
  to: string;
  allowed: boolean;
  blockedBy: { message: string; resolvableBy: { name: string }[] }[];
}
/** What a column says of the card that is dragged: that it takes it, why not, or that no move leads there. */
export interface Verdict {
  takes: boolean;
  why: string[];
  /** Whether moves are known that lead there. */
  leads: boolean;
}

/** What a stage says of a card, by every move out of the stage that the card is at. */
export function verdict(moves: readonly Move[], stage: string): Verdict {
  const some = moves.filter((one) => one.to === stage && one.trigger !== "OPEN_NEXT");
  if (some.some((one) => one.allowed)) return { takes: true, why: [], leads: true };
  // Of several moves that lead there, the one with least in its way is the nearest to being made.
  const nearest = some.toSorted((one, other) => one.blockedBy.length - other.blockedBy.length)[0];
  return { takes: false, why: [...new Set(nearest?.blockedBy.map((one) => one.message))], leads: some.length > 0 };
}

/** Cards that are at another stage than before, by their code. */
export function moved(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): { code: string; to: string }[] {
  return [...now].flatMap(([code, to]) => {
    const from = before.get(code);
    return from !== undefined && from !== to ? [{ code, to }] : [];
  });
}
