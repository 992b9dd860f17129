/** Fetching a copy of the record while counting what has come. */

/** Copies larger than this go straight to the disk, where no page can count them. */
export const COUNTED = 50_000;

const ENTRY = new TextEncoder().encode('{"type":"entry"');
const LF = 10;
const CR = 13;

/** Counts the entries in what comes in, however it is cut. */
export class EntryCounter {
  count = 0;
  readonly #lines: boolean;
  #start: number[] = [];
  #last = 0;
  #heading = true;

  /** `lines`: whether each entry is a line of JSON; else a row of a table, the first of which is its heading. */
  constructor(lines: boolean) {
    this.#lines = lines;
  }

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#lines) this.#line(byte);
      else this.#row(byte);
    }
  }

  #line(byte: number): void {
    if (byte === LF) this.#start = [];
    else if (this.#start.length < ENTRY.length) {
      this.#start.push(byte);
      if (this.#start.length === ENTRY.length && this.#start.every((one, place) => one === ENTRY[place])) this.count += 1;
    }
  }

  #row(byte: number): void {
    if (byte === LF && this.#last === CR) {
      if (this.#heading) this.#heading = false;
      else this.count += 1;
    }
    this.#last = byte;
  }
}

export interface Replaced {
  character: string;
  code: string;
  count: string;
  entries: number[];
  more: boolean;
}

/** The characters that a table in CP932 had to replace, as its end tells. */
export function replacedIn(text: string): Replaced[] {
  const place = text.lastIndexOf('"# 置き換えた文字"');
  if (place < 0) return [];
  const rows = [...text.slice(place).matchAll(/^"U\+([0-9A-F]+)","(\d+)","([^"]*)"/gm)];
  return rows.map(([, code = "", count = "", where = ""]) => ({
    character: String.fromCodePoint(Number.parseInt(code, 16)),
    code: `U+${code}`,
    count,
    entries: where.split(" ").filter((one) => /^\d+$/.test(one)).map(Number),
    more: where.endsWith("…"),
  }));
}

export interface Got {
  blob: Blob;
  name: string;
  replaced: Replaced[];
}

/** Fetches a copy; `tell` hears how many entries have come. Raises what the server said against it. */
export async function fetchCopy(
  copy: { url: string; format: string },
  tell: (count: number) => void,
  signal: AbortSignal,
): Promise<Got> {
  const response = await fetch(copy.url, { signal });
  if (!response.ok || !response.body) {
    const said = (await response.json().catch(() => ({}))) as { errors?: { message: string }[] };
    throw new Error(said.errors?.[0]?.message ?? String(response.status));
  }
  const counter = new EntryCounter(copy.format === "JSONL");
  const parts: BlobPart[] = [];
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    counter.add(next.value);
    tell(counter.count);
  }
  const blob = new Blob(parts, { type: response.headers.get("Content-Type") ?? "" });
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "meguru-copy";
  const isTable = copy.format === "CSV_CP932";
  const replaced = isTable ? replacedIn(new TextDecoder("shift_jis").decode(await blob.slice(-200_000).arrayBuffer())) : [];
  return { blob, name, replaced };
}

/** Hands a file over to the browser to be kept. */
export function save(got: Got): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(got.blob);
  link.download = got.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
