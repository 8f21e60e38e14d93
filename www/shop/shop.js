// The demo shop's own script: its language, from the address. Loaded before the page is drawn, so that nothing flickers.
// Buying needs no script of the shop's: the buttons carry `data-qr-checkout-…` attributes.

const language = new URLSearchParams(location.search).get("lang");
document.documentElement.lang = /^zh/i.test(language ?? "") ? "zh-Hans" : "en";

document.addEventListener("DOMContentLoaded", () => {
  const title = document.querySelector("title");
  if (document.documentElement.lang === "zh-Hans") title.textContent = title.dataset.zh;
  for (const link of document.querySelectorAll("a[data-keep-language]")) link.search = location.search;
});

// The number on the cart button follows the widget's own count.
document.addEventListener("qr-checkout-items-changed", (event) => {
  const count = event.target.items.reduce((sum, { quantity }) => sum + quantity, 0);
  for (const badge of document.querySelectorAll("[data-cart-count]")) badge.textContent = count ? ` (${count})` : "";
});
