// What verifying one answer costs in this browser: in the widget's wasm, and its signature in WebCrypto. Microseconds.

import { load } from "./widget.js";

// The clocks of browsers tick in whole milliseconds at worst: a round takes many of them.
const TIMES = 40;
const ROUNDS = 21;

const { Sample } = await load();

// Medians of rounds that take turns, so that whatever else the machine does slows all alike.
window.bench = async (rounds = ROUNDS) => {
  const sample = new Sample();
  const native = await webCrypto(sample);
  const kinds = {
    answer: (times) => sample.verifyAnswer(times),
    signature: (times) => sample.verifySignature(times),
    ...(native.verify && { webCrypto: native.verify }),
  };
  const taken = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [kind, work] of Object.entries(kinds)) {
      const began = performance.now();
      await work(TIMES);
      if (round > 0) taken[kind].push(((performance.now() - began) * 1000) / TIMES);
    }
  }
  const medians = Object.fromEntries(Object.entries(taken).map(([kind, all]) => [kind, median(all)]));
  return { ...medians, rounds, times: TIMES, missing: native.missing ?? null };
};

// One after the other, as a widget would ask; the key is imported before. `missing` says why there is none.
async function webCrypto(sample) {
  try {
    const key = await crypto.subtle.importKey("raw", sample.key(), "Ed25519", false, ["verify"]);
    const [base, signature] = [sample.base(), sample.signature()];
    const verify = async (times) => {
      for (let time = 0; time < times; time += 1) {
        if (!(await crypto.subtle.verify("Ed25519", key, signature, base))) throw new Error("WebCrypto refuses an honest signature");
      }
    };
    await verify(1);
    return { verify };
  } catch (failure) {
    return { missing: String(failure) };
  }
}

function median(values) {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

document.documentElement.setAttribute("data-ready", "");
