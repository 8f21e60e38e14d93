// Tells the page, and what a developer should do about a fault.

import { ADVICE, SHORT_PATIENCE, TAG, fetchFile } from "./loading.js";

let advice;

/** What a developer should do about a fault. */
async function fetchAdvice({ code, severity }) {
  try {
    const known = await (advice ??= fetchFile(ADVICE, SHORT_PATIENCE).then((file) => file.json()));
    return known[severity] ?? known[code];
  } catch {
    advice = undefined;
    return `See ${code} in the documentation of ${TAG}.`;
  }
}

/** Tells the page what there is to say. Faults are told with advice, on the console too. */
export async function tell(target, name, detail) {
  if (name === "error") {
    detail = Object.freeze({ ...detail, message: detail.message ?? (await fetchAdvice(detail)) });
    console.warn(TAG, detail.code, detail.message);
  }
  target.dispatchEvent(new CustomEvent(TAG + "-" + name, { bubbles: true, composed: true, detail }));
}
