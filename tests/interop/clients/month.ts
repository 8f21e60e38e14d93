// A month of a shop by the client that openapi-typescript writes from the description. The compiler judges the types, the shop the calls.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths, webhooks } from "./schema.js";

type Told = webhooks["order.paid"]["post"]["requestBody"]["content"]["application/json"];
type Code = components["schemas"]["AdminProblem"]["code"];

export async function month(baseUrl: string, key: string, tell: (line: string) => Promise<string>) {
  const shop = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });
  const once = (word: string) => ({ header: { "idempotency-key": `typescript ${word}` } });
  const good = <T>({ data, error }: { data?: T; error?: unknown }) => {
    assert.ok(data !== undefined, JSON.stringify(error));
    return data as NonNullable<T>;
  };
  const refused = ({ error }: { error?: { code?: string } }, code: Code) => assert.equal(error?.code, code);

  const sell = async (reference: string, amount: number) => {
    const body = { reference, currency: "HKD", lines: [{ name: "Tea", sku: "tea", quantity: 2, unit_price: amount / 2 }] };
    return good(await shop.POST("/admin/v1/orders", { params: once(reference), body }));
  };
  const pay = async (payment: string, amount: number, transaction: string) => {
    const params = { path: { payment }, ...once(transaction) };
    const booking = await shop.POST("/admin/v1/payments/{payment}/confirm", { params, body: { amount, currency: "HKD", transaction } });
    return booking;
  };

  // Two are sold, one is given up.
  const first = await sell("T-1", 24000);
  assert.equal(first.order.status, "pending");
  good(await pay(first.payments[0]!.id, 24000, "bank-T-1"));
  const second = await sell("T-2", 9000);
  refused(await pay(second.payments[0]!.id, 100, "bank-T-9"), "wrong-amount");
  good(await pay(second.payments[0]!.id, 9000, "bank-T-2"));
  const third = await sell("T-3", 500);
  const params = { path: { order: third.order.id } };
  assert.equal(good(await shop.POST("/admin/v1/orders/{order}/cancel", { params })).order.status, "canceled");

  // What did not fit is settled: it was returned at the bank.
  const waiting = async () =>
    good(await shop.GET("/admin/v1/orders", { params: { query: { attention: true } } })).orders.map(({ reference }) => reference);
  assert.ok((await waiting()).includes("T-2"));
  const odd = { params: { path: { order: "T-2", transaction: "bank-T-9" } }, body: { how: "return", by_hand: true } } as const;
  const settled = good(await shop.POST("/admin/v1/orders/{order}/odd-money/{transaction}/resolve", odd));
  assert.deepEqual(settled.odd_money?.map(({ state }) => state), ["returned"]);
  refused(await shop.POST("/admin/v1/orders/{order}/odd-money/{transaction}/resolve", odd), "already-resolved");
  assert.ok(!(await waiting()).includes("T-2"));

  // Some goes back.
  const back = { params: { path: { order: "T-1" }, ...once("back") }, body: { amount: 4000, reason: "a chipped cup", by_hand: true } };
  const returned = good(await shop.POST("/admin/v1/orders/{order}/refunds", back));
  assert.equal(returned.order.status, "partly_refunded");
  const beyond = { ...back, params: { ...back.params, ...once("beyond") }, body: { amount: 24000 } };
  refused(await shop.POST("/admin/v1/orders/{order}/refunds", beyond), "refund-too-much");
  const pieces = { params: { path: { order: "T-2" }, ...once("pieces") }, body: { lines: [{ sku: "tea", quantity: 1 }], by_hand: true } };
  assert.equal(good(await shop.POST("/admin/v1/orders/{order}/refunds", pieces)).refund?.amount, 4500);
  const note = { params: { path: { order: "T-1" }, ...once("note") }, body: { text: "a cup was chipped" } };
  good(await shop.POST("/admin/v1/orders/{order}/notes", note));
  const parcel = { params: { path: { kind: "product", name: "tea" }, ...once("parcel") }, body: { change: 5 } } as const;
  good(await shop.POST("/admin/v1/stock/{kind}/{name}", parcel));
  const counted = good(await shop.GET("/admin/v1/stock")).stock.find(({ name }) => name === "tea");
  assert.equal(counted?.left, 15);

  // It is looked at.
  const account = good(await shop.GET("/admin/v1/orders/{order}", { params: { path: { order: first.order.number! } } }));
  assert.equal(account.refundable, 20000);
  assert.deepEqual(account.ledger.slice(0, 1).map(({ kind }) => kind), ["created"]);
  const { orders } = good(await shop.GET("/admin/v1/orders", { params: { query: { from: "today", status: "partly_refunded" } } }));
  assert.ok(orders.some(({ reference }) => reference === "T-2"));
  assert.equal(account.notes?.[0]?.text, "a cup was chipped");
  const found = good(await shop.GET("/admin/v1/orders", { params: { query: { find: "bank-T-2" } } }));
  assert.deepEqual(found.orders.map(({ order }) => order.id), [second.order.id]);
  const figures = good(await shop.GET("/admin/v1/insights", { params: { query: { from: "today", to: "today", by: "day" } } }));
  assert.ok(typeof figures === "object" && "rows" in figures);
  assert.deepEqual(figures.rows.map(({ net }) => net), [24500]);
  assert.deepEqual(good(await shop.GET("/admin/v1/doctor")).findings, []);
  const day = { params: { query: { method: "fps", date: "2027-01-15" } } };
  refused(await shop.GET("/admin/v1/reconciliation", day), "no-bills");

  // The shop's own server was told.
  const events: Told[] = JSON.parse(await tell("events"));
  const paid = events.filter(({ type, data }) => type === "order.paid" && data.reference?.startsWith("T-"));
  assert.deepEqual(paid.map(({ data }) => data.order.amount), [24000, 9000]);
  const told = good(await shop.GET("/admin/v1/webhooks", { params: { query: { state: "delivered" } } }));
  good(await shop.POST("/admin/v1/webhooks/{webhook}/replay", { params: { path: { webhook: told.webhooks[0]!.id } } }));

  // The month ends, and its books are closed.
  const january = { body: { month: "2027-01" } };
  refused(await shop.POST("/admin/v1/export/close", january), "month-open");
  await tell(`clock ${20 * 86_400}`);
  assert.equal(good(await shop.POST("/admin/v1/export/close", january)).time_zone, "UTC");
  const query = { from: "2027-01", to: "2027-01", format: "jsonl" } as const;
  const rows = good(await shop.GET("/admin/v1/export", { params: { query }, parseAs: "text" }));
  const amounts = rows.trimEnd().split("\n").map((row) => JSON.parse(row)).map(({ kind, amount }) => `${kind} ${amount}`);
  assert.deepEqual(amounts, ["sale 24000", "odd-money 100", "sale 9000", "refund -100", "refund -4000", "refund -4500"]);
  const books = good(await shop.GET("/admin/v1/books/{month}", { params: { path: { month: "2027-01" } } }));
  assert.ok(books.closed_at);
}
