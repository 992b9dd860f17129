/** What an indicator says: how far it has come, and how it went over the years. */

export interface Measured {
  baseline: string | null;
  target: string | null;
  actual: string | null;
}

/**
 * How far an indicator has come from where it began to where it should be, in whole percent; null
 * while a number is missing, or where there is no way to go. It holds for falling ones as well.
 */
export function achieved({ baseline, target, actual }: Measured): number | null {
  if (baseline === null || target === null || actual === null) return null;
  const way = Number(target) - Number(baseline);
  if (way === 0) return null;
  return Math.round(((Number(actual) - Number(baseline)) / way) * 100);
}

export interface Point {
  year: string;
  target: string | null;
  actual: string | null;
}
interface Year {
  fiscalYearLabel: string;
  indicators: { name: string; unit: string; target: string | null; actual: string | null }[];
}

/** The same indicator, by name and unit, in every year that has it, the earliest first. */
export function overYears(years: Year[], name: string, unit: string): Point[] {
  return years.flatMap((one) =>
    one.indicators
      .filter((indicator) => indicator.name === name && indicator.unit === unit)
      .map(({ target, actual }) => ({ year: one.fiscalYearLabel, target, actual })),
  );
}
