// Keeps the files of the pages for staff on the device, so that they open without a network. Files alone: answers of the shop are never kept.
"use strict";

const KEPT = "staff";
const FILES = [
  "/staff.js", "/staff.css", "/door", "/door.js", "/door-words.js", "/door.css", "/counter", "/counter.js", "/counter-sale.js",
  "/counter-day.js", "/counter-customer.js", "/counter-words.js", "/counter.css",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !FILES.includes(pathname)) return;
  event.respondWith(answer(pathname));
});

/** The file as the shop has it now; without a network as it was last. */
async function answer(path) {
  const kept = await caches.open(KEPT);
  try {
    const reply = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (reply.ok) await kept.put(path, reply.clone());
    // What stands before a shop that is down says so in words of its own.
    if (reply.status >= 500) throw new Error(String(reply.status));
    return reply;
  } catch (error) {
    const known = await kept.match(path);
    if (known) return known;
    throw error;
  }
}
