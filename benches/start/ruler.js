// Measures a page from its navigation until the code is painted. Runs before everything else of the page, in whose `measured` the report
// will be.

const shown = (selector) => document.querySelector("qr-checkout")?.shadowRoot?.querySelector(selector);

/** How each page shows what a shopper waits for: the button that pays, if there is one, and the code. */
const LOOKS = {
  cart: { pay: () => shown(".summary .primary:not([aria-disabled])"), code: () => shown("svg.qr path") },
  order: { code: () => shown("svg.qr path") },
  // The page's own code, which is in its first HTML, is seen until the widget draws the same.
  hosted: { code: () => shown("svg.qr path") ?? document.querySelector("svg.code path") },
  bare: { code: () => document.querySelector("svg path") },
  adyen: {
    pay: () => document.querySelector("#adyen button"),
    code: () => [...document.querySelectorAll("#adyen [class*=qr] img")].find((one) => one.src.includes("barcode") && one.naturalWidth),
  },
};

const longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask", buffered: true });

/** What the look finds, and when it has been painted, milliseconds since the navigation. */
function painted(look) {
  return new Promise((resolve) => {
    const frame = () => {
      const found = look();
      if (!found) return requestAnimationFrame(frame);
      // The first task after a frame's own work comes when it has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve([found, performance.now()]);
      port2.postMessage("");
    };
    requestAnimationFrame(frame);
  });
}

/** How long input would have had to wait until then, in all: what tasks took over 50 ms. */
function blockedUntil(end) {
  const before = longTasks.filter(({ startTime }) => startTime < end);
  return before.reduce((sum, { duration }) => sum + duration - 50, 0);
}

function firstPaint() {
  return performance.getEntriesByName("first-contentful-paint")[0].startTime;
}

/** What a page that looks so has taken. */
async function timed(page) {
  const { pay, code } = LOOKS[page];
  let cart = null;
  if (pay) {
    const [button, at] = await painted(pay);
    cart = at;
    button.click();
  }
  const [, drawn] = await painted(code);
  // Browsers tell of long tasks a little later.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { read: firstPaint(), cart, code: drawn, blocking: blockedUntil(drawn), order: document.querySelector("qr-checkout")?.order?.id };
}

/** The same, of a page whose cart is in a frame as well: then the frame tells it, by its own clock. */
function measure(page) {
  if (page !== "framed") return timed(page);
  if (window !== top) {
    timed("cart").then((report) => top.postMessage({ measured: report, begun: performance.timeOrigin }, "*"));
    return;
  }
  return new Promise((resolve) => {
    addEventListener("message", ({ data: { measured: inside, begun } }) => {
      if (!inside) return;
      const [cart, code] = [inside.cart, inside.code].map((time) => time + begun - performance.timeOrigin);
      resolve({ ...inside, read: firstPaint(), cart, code, blocking: blockedUntil(code) });
    });
  });
}
