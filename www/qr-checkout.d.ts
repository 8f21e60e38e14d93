// Types of the element <qr-checkout> and of its events, for pages written in TypeScript.
// Copy this file beside your sources, or reference it: it declares globals and exports nothing to run.

/** One line of the cart. */
export interface QrCheckoutItem {
  readonly sku: string;
  readonly quantity: number;
}

/** Facts of an order, as verified by the widget. */
export interface QrCheckoutOrder {
  readonly id: string;
  readonly status: "pending" | "paid" | "expired" | "canceled" | "partly_refunded" | "refunded";
  /** Total in minor units of the currency: 1250 is ¥12.50. */
  readonly amount: number;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly [fact: string]: unknown;
}

/** Detail of `qr-checkout-paid`: fired once per order, for a verified answer only. */
export interface QrCheckoutPaid {
  readonly order: string;
  readonly amount: number;
  readonly currency: string;
  /** Signed statement that the order is paid (compact JWS); it can be checked offline. */
  readonly receipt: string;
}

/** Detail of `qr-checkout-error`. */
export interface QrCheckoutError {
  /** Stable code, such as `net-timeout`, `pin-missing` or `load-integrity`. */
  readonly code: string;
  readonly severity: "configuration" | "attack-suspected" | "transient";
  /** For developers; shoppers see their own words. */
  readonly message: string;
}

export interface QrCheckoutEventMap {
  "qr-checkout-ready": CustomEvent;
  "qr-checkout-items-changed": CustomEvent;
  "qr-checkout-quoted": CustomEvent;
  "qr-checkout-order-created": CustomEvent;
  "qr-checkout-qr-shown": CustomEvent;
  "qr-checkout-status-changed": CustomEvent;
  "qr-checkout-paid": CustomEvent<QrCheckoutPaid>;
  "qr-checkout-expired": CustomEvent;
  "qr-checkout-refused": CustomEvent;
  "qr-checkout-unsure": CustomEvent;
  "qr-checkout-closed": CustomEvent;
  "qr-checkout-error": CustomEvent<QrCheckoutError>;
}

export interface QrCheckoutElement extends HTMLElement {
  /** Base URL of the merchant backend; without it, where the script came from. */
  backend: string | null;
  /** One to three pins, space separated. Read once, when the element connects. */
  merchantKey: string | null;
  mode: "inline" | "dialog" | null;
  /** BCP 47 tag. */
  locale: string | null;
  theme: "auto" | "light" | "dark" | null;
  /** Space-separated order and choice of payment methods. */
  methods: string | null;

  readonly items: readonly QrCheckoutItem[];
  readonly state: string;
  /** Verified facts of the current order, or null. Setting it sets the attribute: pay this existing order. */
  get order(): QrCheckoutOrder | null;
  set order(id: string | null);

  add(sku: string, quantity?: number): void;
  setQuantity(sku: string, quantity: number): void;
  /** With a sku it takes an item out of the cart; without one it takes the element out of the page. */
  remove(sku?: string): void;
  clear(): void;
  open(): void;
  close(): void;
  /** Asks the backend for the order's status now. */
  checkNow(): void;

  addEventListener<K extends keyof QrCheckoutEventMap>(
    type: K,
    listener: (this: QrCheckoutElement, event: QrCheckoutEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "qr-checkout": QrCheckoutElement;
  }
  interface HTMLElementEventMap extends QrCheckoutEventMap {}
}
