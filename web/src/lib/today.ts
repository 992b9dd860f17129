/** Milliseconds. */
export const AHEAD_OF_UTC = 9 * 3_600_000;

/** Which day a moment is in, in Japan. */
export function dayIn(moment: number): string {
  return new Date(moment + AHEAD_OF_UTC).toISOString().slice(0, 10);
}

/** Which day it is in Japan. */
export function today(): string {
  return dayIn(Date.now());
}
