// The web of a test: what is recorded answers, everything else is silent. Imported before anything that fetches.
import { readFileSync } from "node:fs";

export const folder = process.argv[2];
export const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));

// The answer alone goes to the standard output, also where a program thinks aloud.
console.log = console.error;

const recorded = read("web.json");

globalThis.fetch = async (asked) => {
  const [url] = (typeof asked === "string" ? asked : asked.url ?? String(asked)).split("#"); // which HTTP never sends
  const page = recorded[url];
  if (!page) throw new TypeError(`${url} can not be reached`);
  const body = page.body_b64 ? Buffer.from(page.body_b64, "base64") : page.body;
  return new Response(body, { status: page.status, headers: { "content-type": page.content_type || "application/json" } });
};
