const AHEAD_OF_UTC = 9 * 3_600_000;

/** Which day it is in Japan. */
export function today(): string {
  return new Date(Date.now() + AHEAD_OF_UTC).toISOString().slice(0, 10);
}
