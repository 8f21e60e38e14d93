// Hands conformance vectors to the widget's wasm for a test, which says where they are.

import { load } from "./widget.js";

const widget = await load();

// Verdicts as a list beside `cases`, whose members are the address of a vector's file and, where its answer is to be
// had over HTTP, the address to send its request to.
window.judge = async (cases) => {
  const verdicts = [];
  for (const [file, address] of cases) {
    const vector = new Uint8Array(await (await fetch(file)).arrayBuffer());
    verdicts.push(address ? await widget.judgeReceived(vector, address) : widget.judge(vector));
  }
  return verdicts;
};
document.documentElement.setAttribute("data-ready", "");
