/** Canonical JSON (RFC 8785), as far as the record's bodies need it: numbers are whole. */

function isWhole(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}

function string(text: string): string {
  if (!isWhole(text)) throw new Error("a text has half a character");
  return JSON.stringify(text);
}

export function canonical(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return string(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Error("a number is not whole");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value as object).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, each]) => `${string(name)}:${canonical(each)}`).join(",")}}`;
}

/** Whether a text is canonical JSON: nobody can read something else in it. */
export function isCanonical(text: string): boolean {
  try {
    return canonical(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}
