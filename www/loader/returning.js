// The way back from a wallet.

/** Where the widget keeps the page's address while the shopper is in a wallet. */
const LEFT = "qr-checkout-left";

/** Brings the page back to where a shopper left it for a wallet, if the wallet has led back to less than the whole address. */
export function comeBack() {
  try {
    const left = sessionStorage.getItem(LEFT);
    sessionStorage.removeItem(LEFT);
    const [page] = location.href.split("#");
    const isBack = left?.split("#")[0] === page || left?.split(/[?#]/)[0] === page;
    // Whoever comes from another page of the shop went there by himself. Only another fragment is no other page: routers hear of it.
    if (isBack && left !== location.href && !document.referrer.startsWith(origin)) location.replace(left);
  } catch {
    // Storage can be forbidden.
  }
}
