// Judges our bank codes with the independent readers npm `steplix-emvqr`, `promptparse`, `emv-qrcps` and `emvco-qr-sdk`, with those of
// Bakong (`ts-khqr`, `bakong-khqr`) and Vietnam (`vietnam-qr-pay`), and with codes that these, `paynowqr` and `promptpay-qr` make for
// the same demands.
//
//   judge.mjs read < cases    reads our payload of every case by each of them and compares the fields
//   judge.mjs make < cases    prints a line of [index of the case, a library's payload for it, paths that the library is not told]
//
// A case is { method, payload, fields: { "26.01": … }, account: { its settings }, name, city, category, postal_code, reference,
// amount (as written), minor (minor units), currency, expires_at }. Exits 0 and ends with the line "agreed" if all agree.

import { createRequire } from "node:module";
import { parse } from "promptparse";
import { anyId } from "promptparse/generate";
import emvqr from "steplix-emvqr";
import { expect, judge, refuses } from "../judging.mjs";

const require = createRequire(import.meta.url);
const { BakongKHQR, MerchantInfo, khqrData } = require("bakong-khqr");
const { Merchant } = require("emv-qrcps");
const { TlvParserService, getCrcInfo } = require("emvco-qr-sdk");
const PaynowQR = require("paynowqr");
const promptpay = require("promptpay-qr");
const { CURRENCY, KHQR, TAG } = require("ts-khqr");
const { QRPay } = require("vietnam-qr-pay");

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
    const spoilt = payload.slice(0, -1) + (payload.endsWith("0") ? "1" : "0");
    expect(refuses(() => emvqr.decode(spoilt)) && refuses(() => parse(spoilt, true)), `${spoilt} was read`);
    rebuild(payload, spoilt);
    open(payload, spoilt, fields);
    if (method === "khqr") readKhqr(payload, spoilt, fields);
    if (method === "vietqr") readVietqr(payload, spoilt, fields);
  }
}

// emv-qrcps shows no field of its own, but builds a code again from what it has read, with a checksum of its own: it does not
// look at the one that it reads.
function rebuild(payload, spoilt) {
  const again = Merchant.Parser.toEMVQR(payload);
  expect(again.validate() && built(again) === payload, `emv-qrcps makes ${again.generatePayload()} of ${payload}`);
  expect(built(Merchant.Parser.toEMVQR(spoilt)) === payload, `emv-qrcps reads the checksum of ${spoilt} after all`);
}

// What emv-qrcps builds, with the checksum's leading zeros, which it leaves out along with their count: `6303B5D` for `63040B5D`.
function built(code) {
  const text = code.generatePayload();
  const [, start, length, sum] = text.match(/^(.*)630([1-4])([0-9A-F]{1,4})$/) ?? [];
  expect(sum?.length === Number(length), `emv-qrcps ends a code in another way: ${text}`);
  return `${start}6304${sum.padStart(4, "0")}`;
}

// emvco-qr-sdk reads a code whatever its checksum is, and judges that apart. Left to itself it looks for objects within every value,
// and never comes back from a name such as `A0-4`, whose length leads to its own start: templates are opened one by one.
function open(payload, spoilt, fields) {
  const read = (text) => TlvParserService.parse(text, false);
  const objects = read(payload);
  expect(getCrcInfo(payload, objects).isValid, `emvco-qr-sdk finds the checksum of ${payload} wrong`);
  expect(!getCrcInfo(spoilt, read(spoilt)).isValid, `emvco-qr-sdk finds the checksum of ${spoilt} right`);
  for (const [path, value] of Object.entries(fields)) {
    const within = (among, id) => among?.find(({ tag }) => tag === id);
    const [id, inside] = path.split(".");
    const outer = within(objects, id);
    const object = inside ? within(read(outer?.value ?? ""), inside) : outer;
    expect(object?.value === value, `emvco-qr-sdk reads ${path} of ${payload} as ${object?.value}, not ${value}`);
  }
}

function readVietqr(payload, spoilt, fields) {
  const code = new QRPay(payload);
  expect(code.isValid && !new QRPay(spoilt).isValid, `vietnam-qr-pay finds ${payload} invalid, or reads ${spoilt}`);
  const read = { "38.00": code.provider.guid, "38.01": code.provider.data, "38.02": code.provider.service, 54: code.amount };
  for (const [path, value] of Object.entries({ ...read, "62.08": code.additionalData.purpose })) {
    expect(value === fields[path], `vietnam-qr-pay reads ${path} of ${payload} as ${value}, not ${fields[path]}`);
  }
}

