// Judges our Official Account with the independent npm packages `co-wechat-api` and `wechat-crypto`.
//
//   judge.mjs drive SANDBOX_URL     plays a merchant against the sandbox: tokens, codes, messages, tickets, callbacks
//   judge.mjs compare < job         writes the requests of our gateway again, and opens what it encrypts
//
// Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { Merchant, control, expect, judge, settingsOf, show } from "../judging.mjs";

const require = createRequire(import.meta.url);
const API = require("co-wechat-api");
const Crypto = require("wechat-crypto");

const sha1 = (...parts) => createHash("sha1").update(parts.sort().join("")).digest("hex");

const signed = (settings, query) => sha1(settings.token, query.timestamp, query.nonce) === query.signature;

function client(settings) {
  const api = new API(settings.appid, settings.secret);
  api.prefix = `${settings.base_url}/cgi-bin/`;
  api.mpPrefix = `${settings.base_url}/cgi-bin/`;
  api.snsPrefix = `${settings.base_url}/sns/`;
  return api;
}

async function refused(act, errcode, what) {
  try {
    expect(false, `${what} was not refused: ${show(await act())}`);
  } catch (refusal) {
    expect(refusal.code === errcode, `${what}: ${refusal.code} ${refusal.message}`);
  }
}

// The text of an element, whichever of the two ways it is written in.
const member = (xml, name) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`).exec(xml)?.[1];

async function opened(settings, address) {
  const { query, body } = await address.next();
  expect(signed(settings, query), `the query's signature: ${show(query)}`);
  const crypto = new Crypto(settings.token, settings.aes_key, settings.appid);
  const sealed = member(body, "Encrypt");
  expect(crypto.getSignature(query.timestamp, query.nonce, sealed) === query.msg_signature, "the message's signature");
  const { message, id } = crypto.decrypt(sealed);
  expect(id === settings.appid, `the callback is for ${id}`);
  return (name) => member(message, name);
}

async function drive(sandbox) {
  const settings = await settingsOf(sandbox, "official_account");
  const api = client(settings);
  await pages(api);
  const address = await new Merchant().open("/wechat?shop=1", 200, "success");
  address.check = (query) => (signed(settings, query) ? query.echostr : "");
  await control(sandbox, "official_account/callback", { url: address.url, mode: "safe" });

  const template = settings.paid_template;
  const texts = { order: "ord_1", description: "茉莉花茶", amount: "¥12.50", time: "2026-01-01 08:00:00" };
  const data = Object.fromEntries(Object.entries(texts).map(([name, value]) => [template[name], { value }]));
  const code = await api.createTmpQRCode("ord_1", 600);
  expect(code.url.startsWith("http://weixin.qq.com/q/") && code.expire_seconds === 600, `the code: ${show(code)}`);
  const forever = await api.createLimitQRCode(7);
  expect(forever.url && forever.expire_seconds === undefined, `the permanent code: ${show(forever)}`);
  const { openid } = await control(sandbox, "official_account/scan", { payload: code.url });
  await refused(() => api.sendTemplate(openid, template.id, "", "", data), 43004, "a message to nobody's follower");
  await control(sandbox, "official_account/follow", {});
  const followed = await opened(settings, address);
  expect(followed("Event") === "subscribe" && followed("EventKey") === "qrscene_ord_1" && followed("Ticket") === code.ticket, "follow");
  await control(sandbox, "official_account/scan", { payload: forever.url });
  const scanned = await opened(settings, address);
  expect(scanned("Event") === "SCAN" && scanned("EventKey") === "7" && scanned("FromUserName") === openid, "scan");

  const sent = await api.sendTemplate(openid, template.id, "https://shop.example/", "", data);
  const finished = await opened(settings, address);
  expect(finished("MsgID") === String(sent.msgid) && finished("Status") === "success", `sent: ${show(sent)}`);
  await refused(() => api.sendTemplate("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", template.id, "", "", data), 40003, "a message to a stranger");
  await refused(() => api.sendTemplate(openid, "x", "", "", data), 40037, "a message of another account");
  await control(sandbox, "faults", { wrong_signature_notification: true });
  await control(sandbox, "official_account/unfollow", {});
  expect(!signed(settings, (await address.next()).query), "a wrong signature must not hold");
  await control(sandbox, "faults", {});
  await templates(api);
  await picture(api, code.ticket);
  await refused(() => client({ ...settings, secret: "0".repeat(32) }).getAccessToken(), 40125, "a wrong secret");
  address.close();
}

