// Judges our Alipay with the provider's own client, npm `alipay-sdk`, in both of its dialects.
//
//   judge.mjs drive SANDBOX_URL     plays a merchant against the sandbox: exec with validateSign, then curl
//   judge.mjs compare < requests    signs the requests of our gateway again and compares every signature
//
// Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.

import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { AlipaySdk } from "alipay-sdk";
import { Merchant, control, expect, judge, settingsOf, show } from "../judging.mjs";

// What signs a request is not exported; its file beside the entry is what `exec` itself uses.
const require = createRequire(import.meta.url);
const { sign } = require(join(dirname(require.resolve("alipay-sdk")), "util.js"));

function client(settings) {
  return new AlipaySdk({
    appId: settings.app_id,
    privateKey: settings.app_key,
    alipayPublicKey: settings.alipay_public_key,
    keyType: "PKCS8",
    gateway: `${settings.base_url}/gateway.do`,
    endpoint: settings.base_url,
  });
}

// The two dialects under one shape: a call answers its members, or { subCode } of a refusal.
function forms(sdk, notifyUrl) {
  return async (path, content) => {
    const method = `alipay.trade.${path.replaceAll("/", ".")}`;
    const options = path === "precreate" ? { notify_url: notifyUrl } : {};
    const answer = await sdk.exec(method, { ...options, bizContent: content }, { validateSign: true });
    return answer.code === "10000" ? answer : { subCode: answer.subCode ?? answer.sub_code };
  };
}

function rest(sdk, notifyUrl) {
  return async (path, content) => {
    const body = path === "precreate" ? { ...content, notify_url: notifyUrl } : content;
    try {
      const { data } = await sdk.curl("POST", `/v3/alipay/trade/${path}`, { body });
      return Object.fromEntries(Object.entries(data).map(([name, value]) => [name.replace(/_(.)/g, (_, c) => c.toUpperCase()), value]));
    } catch (refusal) {
      expect(refusal.responseHttpStatus === 400, `status of ${refusal}`);
      return { subCode: refusal.code };
    }
  };
}

async function notified(sdk, merchant) {
  const form = Object.fromEntries(new URLSearchParams((await merchant.next()).body));
  // The second way leaves the values as they came; the first takes them apart again, and takes `sign_type` out if it must.
  for (const check of ["checkNotifySign", "checkNotifySignV2"]) {
    expect(sdk[check](form), `${check} of the notification: ${show(form)}`);
    expect(!sdk[check]({ ...form, total_amount: "9.99" }), `${check} must refuse a changed notification`);
  }
  return form;
}

async function story(sandbox, sdk, merchant, call, number) {
  const content = { out_trade_no: number, total_amount: "12.50", subject: "测试 {order}", body: 'a "}" inside' };
  const made = await call("precreate", content);
  expect(made.qrCode?.startsWith("https://qr.alipay.com/"), `precreate: ${show(made)}`);
  const id = { out_trade_no: number };
  const before = await call("query", id);
  expect(before.subCode === "ACQ.TRADE_NOT_EXIST", `query before the scan: ${show(before)}`);
  await control(sandbox, "scan", { payload: made.qrCode });
  const scanned = await call("query", id);
  expect(scanned.tradeStatus === "WAIT_BUYER_PAY", `scanned: ${show(scanned)}`);
  await control(sandbox, "pay", { payload: made.qrCode });
  const paid = await call("query", { trade_no: scanned.tradeNo });
  expect(paid.tradeStatus === "TRADE_SUCCESS" && paid.totalAmount === "12.50", `paid: ${show(paid)}`);
  const told = await notified(sdk, merchant);
  expect(told.trade_no === paid.tradeNo && told.subject === content.subject && told.body === content.body, `told: ${show(told)}`);
  const close = await call("close", id);
  expect(close.subCode === "ACQ.TRADE_STATUS_ERROR", `close of a paid one: ${show(close)}`);

  const part = { ...id, refund_amount: "2.50", out_request_no: "r1" };
  const first = await call("refund", part);
  expect(first.fundChange === "Y" && first.refundFee === "2.50", `refund: ${show(first)}`);
  const again = await call("refund", part);
  expect(again.fundChange === "N", `refund again: ${show(again)}`);
  const asked = await call("fastpay/refund/query", { ...id, out_request_no: "r1" });
  expect(asked.refundStatus === "REFUND_SUCCESS" && asked.refundAmount === "2.50", `refund query: ${show(asked)}`);
  expect((await notified(sdk, merchant)).out_biz_no === "r1", "the refund's notification");
  await control(sandbox, "clock", { advance_seconds: 3 });
  const canceled = await call("cancel", id);
  expect(canceled.action === "refund" && canceled.retryFlag === "N", `cancel: ${show(canceled)}`);
  expect((await notified(sdk, merchant)).trade_status === "TRADE_CLOSED", "the cancel's notification");
}