function readKhqr(payload, spoilt, fields) {
  // ts-khqr makes codes whose checksum is below 0x0010, and finds them invalid: such are for bakong-khqr alone.
  const isLost = payload.slice(-4, -1) === "000";
  expect(KHQR.verify(payload).isValid === !isLost, `ts-khqr: ${JSON.stringify(KHQR.verifyDetail(payload))} about ${payload}`);
  if (!isLost) sameKhqr("ts-khqr", KHQR.parse(payload).data, payload, fields);
  expect(BakongKHQR.verify(payload).isValid, `bakong-khqr finds ${payload} invalid`);
  expect(!BakongKHQR.verify(spoilt).isValid, `bakong-khqr finds ${spoilt} valid`);
  sameKhqr("bakong-khqr", BakongKHQR.decode(payload).data, payload, fields);
}

// Both libraries come from Bakong's own, and call the fields alike.
function sameKhqr(library, data, payload, fields) {
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
    expect(value === fields[path], `${library} reads ${path} of ${payload} as ${value}, not ${fields[path]}`);
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
  // It writes a checksum below 0x0010 with three digits: the zero that it loses is put back, and the checksum still has to hold.
  return data.qr.replace(/6304(00[0-9A-F])$/, "63040$1");
}

function makeKhqrByBakong({ account, name, city, category, currency, minor, reference, expires_at: end }) {
  const { status, data } = new BakongKHQR().generateMerchant(
    new MerchantInfo(account.bakong_id, name, city, account.merchant_id, account.bank, {
      currency: khqrData.currency[currency.toLowerCase()],
      amount: minor / 100,
      billNumber: reference,
      expirationTimestamp: end * 1000,
      merchantCategoryCode: category,
    }),
  );
  expect(data, `bakong-khqr: ${JSON.stringify(status)}`);
  return data.qr;
}

// For Malaysia there is no library: the general one is told every field of ours, and finds order, lengths and checksum itself.
function makeDuitnow({ fields }) {
  const [code, account] = [Merchant.buildEMVQR(), Merchant.buildMerchantAccountInformation()];
  const more = Merchant.buildAdditionalDataFieldTemplate();
  account.setGloballyUniqueIdentifier(fields["26.00"]);
  account.addPaymentNetworkSpecific("01", fields["26.01"]);
  account.addPaymentNetworkSpecific("02", fields["26.02"]);
  more.setReferenceLabel(fields["62.05"]);
  code.setPayloadFormatIndicator("02");
  code.setPointOfInitiationMethod("12");
  code.addMerchantAccountInformation("26", account);
  code.setMerchantCategoryCode(fields["52"]);
  code.setTransactionCurrency("458");
  code.setTransactionAmount(fields["54"]);
  code.setCountryCode("MY");
  code.setMerchantName(fields["59"]);
  code.setMerchantCity(fields["60"]);
  code.setAdditionalDataFieldTemplate(more);
  return built(code);
}

// Unix seconds as PayNow writes them, YYYYMMDDHHMMSS of Singapore, eight hours ahead the whole year.
const singapore = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().replaceAll(/\D/g, "").slice(0, 14);

const MAKERS = {
  duitnow: [makeDuitnow],
  khqr: [makeKhqr, makeKhqrByBakong],
  promptpay: [
    (one) => anyId({ type: one.account.kind, target: one.account.wanted, amount: one.minor / 100 }),
    (one) => promptpay(one.account.wanted, { amount: one.minor / 100 }),
  ],
  paynow: [
    ({ account, minor, reference, name, expires_at: end }) =>
      new PaynowQR({ uen: account.proxy, amount: minor / 100, expiry: singapore(end), refNumber: reference, company: name }).output(),
  ],
  vietqr: [
    ({ account, amount, reference }) =>
      QRPay.initVietQR({ bankBin: account.bank, bankNumber: account.account, amount, purpose: reference }).build(),
  ],
};

function make(cases) {
  const made = cases.flatMap((one, index) => (MAKERS[one.method] ?? []).map((maker) => [index, maker(one), []]));
  console.log(JSON.stringify(made));
}

await judge({ read, make });
