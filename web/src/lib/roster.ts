/** Lists of appointments as spreadsheets save them: read, and written. */
import { type Held, when } from "./people";

export type Encoding = "UTF-8" | "CP932" | "UTF-16";

/** The longest file that is read: a list has 2,000 lines at most. */
export const LONGEST = 2_000_000;

/** A file's text, and in which encoding it was; undefined where it is none of them. */
export function decoded(bytes: Uint8Array): { text: string; encoding: Encoding } | undefined {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const tried: [Encoding, string][] = wide
    ? [["UTF-16", "utf-16le"]]
    : [["UTF-8", "utf-8"], ["CP932", "shift_jis"]];
  for (const [encoding, label] of tried) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(bytes);
      if (!text.includes("\0")) return { text, encoding };
    } catch {
      // the next one is tried
    }
  }
  return undefined;
}

export interface Listed {
  name: string;
  staffNumber: string;
  career: Held[];
}
const HEADERS = ["職員番号", "氏名", "役割", "課", "開始日", "終了日"] as const;

/** The list of what everybody holds on a day, for a spreadsheet. */
export function listOf(people: readonly Listed[], day: string, roleName: (role: Held["role"]) => string): string {
  const lines = people.flatMap((one) =>
    one.career
      .filter((post) => when(post, day) === "now")
      .map((post) => [
        one.staffNumber,
        one.name,
        roleName(post.role),
        post.department?.name ?? "",
        post.startsOn,
        post.endsOn ?? "",
      ]),
  );
  return [[...HEADERS], ...lines].map((cells) => cells.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A cell that spreadsheets neither shorten (001) nor take for a formula. */
function cell(value: string): string {
  const kept = /^(0\d|[=+\-@\t])/.test(value) ? `="${value}"` : value;
  return /[",\r\n]/.test(kept) ? `"${kept.replaceAll('"', '""')}"` : kept;
}
