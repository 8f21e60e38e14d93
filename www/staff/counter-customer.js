// The side of a counter that a customer sees: whose shop it is, what is to be paid, the code, and that it is paid, which the shop's own widget
// verifies under the shop's pin. The PIN leads back; the shop judges it.
"use strict";

// The page's own part of the widget's address when it is loaded once more: browsers remember a failed module under its address.
let loads = 0;
let isLoading = null;

/** The widget, from the shop's own host. */
function loadWidget(backend) {
  isLoading ??= import(`${backend}/qr-checkout.js${loads ? `?${loads}` : ""}`).catch((error) => {
    isLoading = null;
    loads++;
    throw error;
  });
  return isLoading;
}

let shownOrder = null;

/** Shows an order to its customer; one that is shown stays as it is. */
function showCustomer({ shop, faces, backend, merchant_key }) {
  only("customer");
  drawSound();
  if (shownOrder === faces.order) return;
  leaveCustomer();
  shownOrder = faces.order;
  part("to").textContent = shop;
  part("due").textContent = money(faces.money);
  const widget = make("qr-checkout", "", { order: faces.order, backend, "merchant-key": merchant_key, surface: "qr", locale: SPOKEN });
  widget.addEventListener("qr-checkout-paid", soundPaid);
  part("pay").replaceChildren(widget);
  bringWidget(widget, { backend, ...faces });
}

async function bringWidget(widget, shown) {
  try {
    await loadWidget(shown.backend);
    part("pay-fault").textContent = "";
    lookAt(widget, shown.money);
  } catch {
    if (shownOrder !== shown.order) return;
    part("pay-fault").textContent = said("no_checkout");
    setTimeout(() => shownOrder === shown.order && bringWidget(widget, shown), PAUSE);
  }
}

/** Paid, as the widget has verified it, now or before this page was opened: seen, and said to whoever listens to the page. */
function lookAt(widget, { exponent }) {
  const look = () => {
    if (widget.state !== "paid" || shownOrder !== widget.order?.id) return;
    looking.disconnect();
    const { amount, currency } = widget.order;
    part("paid").textContent = said("paid", { amount: money({ amount, currency, exponent }) });
  };
  const looking = new MutationObserver(look);
  looking.observe(widget.shadowRoot, { childList: true, subtree: true, characterData: true });
  look();
}

/** It becomes paid before the eyes of all, which is heard once. */
function soundPaid() {
  if (!known.is_muted) play([[660, 0, 0.12], [880, 0.14, 0.12], [1320, 0.28, 0.3]]);
  navigator.vibrate?.(200);
}

/** Shows the place for the PIN where the payment stood, or takes it away. */
function askPin(isAsked) {
  part("back").hidden = !isAsked;
  part("to-pin").setAttribute("aria-expanded", String(isAsked));
  part("to-pin").textContent = said(isAsked ? "show" : "back");
  if (isAsked) part("pin").focus();
}

/** Takes what a customer sees off the screen. */
function leaveCustomer() {
  shownOrder = null;
  part("pay").replaceChildren();
  part("paid").textContent = part("pay-fault").textContent = "";
  part("pin").value = "";
  part("pin-fault").textContent = "";
  askPin(false);
}

function drawSound() {
  part("mute").textContent = said(known.is_muted ? "sound_off" : "sound_on");
  part("mute").setAttribute("aria-pressed", String(known.is_muted));
}

part("mute").addEventListener("click", () => {
  known.is_muted = !known.is_muted;
  keep();
  drawSound();
});
part("to-pin").addEventListener("click", () => askPin(part("back").hidden));
part("back").addEventListener("submit", async (event) => {
  event.preventDefault();
  const pin = part("pin").value;
  part("pin").value = "";
  const fault = (text) => {
    part("pin-fault").textContent = text;
    part("pin").focus();
  };
  if (!/^[0-9]{4,8}$/.test(pin)) return fault(said("pin_digits"));
  try {
    await call("/staff/counter/back", JSON.stringify({ pin }));
  } catch (error) {
    if (error instanceof LoggedOut) return logIn();
    return fault(error instanceof Refused && error.told.left ? said("pin_wrong", { left: error.told.left }) : said("away"));
  }
  begin();
});
addEventListener("pointerdown", () => {
  try {
    listenForTouch();
  } catch {
    // A device without sound still shows it.
  }
});
drawKeys("pin-keys", (key) => {
  const field = part("pin");
  field.value = key === "⌫" ? field.value.slice(0, -1) : (field.value + key).slice(0, 8);
});
