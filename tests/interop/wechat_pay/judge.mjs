// Judges our WeChat Pay with the independent client npm `wechatpay-axios-plugin`, which checks the signature and
// the age of every answer.
//
//   judge.mjs drive SANDBOX_URL     plays a merchant against the sandbox, from prepay to the refund's notification
//   judge.mjs compare < requests    signs the requests of our gateway again and compares every signature
//
// Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.

import { createHash } from "node:crypto";
import plugin from "wechatpay-axios-plugin";
import { Merchant, control, expect, judge, settingsOf, show } from "../judging.mjs";

const { Wechatpay, Rsa, Aes, Formatter } = plugin;

function client(settings) {
  return new Wechatpay({
    mchid: settings.mchid,
    serial: settings.merchant_serial,
    privateKey: settings.merchant_key,
    certs: settings.platform_keys,
    baseURL: settings.base_url,
    proxy: false,
  });
}

// What a call answers, or the status and code of a refusal. A signature that does not hold has no response.
async function outcome(call) {
  try {
    const { status, data } = await call;
    return { status, ...data };
  } catch (error) {
    if (!error.response || error.response.status < 300) throw error;
    return { status: error.response.status, code: error.response.data.code };
  }
}

function opened(settings, { headers, body }) {
  const [timestamp, nonce] = [headers["wechatpay-timestamp"], headers["wechatpay-nonce"]];
  const key = settings.platform_keys[headers["wechatpay-serial"]];
  const holds = (text) => Rsa.verify(Formatter.response(timestamp, nonce, text), headers["wechatpay-signature"], key);
  expect(holds(body), `the notification's signature: ${body}`);
  expect(!holds(`${body} `), "a changed notification must be refused");
  const { event_type: event, resource } = JSON.parse(body);
  const { nonce: iv, ciphertext, associated_data: aad } = resource;
  return { event, resource: JSON.parse(Aes.AesGcm.decrypt(ciphertext, settings.apiv3_key, iv, aad)) };
}

async function drive(sandbox) {
  const settings = await settingsOf(sandbox, "wechat_pay");
  const merchant = await new Merchant().open("/notify/wechat_pay", 204);
  const pay = client(settings);
  const { transactions } = pay.v3.pay;
  const prepay = { appid: settings.appid, mchid: settings.mchid, description: "测试 order", notify_url: merchant.url };
  const amount = { total: 100, currency: "CNY" };
  const { openid } = await phone(sandbox);
  const query = (number) => outcome(transactions.outTradeNo.$n$.get({ params: { mchid: settings.mchid }, n: number }));

  const payloads = {
    NATIVE: (await outcome(transactions.native.post({ ...prepay, amount, out_trade_no: "AXIOS*1-a_NATIVE" }))).code_url,
    MWEB: (
      await outcome(
        transactions.h5.post({
          ...prepay,
          amount,
          out_trade_no: "AXIOS*1-a_MWEB",
          scene_info: { payer_client_ip: "203.0.113.7", h5_info: { type: "Wap" } },
        }),
      )
    ).h5_url,
    JSAPI: `prepay_id=${(await outcome(transactions.jsapi.post({ ...prepay, amount, out_trade_no: "AXIOS*1-a_JSAPI", payer: { openid } }))).prepay_id}`,
  };
  for (const [kind, payload] of Object.entries(payloads)) {
    const number = `AXIOS*1-a_${kind}`;
    const waiting = await query(number);
    expect(waiting.trade_state === "NOTPAY", `${kind} before payment: ${show(waiting)}`);
    if (kind === "JSAPI") await bridge(sandbox, settings, payload);
    await control(sandbox, "pay", { payload });
    const paid = await query(number);
    expect(paid.trade_state === "SUCCESS" && paid.trade_type === kind, `${kind} after payment: ${show(paid)}`);
    const { status, ...transaction } = paid;
    const told = opened(settings, await merchant.next());
    expect(told.event === "TRANSACTION.SUCCESS" && show(told.resource) === show(transaction), `${kind} told: ${show(told)}`);
    const byId = await outcome(transactions.id.$id$.get({ params: { mchid: settings.mchid }, id: paid.transaction_id }));
    expect(show(byId) === show(paid), `${kind} by the provider's number: ${show(byId)}`);
    const close = await outcome(transactions.outTradeNo.$n$.close.post({ mchid: settings.mchid }, { n: number }));
    expect(close.status === 400 && close.code === "ORDERPAID", `close of a paid one: ${show(close)}`);
  }
  await refunds(sandbox, settings, pay, merchant);
  await echo(settings, pay, merchant);
  await refusals(sandbox, settings, pay, prepay, amount);
  await migration(sandbox, settings, merchant, prepay, amount);
  await bills(sandbox, pay);
  merchant.close();
}

