// The demo shop's own script: its language, from the address. Loaded before the page is drawn, so that nothing flickers.
// Buying needs no script of the shop's: the buttons carry `data-qr-checkout-…` attributes. A list of variants changes its button's.

const language = new URLSearchParams(location.search).get("lang");
document.documentElement.lang = /^zh/i.test(language ?? "") ? "zh-Hans" : "en";

document.addEventListener("DOMContentLoaded", () => {
  if (document.documentElement.lang === "zh-Hans") {
    for (const element of document.querySelectorAll("[data-zh]")) element.textContent = element.dataset.zh;
    for (const element of document.querySelectorAll("[data-zh-label]")) element.ariaLabel = element.dataset.zhLabel;
  }
  for (const list of document.querySelectorAll("select[data-choice]")) {
    list.addEventListener("change", () => choose(list));
    // After a reload the browser may have kept another choice than the first.
    choose(list);
  }
  for (const link of document.querySelectorAll("a[data-keep-language]")) link.search = location.search;
});

// The number on the cart button follows the widget's own count.
document.addEventListener("qr-checkout-items-changed", (event) => {
  const count = event.target.items.reduce((sum, { quantity }) => sum + quantity, 0);
  for (const badge of document.querySelectorAll("[data-cart-count]")) badge.textContent = count ? ` (${count})` : "";
});

/** Lets the button of a thing add the variant that is chosen, at its price. */
function choose(list) {
  const { value, dataset } = list.selectedOptions[0];
  const card = list.closest(".product");
  card.querySelector("[data-qr-checkout-add]").dataset.qrCheckoutAdd = value;
  card.querySelector(".price").textContent = dataset.price;
}
