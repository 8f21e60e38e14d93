// What every judge under Node is made of: its verdict, a merchant's notification endpoint, and the sandbox's control.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

// Ends the judge with what it disagrees about, unless that holds.
export function expect(holds, what) {
  if (holds) return;
  console.log(`disagreed: ${what}`);
  process.exit(1);
}

export const show = (value) => JSON.stringify(value);

// Whether a reader throws, or finds nothing.
export function refuses(read) {
  try {
    return !read();
  } catch {
    return true;
  }
}

// Runs the verb of the command line: `drive` on the sandbox's URL, every other on the JSON of standard input.
export async function judge(verbs) {
  const [verb, sandbox] = process.argv.slice(2);
  expect(Object.hasOwn(verbs, verb), `there is no verb ${verb}, but ${Object.keys(verbs)}`);
  await verbs[verb](verb === "drive" ? sandbox : JSON.parse(readFileSync(0, "utf8")));
  // Once that and all before it is written. By itself it would stay as long as the clients' idle connections, for minutes.
  process.stdout.write("agreed\n", () => process.exit());
}

// What the sandbox gives a merchant of that provider.
export async function settingsOf(sandbox, provider) {
  return (await (await fetch(`${sandbox}/sandbox/settings`)).json())[provider];
}

// An act of a shopper or an operator at the sandbox.
export async function control(sandbox, path, body) {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${sandbox}/sandbox/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(reply.ok, `control ${path}: ${reply.status}`);
  return reply.json();
}

// A merchant's notification endpoint: gives every arrival that answer and keeps it, as headers, query and text. `check` answers
// a provider that asks first whether the address is the merchant's, by what it asks.
export class Merchant {
  arrivals = [];
  waiting = [];

  async open(path, status, answer = "") {
    this.server = createServer(async (request, reply) => {
      const query = Object.fromEntries(new URL(request.url, "http://merchant").searchParams);
      if (request.method === "GET") return reply.end(this.check(query));
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      reply.writeHead(status).end(answer);
      const arrival = { headers: request.headers, query, body: Buffer.concat(chunks).toString() };
      const next = this.waiting.shift();
      if (next) next(arrival);
      else this.arrivals.push(arrival);
    });
    await new Promise((ready) => this.server.listen(0, "127.0.0.1", ready));
    this.url = `http://127.0.0.1:${this.server.address().port}${path}`;
    return this;
  }

  // The oldest arrival that nobody has taken, waited for.
  next() {
    return this.arrivals.length > 0 ? this.arrivals.shift() : new Promise((resolve) => this.waiting.push(resolve));
  }

  close() {
    this.server.close();
  }
}
