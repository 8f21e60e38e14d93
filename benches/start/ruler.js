// Measures a page from its navigation until the code is painted, and reports it. Runs inline, before everything else of the page.

const shown = (selector) => document.querySelector("qr-checkout")?.shadowRoot?.querySelector(selector);

/** How each page shows what a shopper waits for: the button that pays, if there is one, and the code. */
const LOOKS = {
  cart: { pay: () => shown(".summary .primary:not([aria-disabled])"), code: () => shown("svg.qr path") },
  order: { code: () => shown("svg.qr path") },
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

async function measure(page, reportUrl) {
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
  const order = document.querySelector("qr-checkout")?.order?.id;
  const body = JSON.stringify({ cart, code: drawn, blocking: blockedUntil(drawn), order });
  fetch(reportUrl, { method: "POST", mode: "no-cors", body });
}
