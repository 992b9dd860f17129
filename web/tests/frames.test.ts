import { expect, it } from "vitest";
import { frames } from "../src/lib/frames";
import { uuid } from "../src/lib/ids";

function stream(...parts: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(part));
      controller.close();
    },
  });
}

it("frames come whole however they are cut, and comments are none", async () => {
  const found = [];
  const body = stream("event: ne", 'xt\ndata: {"a":', '"あ"}\n\n: ping\n\nevent: complete\ndata:\n\n', "event: lost");
  for await (const frame of frames(body)) found.push(frame);
  expect(found).toEqual([
    { event: "next", data: '{"a":"あ"}' },
    { event: "message", data: "" },
    { event: "complete", data: "" },
  ]);
});

it("ids are UUIDs of version 4", () => {
  expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid()).not.toBe(uuid());
});
