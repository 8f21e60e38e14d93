// Lets openapi-typescript write a client's types from a description, the compiler judge a month that is written against them, and the
// month happen: month.mjs DESCRIPTION BACKEND KEY.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import openapi, { astToString } from "openapi-typescript";
import ts from "typescript";

const [description, backend, key] = process.argv.slice(2);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
writeFileSync(here("schema.d.ts"), astToString(await openapi(JSON.parse(readFileSync(description, "utf8")))));
const program = ts.createProgram([here("month.ts")], {
  strict: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  typeRoots: [here("../../../node_modules/@types")],
  types: ["node"],
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
});
const faults = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
if (faults.length) {
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => "", getNewLine: () => "\n" };
  console.log(ts.formatDiagnostics(faults, host));
  process.exit(1);
}
// A line is a wish of the month, and the next one that comes in its answer.
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const tell = async (line) => {
  process.stdout.write(`${line}\n`);
  return (await lines.next()).value;
};
const { month } = await import(pathToFileURL(here("month.js")));
await month(backend, key, tell);
process.stdout.write("agreed\n", () => process.exit());