// Who holds the phone, as the account of this appid knows them.
async function phone(sandbox) {
  return (await fetch(`${sandbox}/sandbox/official_account`)).json();
}

async function refunds(sandbox, settings, pay, merchant) {
  const { refunds } = pay.v3.refund.domestic;
  const amount = { refund: 30, total: 100, currency: "CNY" };
  const body = { out_trade_no: "AXIOS*1-a_MWEB", out_refund_no: "AXIOS@r|1", reason: "太多", notify_url: merchant.url, amount };
  const accepted = await outcome(refunds.post(body));
  expect(accepted.status === "PROCESSING" && accepted.amount.refund === 30, `refund: ${show(accepted)}`);
  await control(sandbox, "clock", { advance_seconds: 5 });
  const ended = await outcome(refunds.$n$.get({ n: body.out_refund_no }));
  expect(ended.status === "SUCCESS" && ended.refund_id === accepted.refund_id, `refund query: ${show(ended)}`);
  const told = opened(settings, await merchant.next());
  expect(told.event === "REFUND.SUCCESS" && told.resource.refund_status === "SUCCESS", `refund told: ${show(told)}`);
  const unknown = await outcome(refunds.$n$.get({ n: "AXIOS@r|2" }));
  expect(unknown.status === 404 && unknown.code === "RESOURCE_NOT_EXISTS", `unknown refund: ${show(unknown)}`);
}

async function refusals(sandbox, settings, pay, prepay, amount) {
  const { transactions } = pay.v3.pay;
  const number = "AXIOS-closed";
  await outcome(transactions.native.post({ ...prepay, amount, out_trade_no: number }));
  const dearer = await outcome(transactions.native.post({ ...prepay, amount: { total: 101 }, out_trade_no: number }));
  expect(dearer.status === 403 && dearer.code === "OUT_TRADE_NO_USED", `other parameters: ${show(dearer)}`);
  for (let time = 0; time < 2; time += 1) {
    const closed = await outcome(transactions.outTradeNo.$n$.close.post({ mchid: settings.mchid }, { n: number }));
    expect(closed.status === 204, `close: ${show(closed)}`);
  }
  const someone = { ...prepay, amount, out_trade_no: "AXIOS-someone", payer: { openid: "o1" } };
  const unknown = await outcome(transactions.jsapi.post(someone));
  expect(unknown.status === 500 && unknown.code === "OPENID_MISMATCH", `another account's openid: ${show(unknown)}`);
  const stranger = client({ ...settings, merchant_serial: "0".repeat(40) });
  const denied = await outcome(stranger.v3.pay.transactions.native.post({ ...prepay, amount, out_trade_no: "AXIOS-denied" }));
  expect(denied.status === 401 && denied.code === "SIGN_ERROR", `a stranger: ${show(denied)}`);
  await control(sandbox, "faults", { wrong_signature_answer: 1 });
  const spoilt = await outcome(transactions.native.post({ ...prepay, amount, out_trade_no: "AXIOS-spoilt" })).catch((error) => error);
  expect(spoilt instanceof Error, `a spoilt answer was accepted: ${show(spoilt)}`);
}

// The certificates in use, by their serials, downloaded and opened.
async function certificates(settings) {
  const target = "/v3/certificates";
  const [timestamp, nonce] = [Formatter.timestamp(), Formatter.nonce()];
  const signature = Rsa.sign(Formatter.request("GET", target, timestamp, nonce), settings.merchant_key);
  const authorization = Formatter.authorization(settings.mchid, nonce, signature, timestamp, settings.merchant_serial);
  const reply = await fetch(settings.base_url + target, { headers: { authorization, accept: "application/json", "user-agent": "judge" } });
  const { data } = await reply.json();
  const open = ({ ciphertext, nonce: iv, associated_data: aad }) => Aes.AesGcm.decrypt(ciphertext, settings.apiv3_key, iv, aad);
  return Object.fromEntries(data.map((entry) => [entry.serial_no, open(entry.encrypt_certificate)]));
}

