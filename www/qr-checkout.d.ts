// Types of the element <qr-checkout> and of its events, for pages written in TypeScript.
// Copy this file beside your sources, or reference it: it declares globals and exports nothing to run.

/** One line of the cart. */
export interface QrCheckoutItem {
  readonly sku: string;
  readonly quantity: number;
}

/** Facts of an order, as verified by the widget. Amounts are minor units (1250 is ¥12.50), times unix seconds. */
export interface QrCheckoutOrder {
  readonly id: string;
  /** What people call it; null where the backend has none. */
  readonly number: string | null;
  readonly status: "pending" | "paid" | "expired" | "canceled" | "partly_refunded" | "refunded";
  readonly amount: number;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly merchant: string;
  readonly method: string | null;
  readonly paymentStatus: 
    | "waiting"
    | "scanned"
    | "paid"
    | "refused"
    | "expired"
    | "superseded"
    | "canceled"
    | "failed"
    | null;
  /** When the code on the screen, or without one the order, stops being payable. */
  readonly expiresAt: number;
}

/** Detail of `qr-checkout-quoted`. */
export interface QrCheckoutQuote {
  readonly amount: number;
  readonly currency: string;
  readonly merchant: string;
  readonly methods: readonly string[];
  /** What became of the discount code, the page's or the shopper's own; null if there is none. */
  readonly discountCode: "applied" | "unknown" | "too-early" | "ended" | "below-minimum" | "used-up" | null;
  readonly expiresAt: number;
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
  /** `refused`: the backend said no, and that answer was verified. */
  readonly severity: "configuration" | "attack-suspected" | "transient" | "refused";
  /** For developers; shoppers see their own words. */
  readonly message: string;
  /** With `refused`: which lines, or which field, it is about. */
  readonly faults?: readonly QrCheckoutFault[];
}

/** What is wrong with one line of a cart, or with one field. */
export interface QrCheckoutFault {
  /** `out-of-stock`, `unknown-sku`, `quantity`, `method-not-offered` and other codes of refusals. */
  readonly code: string;
  readonly sku?: string;
  readonly field?: string;
  /** How many can be had. */
  readonly left?: number;
}

export interface QrCheckoutEventMap {
  "qr-checkout-ready": CustomEvent;
  "qr-checkout-items-changed": CustomEvent<{ readonly items: readonly QrCheckoutItem[] }>;
  "qr-checkout-quoted": CustomEvent<QrCheckoutQuote>;
  "qr-checkout-order-created": CustomEvent<QrCheckoutOrder>;
  "qr-checkout-qr-shown": CustomEvent<QrCheckoutOrder>;
  "qr-checkout-status-changed": CustomEvent<QrCheckoutOrder>;
  "qr-checkout-paid": CustomEvent<QrCheckoutPaid>;
  "qr-checkout-expired": CustomEvent<QrCheckoutOrder>;
  "qr-checkout-refused": CustomEvent<QrCheckoutOrder>;
  "qr-checkout-unsure": CustomEvent<{ readonly code: string }>;
  "qr-checkout-closed": CustomEvent;
  "qr-checkout-error": CustomEvent<QrCheckoutError>;
}

/** The word for the screen; `loading` until the widget is there. */
export type QrCheckoutState =
  | "loading"
  | "cart"
  | "quoting"
  | "quoted"
  | "details"
  | "creating"
  | "resuming"
  | "awaiting"
  | "choosing"
  | "paid"
  | "expired"
  | "refused"
  | "canceled"
  | "unsure"
  | "outdated"
  | "misconfigured";

export interface QrCheckoutElement extends HTMLElement {
  /** Base URL of the merchant backend; without it, where the script came from. */
  backend: string | null;
  /** One to three pins, space separated. Read once, when the element connects; so is the attribute `native-integrity`. */
  merchantKey: string | null;
  mode: "inline" | "dialog" | null;
  /** BCP 47 tag. */
  locale: string | null;
  theme: "auto" | "light" | "dark" | null;
  /** Space-separated order and choice of payment methods. */
  methods: string | null;
  /** The discount code that the cart begins with; the shopper may type another. One that does not apply changes no price. */
  discountCode: string | null;
  /** What the page says that the cart is about, such as a visit: 1 to 64 of `A-Za-z0-9._~-`. The shop reads it beside the order, as unproven. */
  clientReference: string | null;

  /** `frame`: the widget stands in a frame of the backend's, out of reach of the page's scripts. Read once, when the element connects. */
  isolation: "frame" | null;

  /** In a frame, properties follow what was called a moment later. */
  readonly items: readonly QrCheckoutItem[];
  readonly state: QrCheckoutState;
  /** Verified facts of the current order, or null. Setting it sets the attribute: pay this existing order. */
  get order(): QrCheckoutOrder | null;
  set order(id: string | null);

  // Until the script has run there are no methods: `await customElements.whenDefined("qr-checkout")`.
  add(sku: string, quantity?: number): void;
  setQuantity(sku: string, quantity: number): void;
  /** With a sku it takes an item out of the cart; without one it takes the element out of the page. */
  remove(sku?: string): void;
  clear(): void;
  open(): void;
  close(): void;
  /** Asks the backend for the order's status now. */
  checkNow(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "qr-checkout": QrCheckoutElement;
  }
  /** The events bubble: elements, the document and the window can listen. */
  interface GlobalEventHandlersEventMap extends QrCheckoutEventMap {}
}
