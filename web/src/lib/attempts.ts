/** One key for one act: asked again because no answer came, it is done once; changed, it is another. */
import { behalf } from "./behalf.svelte";
import { uuid } from "./ids";

export class Attempts {
  #asked = "";
  #key = uuid();

  /** The key to send what is asked with. */
  keyFor(asked: unknown): string {
    const now = JSON.stringify([behalf.id, asked]);
    if (now !== this.#asked) this.renew();
    this.#asked = now;
    return this.#key;
  }

  /** To be called once an answer came: what is asked from now on is another act. */
  renew(): void {
    this.#asked = "";
    this.#key = uuid();
  }
}
