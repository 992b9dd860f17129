/** Where two texts differ, letter by letter: pure, so that it can be tested. */

export interface Piece {
  text: string;
  differs: boolean;
}

/** Letters of both middles multiplied: more than this is told as one difference. */
const most = 250_000;

/** Parts two texts into what they share and what is only in one of them. */
export function differing(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const old = Array.from(before);
  const now = Array.from(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail++;
  const [oldMiddle, newMiddle] = [old, now].map((letters) => letters.slice(head, letters.length - tail));
  const kept = shared(oldMiddle!, newMiddle!);
  const whole = (letters: string[], middle: string[], stays: Set<number>): Piece[] =>
    joined([
      ...letters.slice(0, head).map((text) => ({ text, differs: false })),
      ...middle.map((text, at) => ({ text, differs: !stays.has(at) })),
      ...letters.slice(letters.length - tail).map((text) => ({ text, differs: false })),
    ]);
  return {
    before: whole(old, oldMiddle!, kept.old),
    after: whole(now, newMiddle!, kept.now),
  };
}

/** The places of the longest common subsequence, in either text. */
function shared(old: string[], now: string[]): { old: Set<number>; now: Set<number> } {
  const found = { old: new Set<number>(), now: new Set<number>() };
  if (old.length * now.length > most) return found;
  const width = now.length + 1;
  const length = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      length[i * width + j] =
        old[i] === now[j]
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!);
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      found.old.add(i++);
      found.now.add(j++);
    } else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++;
    else j++;
  }
  return found;
}

function joined(pieces: Piece[]): Piece[] {
  const made: Piece[] = [];
  for (const piece of pieces) {
    const last = made.at(-1);
    if (last?.differs === piece.differs) last.text += piece.text;
    else made.push({ ...piece });
  }
  return made;
}

const signs: [RegExp, string][] = [
  [/\ufeff/g, "［BOM］"],
  [/\r\n/g, "［CRLF］"],
  [/\r/g, "［CR］"],
  [/\n/g, "↵\n"],
  [/\u3000/g, "□"],
  [/\t/g, "⇥"],
  [/ /g, "␣"],
];

/** Shows letters that are nothing to see. */
export function visible(text: string): string {
  return signs.reduce((shown, [letter, sign]) => shown.replace(letter, sign), text);
}
