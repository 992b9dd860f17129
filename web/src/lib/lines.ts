/** Files of text, and places in them. */

export interface Opened {
  text: string;
  encoding: "UTF-8" | "Shift_JIS";
}

/** Reads a text as UTF-8, or else as Windows in Japan writes it; undefined where it is neither. */
export function opened(bytes: Uint8Array): Opened | undefined {
  for (const encoding of ["UTF-8", "Shift_JIS"] as const) {
    try {
      const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
      if (!text.includes("\0")) return { text, encoding };
    } catch {
      // the next encoding
    }
  }
  return undefined;
}

/** Where a line, from 1, begins and ends in a text; its last line for any later one. */
export function placeOf(text: string, line: number): { start: number; end: number } {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return { start, end: end < 0 ? text.length : end };
}

export function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