// What is unpaid is closed, or canceled, once: then it can be neither paid nor refunded.
async function unpaid(sandbox, call, number) {
  for (const [verb, action] of [["close", undefined], ["cancel", "close"]]) {
    const id = { out_trade_no: `${number}_${verb}` };
    const made = await call("precreate", { ...id, total_amount: "0.01", subject: "to be undone" });
    const early = await call(verb, id);
    // There is no trade yet: a cancel of it succeeds and names none, a close says so.
    const none = verb === "cancel" ? early.retryFlag === "N" && !early.tradeNo && !early.action : early.subCode === "ACQ.TRADE_NOT_EXIST";
    expect(none, `${verb} before the scan: ${show(early)}`);
    await control(sandbox, "scan", { payload: made.qrCode });
    const done = await call(verb, id);
    expect(done.outTradeNo === id.out_trade_no && done.tradeNo && done.action === action, `${verb}: ${show(done)}`);
    const closed = await call("query", id);
    expect(closed.tradeStatus === "TRADE_CLOSED", `after ${verb}: ${show(closed)}`);
    const again = await call("cancel", id);
    expect(again.action === "close" && again.retryFlag === "N", `cancel after ${verb}: ${show(again)}`);
    const reopened = await call("precreate", { ...id, total_amount: "0.01", subject: "to be undone" });
    expect(reopened.subCode === "ACQ.TRADE_HAS_CLOSE", `precreate after ${verb}: ${show(reopened)}`);
    const refund = await call("refund", { ...id, refund_amount: "0.01" });
    expect(refund.subCode === "ACQ.TRADE_HAS_CLOSE", `refund after ${verb}: ${show(refund)}`);
  }
}

async function drive(sandbox) {
  const settings = await settingsOf(sandbox, "alipay");
  const merchant = await new Merchant().open("/notify/alipay", 200, "success");
  const sdk = client(settings);
  for (const plain of [false, true]) {
    await control(sandbox, "faults", { plain_slashes: plain });
    await story(sandbox, sdk, merchant, forms(sdk, merchant.url), `INTEROP_exec_${Number(plain)}`);
  }
  await story(sandbox, sdk, merchant, rest(sdk, merchant.url), "INTEROP_curl");
  await unpaid(sandbox, forms(sdk, merchant.url), "INTEROP_exec");
  await unpaid(sandbox, rest(sdk, merchant.url), "INTEROP_curl");

  const stranger = client({ ...settings, app_id: "2021000000000009" });
  expect((await rest(stranger)("query", { out_trade_no: "x" })).subCode === "invalid-app-id", "a stranger, curl");
  const answer = await stranger.exec("alipay.trade.query", { bizContent: { out_trade_no: "x" } });
  expect((answer.subCode ?? answer.sub_code) === "isv.invalid-app-id", `a stranger, exec: ${show(answer)}`);
  await control(sandbox, "faults", { wrong_signature_answer: 1 });
  const spoilt = await forms(sdk)("query", { out_trade_no: "INTEROP_curl" }).catch((error) => error);
  expect(spoilt instanceof Error, `a spoilt answer was accepted: ${show(spoilt)}`);
  merchant.close();
}

function compare(job) {
  const { config } = client(job);
  for (const request of job.requests) {
    const sent = Object.fromEntries([...new URL(request.url).searchParams, ...new URLSearchParams(request.body)]);
    const { sign: ours, method, biz_content: content, timestamp, format, notify_url: notifyUrl } = sent;
    const parameters = { bizContent: JSON.parse(content), timestamp, format, ...(notifyUrl && { notifyUrl }) };
    const theirs = sign(method, parameters, config, { bizContentAutoSnakeCase: false });
    expect(theirs.biz_content === content, `content of ${method}: ours ${content}, theirs ${theirs.biz_content}`);
    expect(theirs.sign === ours, `signature of ${show(sent)}`);
  }
}

await judge({ drive, compare });
