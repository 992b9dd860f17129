/** Server-sent events (HTML Living Standard, 9.2.6), as far as the API sends them. */

export interface Frame {
  event: string;
  data: string;
}

export async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop() ?? "";
      for (const part of parts) yield frameOf(part);
    }
  } finally {
    await reader.cancel();
  }
}

function frameOf(text: string): Frame {
  const frame: Frame = { event: "message", data: "" };
  const data: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === "event") frame.event = value ?? "";
    if (name === "data") data.push(value ?? "");
  }
  frame.data = data.join("\n");
  return frame;
}