// While an account changes its key, two identifiers arrive, of a public key and a certificate or of two certificates.
async function migration(sandbox, settings, merchant, prepay, amount) {
  for (const [signing, others] of Object.entries({ migrating: settings.platform_keys, rotating: {} })) {
    await control(sandbox, "faults", { signing });
    const keys = { ...others, ...(await certificates(settings)) };
    expect(Object.keys(keys).length === 2, `${signing}: ${Object.keys(keys)}`);
    const both = { ...settings, platform_keys: keys };
    const { transactions } = client(both).v3.pay;
    for (const [index, wanted] of Object.keys(keys).entries()) {
      const options = { headers: { "Wechatpay-Serial": wanted } };
      const made = await transactions.native.post({ ...prepay, amount, out_trade_no: `AXIOS-${signing}-${index}` }, options);
      expect(made.headers["wechatpay-serial"] === wanted, `an answer by ${made.headers["wechatpay-serial"]} instead of ${wanted}`);
      await control(sandbox, "pay", { payload: made.data.code_url });
      opened(both, await merchant.next());
    }
  }
}

// The provider's test of both ends' keys: what is said comes back plain and encrypted, and once more as a notification.
async function echo(settings, pay, merchant) {
  const sealed = Rsa.encrypt("秘密", settings.platform_keys[settings.public_key_id]);
  const options = { headers: { "Wechatpay-Serial": settings.public_key_id } };
  const asked = { echo_message: "你好", encrypted_echo_message: sealed, notify_url: merchant.url };
  const said = await outcome(pay.v3.security.echo.post(asked, options));
  expect(said.echo_message === "你好" && Rsa.decrypt(said.encrypted_echo_message, settings.merchant_key) === "秘密", `echo: ${show(said)}`);
  const told = opened(settings, await merchant.next());
  expect(told.event === "SECURITY_ECHO.SUCCESS" && told.resource.echo_message === "你好", `echo told: ${show(told)}`);
}

// What the client signs for a page inside of WeChat is what WeChat shows.
async function bridge(sandbox, settings, packed) {
  const [timeStamp, nonceStr] = [String(Formatter.timestamp()), Formatter.nonce()];
  const paySign = Rsa.sign(Formatter.joinedByLineFeed(settings.appid, timeStamp, nonceStr, packed), settings.merchant_key);
  const call = { appId: settings.appid, timeStamp, nonceStr, package: packed, signType: "RSA", paySign };
  const told = await control(sandbox, "wechat_pay/bridge?answer=not_now", call);
  expect(told.err_msg === "get_brand_wcpay_request:cancel", `the bridge: ${show(told)}`);
}

// Of today, seen from the day after tomorrow; the client's clock is moved along. It exempts the download's path, and
// no other, from signed answers.
async function bills(sandbox, pay) {
  const [real, later] = [Date.now, 2 * 24 * 3600];
  const date = new Date(real() + 8 * 3600_000).toISOString().slice(0, 10);
  await control(sandbox, "faults", {});
  await control(sandbox, "clock", { advance_seconds: later });
  Date.now = () => real() + later * 1000;
  const offer = await outcome(pay.v3.bill.tradebill.get({ params: { bill_date: date, bill_type: "ALL" } }));
  expect(offer.hash_type === "SHA1", `bill: ${show(offer)}`);
  const token = new URL(offer.download_url).searchParams.get("token");
  const { data } = await pay.v3.billdownload.file.get({ params: { token }, responseType: "arraybuffer" });
  expect(createHash("sha1").update(data).digest("hex") === offer.hash_value, "digest of the file");
  for (const number of ["AXIOS*1-a_NATIVE", "AXIOS*1-a_MWEB", "AXIOS*1-a_JSAPI", "AXIOS@r|1"]) {
    expect(data.toString().includes(`,\`${number},`), `${number} stands in the bill`);
  }
  Date.now = real;
}

function compare(job) {
  for (const request of job.requests) {
    const { method, target, timestamp, nonce, body } = request;
    const signature = Rsa.sign(Formatter.request(method, target, timestamp, nonce, body), job.merchant_key);
    const ours = /signature="([^"]+)"/.exec(request.authorization)[1];
    expect(signature === ours, `${target}: ours ${ours}, theirs ${signature}`);
  }
  const { appId, timeStamp, nonceStr, package: packed, paySign } = job.bridge;
  const theirs = Rsa.sign(Formatter.joinedByLineFeed(appId, timeStamp, nonceStr, packed), job.merchant_key);
  expect(theirs === paySign, `the bridge's signature: ours ${paySign}, theirs ${theirs}`);
}

await judge({ drive, compare });
