// What a counter has sold: today's orders, what can be done about each, and the closing of a day.
"use strict";

const STATES = { pending: "pending", paid: "paid_state", expired: "expired", canceled: "canceled", partly_refunded: "partly_refunded", refunded: "refunded" };

async function drawDay() {
  let orders;
  try {
    ({ orders } = await call(`/staff/counter/orders?locale=${SPOKEN}`));
  } catch (error) {
    return isHandled(error) || say(said("refused"));
  }
  part("no-orders").hidden = orders.length > 0;
  part("orders").replaceChildren(...orders.map(orderLine));
}

function orderLine(order) {
  const { number, made_at, status, money: due, method, words: about, lines } = order;
  const what = make("span", "", { class: "what" });
  const others = about && lines > 1 ? ` +${lines - 1}` : "";
  what.append(make("strong", money(due)), " ", make("span", [number, time(made_at), method, about && about + others].filter(Boolean).join(" · "), { class: "small" }));
  const acts = make("span", "", { class: "acts" });
  const act = (name, does) => acts.append(make("button", said(name), { type: "button", onclick: does }));
  if (status === "pending") {
    act("show", () => ask(order, "show"));
    act("cancel", () => ask(order, "cancel"));
  }
  if (known.refunds && (status === "paid" || status === "partly_refunded")) act("refund", () => prepareRefund(order, acts));
  const one = make("li", "", { "data-state": status, "data-order": order.order });
  one.append(what, make("span", said(STATES[status] ?? "pending"), { class: "state" }), acts);
  return one;
}

/** Does something about an order that nobody has paid, and shows what became of it. */
async function ask({ order }, what) {
  listenForTouch();
  say("");
  try {
    await call(`/staff/counter/orders/${order}/${what}`, "", LONG);
  } catch (error) {
    if (!isHandled(error)) say(said(error.told.code === "paid-meanwhile" ? "paid_meanwhile" : "refused"));
  }
  return what === "show" ? begin() : drawDay();
}

/** The minor units that somebody typed, or nothing. */
function minorUnits(text, exponent) {
  const [, whole, part = ""] = /^([0-9]{1,12})(?:[.,]([0-9]+))?$/.exec(text.trim()) ?? [];
  return whole === undefined || part.length > exponent ? null : Number(whole + part.padEnd(exponent, "0"));
}

/** First the amount, then the same once more: money goes back by the second press alone. */
async function prepareRefund({ order }, acts) {
  let told;
  try {
    told = await call(`/staff/counter/orders/${order}`);
  } catch (error) {
    return isHandled(error) || say(said("refused"));
  }
  const { refundable, money: paid } = told;
  if (refundable < 1) return say(said("refund_limit"));
  const { currency, exponent } = paid;
  const once = crypto.randomUUID();
  const field = make("input", "", { inputmode: "decimal", autocomplete: "off", "aria-label": said("refund_of", { currency }) });
  field.value = (refundable / 10 ** exponent).toFixed(exponent);
  const button = make("button", said("refund"));
  const fault = make("span", "", { role: "alert" });
  const form = make("form");
  form.append(field, button, fault);
  let sure = null;
  const ponder = () => {
    sure = null;
    fault.textContent = "";
    button.textContent = said("refund");
  };
  field.addEventListener("input", ponder);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const amount = minorUnits(field.value, exponent);
    if (amount === null || amount < 1 || amount > refundable) {
      ponder();
      fault.textContent = said("refund_bad", { least: money({ ...paid, amount: 1 }), most: money({ ...paid, amount: refundable }) });
      return field.focus();
    }
    if (sure !== amount) {
      sure = amount;
      return void (button.textContent = said("refund_sure", { amount: money({ ...paid, amount }) }));
    }
    button.disabled = true;
    try {
      await call(`/staff/counter/orders/${order}/refund`, JSON.stringify({ once, amount }), LONG);
      say(said("refund_asked", { amount: money({ ...paid, amount }) }));
      drawDay();
    } catch (error) {
      button.disabled = false;
      if (!isHandled(error)) fault.textContent = said(error.told.code === "refund-limit" ? "refund_limit" : "refused");
    }
  });
  acts.replaceChildren(form);
  field.focus();
}

async function drawClosing() {
  part("closing-fault").textContent = "";
  const date = part("date").value;
  let told;
  try {
    told = await call(`/staff/counter/closing?${new URLSearchParams({ locale: SPOKEN, ...(date ? { date } : {}) })}`, undefined, LONG);
  } catch (error) {
    part("closed").replaceChildren();
    return isHandled(error) || (part("closing-fault").textContent = said("date_bad"));
  }
  part("date").value = told.date;
  part("closed").replaceChildren(told.rows.length ? closingTable(told) : make("p", said("nothing")));
}

function closingTable({ rows, names, exponents, bills }) {
  const columns = ["method", "number", "taken", "returned", "net", "bill"];
  const table = make("table");
  const head = make("tr");
  head.append(...columns.map((name, at) => make("th", said(name), { scope: "col", ...(at > 0 && at < 5 ? { class: "number" } : {}) })));
  const line = (name, { currency, orders, sales, refunds, net }, bill) => {
    const shown = (amount) => money({ amount, currency, exponent: exponents[currency] ?? 2 });
    const one = make("tr");
    const cells = [String(orders), shown(sales), shown(refunds), shown(net)].map((text) => make("td", text, { class: "number" }));
    one.append(make("th", name, { scope: "row" }), ...cells, make("td", bill));
    return one;
  };
  const billed = ({ state = "none", differences = [] } = {}) =>
    said(`bill_${state}`, { orders: [...new Set(differences.map(({ order }) => order))].join(", ") });
  const lines = rows.map((row) => line(names[row.method] ?? row.method ?? "", row, billed(bills[row.method])));
  const sums = {};
  for (const { currency, ...figures } of rows) {
    sums[currency] ??= { currency, orders: 0, sales: 0, refunds: 0, net: 0 };
    for (const name of ["orders", "sales", "refunds", "net"]) sums[currency][name] += figures[name];
  }
  const all = Object.values(sums).map((sum) => line(said("total"), sum, ""));
  table.append(head, ...lines, ...all);
  return table;
}

part("date").addEventListener("change", drawClosing);
