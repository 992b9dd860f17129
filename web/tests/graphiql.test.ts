import { describe, expect, it } from "vitest";
import { given } from "../src/graphiql/examples";
import { withoutSecrets } from "../src/graphiql/storage";

describe("what GraphiQL keeps", () => {
  it("has no token, wherever it stands", () => {
    expect(withoutSecrets("# Bearer meguru_yCzeozdqeO03dRQ7YS7gAID9ZamakQQrDvE5RePff_c")).toBe("# Bearer meguru_…");
    expect(withoutSecrets('{"a":["meguru_yCzeozdqeO03dRQ7YS7"]}')).toBe('{"a":["meguru_…"]}');
  });

  it("has no password, in variables within tabs too, and no code beside one", () => {
    const variables = JSON.stringify({ input: { login: "a", password: 'x"y\\z', code: "123456" } });
    const kept = withoutSecrets(JSON.stringify({ tabs: [{ query: "query A { a }", variables }] }));
    expect(JSON.parse((JSON.parse(kept) as { tabs: { variables: string }[] }).tabs[0]!.variables)).toEqual({
      input: { login: "a", password: "", code: "" },
    });
  });

  it("has none of what is written into the document, or is half typed", () => {
    expect(withoutSecrets('mutation { signIn(input: { login: "a", password: "b\\"c" }) { x } }')).toBe(
      'mutation { signIn(input: { login: "a", password: "" }) { x } }',
    );
    expect(withoutSecrets('mutation { a(password: """b\nc""") }')).toBe('mutation { a(password: "") }');
    expect(withoutSecrets('mutation { a(newPassword: "b')).toBe('mutation { a(newPassword: ""');
    expect(withoutSecrets('{ "password": "half')).toBe("");
  });

  it("is otherwise what was written", () => {
    const query = 'query P { project(ref: { code: "1_02" }) { title } }';
    expect(withoutSecrets(query)).toBe(query);
    expect(withoutSecrets('{"code":"1_02"}')).toBe('{"code":"1_02"}');
    expect(withoutSecrets("{ account { hasPassword } }")).toBe("{ account { hasPassword } }");
    expect(withoutSecrets("false")).toBe("false");
  });
});

describe("examples", () => {
  const cycle = (id: string, viewerCanEditSheet: boolean) => ({ currentCycle: { id, revision: 3, viewerCanEditSheet } });
  const here = {
    history: { nodes: [{ sequence: 100 }] },
    projects: { nodes: [cycle("cyc_a", false), cycle("cyc_b", true)] },
  };

  it("are about what is here, and a cycle that the viewer may write to", () => {
    expect(given("follow", here)).toEqual({ after: 90 });
    expect(given("history", here)).toEqual({ sequence: 60 });
    expect(given("fire", here)).toMatchObject({ input: { cycle: "cyc_b", expectedRevision: 3, validateOnly: true } });
  });

  it("are there where nothing is", () => {
    expect(given("fire", undefined)).toMatchObject({ input: { validateOnly: true } });
    expect(given("as-of", undefined)).toEqual({ moment: { sequence: 1 } });
  });
});
