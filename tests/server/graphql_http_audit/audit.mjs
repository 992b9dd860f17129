// Runs every audit of graphql-http against the server at the first argument and prints the results
// as JSON. The second argument, if any, is taken by every request besides what the audit takes.
import { serverAudits } from "graphql-http";

const [url, besides] = process.argv.slice(2);

function fetchFn(input, init = {}) {
  const headers = new Headers(init.headers);
  if (besides) headers.set("accept", `${headers.get("accept") ?? "*/*"}, ${besides}`);
  return fetch(input, { ...init, headers });
}

const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason } = await audit.fn();
  results.push({ id: audit.id, name: audit.name, status, reason });
}
console.log(JSON.stringify(results));
