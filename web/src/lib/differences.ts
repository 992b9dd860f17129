/** What was taken out of a text and what was put in, character by character. */

export interface Piece {
  kind: "same" | "out" | "in";
  text: string;
}

/** The pieces of which the earlier text (same, out) and the later one (same, in) are made. */
export function differences(before: string, after: string): Piece[] {
  const [one, other] = [Array.from(before), Array.from(after)];
  const lengths = common(one, other);
  const pieces: Piece[] = [];
  const add = (kind: Piece["kind"], text: string): void => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      add("same", one[i]!);
      i++;
      j++;
    } else if (j >= other.length || (i < one.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      add("out", one[i++]!);
    } else add("in", other[j++]!);
  }
  return pieces;
}

/** The length of the longest common part of what follows each pair of places. */
function common(one: string[], other: string[]): Uint16Array[] {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      rows[i]![j] =
        one[i] === other[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}
