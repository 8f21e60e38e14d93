// Judges our bank codes with the independent readers npm `steplix-emvqr` and `promptparse`, which check the checksum, with Bakong's
// form as `ts-khqr` knows it, and with codes that `promptparse`, `paynowqr` and `ts-khqr` make for the same demands.
//
//   judge.mjs read < cases    reads our payload of every case twice or three times and compares the fields
//   judge.mjs make < cases    prints a line of [index of the case, a library's payload for it]
//
// A case is { method, payload, fields: { "26.01": … }, account: { its settings }, name, city, category, postal_code, reference,
// amount (as written), minor (minor units), currency, expires_at }. Exits 0 and ends with the line "agreed" if all agree.

import { createRequire } from "node:module";
import { parse } from "promptparse";
import { anyId } from "promptparse/generate";
import emvqr from "steplix-emvqr";
import { expect, judge, refuses } from "../judging.mjs";

const require = createRequire(import.meta.url);
const { CURRENCY, KHQR, TAG } = require("ts-khqr");
const PaynowQR = require("paynowqr");

// What steplix-emvqr found under a path such as 26.01.
function found(objects, path) {
  const [id, inside] = path.split(".");
  return inside ? objects[id]?.data[inside]?.data : objects[id]?.data;
}

function read(cases) {
  for (const { method, payload, fields } of cases) {
    // steplix-emvqr computes a checksum below 0x0100 in two digits and so refuses its code: those are for promptparse alone.
    const isLost = payload.slice(-4, -2) === "00";
    expect(!isLost || refuses(() => emvqr.decode(payload)), `steplix-emvqr reads ${payload} after all`);
    const first = isLost ? null : emvqr.decode(payload);
    const second = parse(payload, true);
    expect(second, `promptparse cannot read ${payload}`);
    for (const [path, value] of Object.entries(fields)) {
      // steplix-emvqr leaves the unreserved templates closed.
      const mute = !first || path.startsWith("99.");
      expect(mute || found(first, path) === value, `steplix-emvqr reads ${path} of ${payload} in another way than ${value}`);
      const read = second.getTagValue(...path.split("."));
      expect(read === value, `promptparse reads ${path} of ${payload} as ${read}, not ${value}`);
    }
    if (method === "khqr") readKhqr(payload, fields);
    const spoilt = payload.slice(0, -1) + (payload.endsWith("0") ? "1" : "0");
    expect(refuses(() => emvqr.decode(spoilt)) && refuses(() => parse(spoilt, true)), `${spoilt} was read`);
  }
}

function readKhqr(payload, fields) {
  expect(KHQR.verify(payload).isValid, `ts-khqr: ${JSON.stringify(KHQR.verifyDetail(payload))} about ${payload}`);
  const { data } = KHQR.parse(payload);
  const read = {
    "30.00": data.bakongAccountID,
    "30.01": data.merchantID,
    "30.02": data.acquiringBank,
    52: data.merchantCategoryCode,
    53: data.transactionCurrency,
    54: data.transactionAmount,
    59: data.merchantName,
    60: data.merchantCity,
    "62.01": data.billNumber,
    "99.01": data.expirationTimestamp,
  };
  for (const [path, value] of Object.entries(read)) {
    expect(value === fields[path], `ts-khqr reads ${path} of ${payload} as ${value}, not ${fields[path]}`);
  }
}

function makeKhqr(one) {
  const { status, data } = KHQR.generate({
    tag: TAG.MERCHANT,
    accountID: one.account.bakong_id,
    merchantID: one.account.merchant_id,
    acquiringBank: one.account.bank,
    merchantName: one.name,
    merchantCity: one.city,
    merchantCategoryCode: one.category,
    currency: CURRENCY[one.currency],
    amount: one.minor / 100,
    expirationTimestamp: one.expires_at * 1000,
    additionalData: { billNumber: one.reference },
  });
  expect(data, `ts-khqr: ${JSON.stringify(status)}`);
  return data.qr;
}

// Unix seconds as PayNow writes them, YYYYMMDDHHMMSS of Singapore, eight hours ahead the whole year.
const singapore = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().replaceAll(/\D/g, "").slice(0, 14);

const MAKERS = {
  khqr: makeKhqr,
  promptpay: (one) => anyId({ type: one.account.kind, target: one.account.wanted, amount: one.minor / 100 }),
  paynow: ({ account, minor, reference, name, expires_at: end }) =>
    new PaynowQR({ uen: account.proxy, amount: minor / 100, expiry: singapore(end), refNumber: reference, company: name }).output(),
};

function make(cases) {
  const made = cases.flatMap((one, index) => (MAKERS[one.method] ? [[index, MAKERS[one.method](one)]] : []));
  console.log(JSON.stringify(made));
}

await judge({ read, make });