async function templates(api) {
  expect((await api.setIndustry({ industry_id1: "1", industry_id2: "4" })).errcode === 0, "the industries");
  const { secondary_industry: second } = await api.getIndustry();
  expect(second.second_class === "电子技术", `the second industry: ${show(second)}`);
  const { template_id: id } = await api.addTemplate("OPENTM200000003");
  const { template_list: list } = await api.getAllPrivateTemplate();
  expect(list.length === 4 && list.some((entry) => entry.template_id === id), `the templates: ${show(list)}`);
  expect((await api.delPrivateTemplate(id)).errcode === 0, "a template is removed");
  await refused(() => api.delPrivateTemplate(id), 40037, "a template is removed twice");
  for (let count = 3; count < 25; count += 1) await api.addTemplate("OPENTM200000003");
  await refused(() => api.addTemplate("OPENTM200000003"), 45026, "a template too many");
}

// The picture of a code, where the client says that it is.
async function picture(api, ticket) {
  const reply = await fetch(api.showQRCodeURL(ticket));
  expect(reply.status === 200 && reply.headers.get("content-type") === "image/jpg", `the picture: ${reply.status}`);
  const bytes = Buffer.from(await reply.arrayBuffer());
  expect(bytes.toString("latin1", 6, 10) === "JFIF" && bytes.readUInt16BE(bytes.length - 2) === 0xffd9, "the picture is a JPEG");
  expect((await fetch(api.showQRCodeURL("x"))).status === 404, "the picture of nothing");
}

async function pages(api) {
  const { ticket } = await api.getTicket();
  const config = await api.getJsConfig({ url: "https://shop.example/?a=1", jsApiList: [] });
  const text = `jsapi_ticket=${ticket}&noncestr=${config.nonceStr}&timestamp=${config.timestamp}&url=https://shop.example/?a=1`;
  expect(config.signature === sha1(text), `the page's signature: ${show(config)}`);
  // The client gets another token by itself when this one is not good.
  await api.saveToken({ accessToken: "0".repeat(64), expireTime: Date.now() + 60_000 });
  await api.createTmpQRCode("ord_0", 60);
}

// What the client would send for the same wishes, and whether it opens what we encrypt.
async function compare(job) {
  const { settings, requests } = job;
  const api = client(settings);
  await api.saveToken({ accessToken: job.token, expireTime: Date.now() + 60_000 });
  let sent;
  api.request = async (url, options) => {
    sent = { url, method: options?.method ?? "GET", body: options?.data && JSON.parse(options.data) };
    return { errcode: 0, ticket: "t", expires_in: 7200 };
  };
  const { openid, template, url, data } = job.told;
  const acts = {
    scene: () => api.createTmpQRCode(job.scene, 3600),
    message: () => api.sendTemplate(openid, template, url, "", data),
    ticket: () => api.getTicket("jsapi"),
  };
  for (const [name, act] of Object.entries(acts)) {
    await act();
    const ours = requests[name];
    const same = (address) => show([new URL(address).pathname, ...new URL(address).searchParams]);
    expect(sent.method === ours.method && same(sent.url) === same(ours.url), `${name}: ours ${show(ours)}, theirs ${show(sent)}`);
    for (const [member, value] of Object.entries(sent.body ?? {})) {
      // What the client does not know (a name of the message) is ours alone; what it sends empty, we leave out.
      expect(!value || show(value) === show(ours.body[member]), `${name}.${member}: ours ${show(ours.body)}, theirs ${show(sent.body)}`);
    }
  }
  // The client knows the older endpoint alone, which asks the same in its query.
  await api.getAccessToken().catch(() => {});
  const asked = { ...Object.fromEntries(new URL(sent.url).searchParams), force_refresh: true };
  const sorted = (members) => show(Object.entries(members).sort());
  expect(sorted(asked) === sorted(requests.token.body), `the token: ours ${show(requests.token)}, theirs ${show(asked)}`);
  const crypto = new Crypto(settings.token, settings.aes_key, settings.appid);
  expect(show(crypto.decrypt(job.sealed)) === show({ message: job.message, id: settings.appid }), "what we encrypt");
  expect(crypto.getSignature(job.timestamp, job.nonce, job.sealed) === job.msg_signature, "what we sign");
}

await judge({ drive, compare });
