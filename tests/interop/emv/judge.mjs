// Judges our bank codes with the independent readers npm `steplix-emvqr` and `promptparse`, which check the checksum.
//
//   judge.mjs read < codes    reads every payload twice and compares the fields
//
// Exits 0 and ends with the line "agreed" if all agree; says what differs otherwise.

import { parse } from "promptparse";
import emvqr from "steplix-emvqr";
import { expect, judge, refuses } from "../judging.mjs";

function read(codes) {
  for (const { payload, fields } of codes) {
    // steplix-emvqr computes a checksum below 0x0100 in two digits and so refuses its code: those are for promptparse alone.
    const isLost = payload.slice(-4, -2) === "00";
    expect(!isLost || refuses(() => emvqr.decode(payload)), `steplix-emvqr reads ${payload} after all`);
    const first = isLost ? null : emvqr.decode(payload);
    const second = parse(payload, true);
    expect(second, `promptparse cannot read ${payload}`);
    for (const [id, value] of Object.entries(fields)) {
      expect(!first || first[id]?.data === value, `steplix-emvqr reads ${id} of ${payload} as ${first?.[id]?.data}, not ${value}`);
      expect(second.getTagValue(id) === value, `promptparse reads ${id} of ${payload} as ${second.getTagValue(id)}, not ${value}`);
    }
    const spoilt = payload.slice(0, -1) + (payload.endsWith("0") ? "1" : "0");
    expect(refuses(() => emvqr.decode(spoilt)) && refuses(() => parse(spoilt, true)), `${spoilt} was read`);
  }
}

await judge({ read });
