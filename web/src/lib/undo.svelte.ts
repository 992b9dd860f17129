/** The move that was made last, so that it can be taken back where the workflow allows it. */

export interface Made {
  cycle: string;
  /** What was done, as the move is called. */
  label: string;
}

let last = $state.raw<Made>();

export const undo = {
  get made(): Made | undefined {
    return last;
  },
};

/** Offer to take a move back; it stays until it is dismissed, or another move is made. */
export function offer(made: Made): void {
  last = made;
}

export function dismiss(): void {
  last = undefined;
}
