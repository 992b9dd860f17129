/** The record's tree (RFC 9162, section 2.1). */
import { type Bytes, sha256, utf8 } from "./hashing";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafOf(body: string): Promise<Bytes> {
  return sha256(LEAF, utf8(body));
}

function nodeOf(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(NODE, left, right);
}

/** A tree that grows by a leaf at a time, and remembers no more than it needs for that. */
export class Tree {
  size = 0;
  #peaks: Bytes[] = [];

  async add(leaf: Bytes): Promise<void> {
    let top = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) top = await nodeOf(this.#peaks.pop()!, top);
    this.#peaks.push(top);
    this.size += 1;
  }

  async root(): Promise<Bytes> {
    const last = this.#peaks.at(-1);
    if (!last) return sha256();
    let root = last;
    for (const peak of this.#peaks.slice(0, -1).reverse()) root = await nodeOf(peak, root);
    return root;
  }
}

/** The root that a path leads to from a leaf (RFC 9162, 2.1.3.2); undefined where it is none. */
export async function rootBy(index: number, size: number, leaf: Bytes, path: Bytes[]): Promise<Bytes | undefined> {
  const beside = path.at(-1);
  if (size === 1 || !beside) return size === 1 && index === 0 && !beside ? leaf : undefined;
  let left = 1;
  while (left * 2 < size) left *= 2;
  const rest = path.slice(0, -1);
  const isLeft = index < left;
  const own = isLeft ? await rootBy(index, left, leaf, rest) : await rootBy(index - left, size - left, leaf, rest);
  if (!own) return undefined;
  return isLeft ? nodeOf(own, beside) : nodeOf(beside, own);
}
