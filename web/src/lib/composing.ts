/**
 * Keep an Enter that chooses among an input method's candidates from sending the form.
 * Some browsers end the composition first, and tell it by the key's code alone.
 */
export function sparesCandidates(event: KeyboardEvent): void {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only thing that tells it there
  const isComposing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && isComposing && event.target instanceof HTMLInputElement) {
    event.preventDefault();
  }
}
