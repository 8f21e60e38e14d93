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

  // Some goes back.
  const back = { params: { path: { order: "T-1" }, ...once("back") }, body: { amount: 4000, reason: "a chipped cup", by_hand: true } };
  const returned = good(await shop.POST("/admin/v1/orders/{order}/refunds", back));
  assert.equal(returned.order.status, "partly_refunded");
  const beyond = { ...back, params: { ...back.params, ...once("beyond") }, body: { amount: 24000 } };
  refused(await shop.POST("/admin/v1/orders/{order}/refunds", beyond), "refund-too-much");

  // It is looked at.
  const account = good(await shop.GET("/admin/v1/orders/{order}", { params: { path: { order: first.order.number! } } }));
  assert.equal(account.refundable, 20000);
  assert.deepEqual(account.ledger.slice(0, 1).map(({ kind }) => kind), ["created"]);
  const { orders } = good(await shop.GET("/admin/v1/orders", { params: { query: { from: "today", status: "paid" } } }));
  assert.ok(orders.some(({ reference }) => reference === "T-2"));
  good(await shop.GET("/admin/v1/insights", { params: { query: { from: "today", to: "today" } } }));
  const day = { params: { query: { method: "fps", date: "2027-01-15" } } };
  refused(await shop.GET("/admin/v1/reconciliation", day), "no-bills");

  // The shop's own server was told.
  const events: Told[] = JSON.parse(await tell("events"));
  const paid = events.filter(({ type, data }) => type === "order.paid" && data.reference?.startsWith("T-"));
  assert.deepEqual(paid.map(({ data }) => data.order.amount), [24000, 9000]);
  const told = good(await shop.GET("/admin/v1/webhooks", { params: { query: { state: "delivered" } } }));
  good(await shop.POST("/admin/v1/webhooks/{webhook}/replay", { params: { path: { webhook: told.webhooks[0]!.id } } }));
}
