/** Where GraphiQL keeps tabs and history: in this browser, without the secrets that were typed. */

const SECRET = /password|secret/i;
const TOKEN = /meguru_[\w-]{8,}/g;
const WRITTEN = /(\w*(?:password|secret)\w*\s*:\s*)(?:"""[\s\S]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"?)/gi;

/** The browser's own storage; GraphiQL may use it as it likes. */
export const storage = {
  get length(): number {
    return localStorage.length;
  },
  getItem: (key: string): string | null => localStorage.getItem(key),
  setItem: (key: string, value: string): void => localStorage.setItem(key, withoutSecrets(value)),
  removeItem: (key: string): void => localStorage.removeItem(key),
  clear: (): void => localStorage.clear(),
};

/** A text, JSON or GraphQL, with passwords, secrets and tokens taken out; what cannot be read is left out whole. */
export function withoutSecrets(text: string): string {
  const plain = text.replace(TOKEN, "meguru_…");
  try {
    const value: unknown = JSON.parse(plain);
    return typeof value === "object" ? JSON.stringify(cleaned(value)) : plain;
  } catch {
    // GraphQL, or JSON that is being typed.
    if (!SECRET.test(plain)) return plain;
    return /^\s*[{[]\s*"/.test(plain) ? "" : plain.replace(WRITTEN, '$1""');
  }
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const holdsSecret = Object.keys(value).some((key) => SECRET.test(key));
  const isKept = (key: string): boolean => !SECRET.test(key) && !(holdsSecret && key === "code");
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, isKept(key) ? cleaned(one) : ""]),
  );
}
