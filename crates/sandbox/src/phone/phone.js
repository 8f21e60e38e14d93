// The phone: lists codes, pays or declines them. Talks to /sandbox/ only; builds every node by hand.

const TEXTS = {
  en: {
    title: "Sandbox phone", notice: "No real money. Nothing here leaves this computer.",
    scanLabel: "Scan a code: paste its text", scan: "Scan", list: "Codes on screens near you",
    empty: "Nothing to pay yet. Press Pay in the shop.", scanCode: "Scan", pay: "Pay", decline: "Decline",
    wallet: { wechat_pay: "WeChat Pay", alipay: "Alipay" },
    left: (time) => `Works for ${time} more`,
    state: { scanned: "Scanned. The shop may see that.", dismissed: "You declined. You can still pay.", paid: "Paid", expired: "This code has expired", closed: "The shop has closed this payment" },
    done: { pay: "Paid. The shop is being told.", decline: "Declined. The shop is not told.", scan: "Code found." },
    problem: {
      unknown_code: "This is no code of this sandbox.", superseded: "There is a newer code for this payment.",
      expired: "This code has expired.", closed: "The shop has closed this payment.", already_paid: "This payment is already paid.",
      offline: "The sandbox does not answer.",
    },
  },
  zh: {
    title: "沙盒手机", notice: "不是真钱。一切都只发生在这台电脑上。",
    scanLabel: "扫码：粘贴二维码内容", scan: "扫一扫", list: "附近屏幕上的付款码",
    empty: "还没有待付款项。请在商店里点击支付。", scanCode: "扫一扫", pay: "付款", decline: "拒绝",
    wallet: { wechat_pay: "微信支付", alipay: "支付宝" },
    left: (time) => `还可使用 ${time}`,
    state: { scanned: "已扫码，商家可能会看到", dismissed: "你已拒绝，仍可付款", paid: "已付款", expired: "二维码已过期", closed: "商家已关闭该笔付款" },
    done: { pay: "付款成功，正在通知商家。", decline: "已拒绝，商家不会收到通知。", scan: "已识别付款码。" },
    problem: {
      unknown_code: "这不是本沙盒的付款码。", superseded: "该笔付款已有更新的付款码。",
      expired: "二维码已过期。", closed: "商家已关闭该笔付款。", already_paid: "该笔付款已支付。",
      offline: "沙盒没有响应。",
    },
  },
};

const language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
const texts = TEXTS[language];
const $ = (id) => document.getElementById(id);
const cards = new Map();
let found = null;

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = texts.title;
  $("title").textContent = texts.title;
  $("notice").textContent = texts.notice;
  $("scan-label").textContent = texts.scanLabel;
  $("scan-button").textContent = texts.scan;
  $("list-title").textContent = texts.list;
  $("empty").textContent = texts.empty;
}

function say(text, bad) {
  $("message").textContent = text;
  $("message").classList.toggle("bad", bad);
}

// Minor units become a text without passing through binary fractions.
function amount(minor, currency) {
  const format = new Intl.NumberFormat(navigator.language, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  const text = String(minor).padStart(digits + 1, "0");
  return format.format(digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

async function send(path, body) {
  const options = body === undefined
    ? { method: "POST" }
    : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const reply = await fetch(path, options);
    const answer = await reply.json();
    return reply.ok ? { answer } : { problem: answer.problem };
  } catch {
    return { problem: "offline" };
  }
}

async function act(card, verb) {
  for (const button of card.node.querySelectorAll("button")) button.disabled = true;
  const { problem } = await send(`/sandbox/codes/${encodeURIComponent(card.id)}/${verb}`);
  if (problem) say(texts.problem[problem] ?? problem, true);
  else say(texts.done[verb], false);
  await refresh();
}

function makeCard(code) {
  const node = element("li");
  node.dataset.payment = code.payment_id;
  const card = { id: code.id, node };
  const price = element("p", "amount", amount(code.amount, code.currency));
  price.id = `amount-${code.id}`;
  const wallet = element("p", "wallet", texts.wallet[code.provider] ?? code.provider);
  node.append(wallet, element("p", "payee", code.payee), element("p", "what", code.description), price);
  card.buttons = element("div", "row");
  // Only Alipay lets the shop know that a code was scanned.
  const verbs = code.provider === "alipay" ? ["pay", "scan", "decline"] : ["pay", "decline"];
  for (const verb of verbs) {
    const button = element("button", verb, verb === "scan" ? texts.scanCode : texts[verb]);
    button.type = "button";
    button.setAttribute("aria-describedby", price.id);
    button.addEventListener("click", () => act(card, verb));
    card.buttons.append(button);
  }
  card.state = element("p", "state");
  card.left = element("p", "left");
  node.append(card.buttons, card.state, card.left);
  return card;
}

function update(card, code) {
  const payable = ["open", "scanned", "dismissed"].includes(code.state);
  card.buttons.hidden = !payable;
  for (const button of card.buttons.children) {
    button.disabled = false;
    if (button.className === "scan") button.hidden = code.state !== "open";
  }
  const state = texts.state[code.state] ?? "";
  if (card.state.textContent !== state) card.state.textContent = state;
  card.state.className = `state ${code.state}`;
  card.left.textContent = payable ? texts.left(clock(code.seconds_left)) : "";
  card.node.classList.toggle("found", code.id === found);
}

// Cards stay the same nodes between refreshes, so that focus and a press under way survive.
function draw(codes) {
  const seen = new Set();
  codes.forEach((code, index) => {
    seen.add(code.id);
    if (!cards.has(code.id)) cards.set(code.id, makeCard(code));
    const card = cards.get(code.id);
    update(card, code);
    const place = $("codes").children[index];
    if (place !== card.node) $("codes").insertBefore(card.node, place ?? null);
  });
  for (const [id, card] of cards) {
    if (seen.has(id)) continue;
    card.node.remove();
    cards.delete(id);
  }
  $("empty").hidden = codes.length > 0;
}

let offline = false;

async function refresh() {
  try {
    const reply = await fetch("/sandbox/codes");
    draw(await reply.json());
    if (offline) say("", false);
    offline = false;
  } catch {
    offline = true;
    say(texts.problem.offline, true);
  }
}

$("scan").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { answer, problem } = await send("/sandbox/scan", { payload: $("payload").value.trim() });
  if (problem) return say(texts.problem[problem] ?? problem, true);
  found = answer.id;
  $("payload").value = "";
  say(texts.done.scan, false);
  await refresh();
  cards.get(found)?.node.scrollIntoView({ block: "center" });
});

async function watch() {
  if (!document.hidden) await refresh();
  setTimeout(watch, 1000);
}

translate();
watch();
