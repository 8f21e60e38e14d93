// Fetches the release of the widget once, checked against the digests written below, and says what is wrong where it does not come.
// Not here: the element, and what shoppers read.

// The release, which `cargo xtask dist` writes here: each file as [name, integrity], locales by their names and with the loader's words.
// Without one Trunk brings the widget, which then speaks English.
export const IS_RELEASED = false, GLUE = [], WASM = [], FRAMING = [], ADVICE = [], LOCALES = {};

export const TAG = "qr-checkout";

/** How long a shopper waits for the widget before something else is offered, milliseconds. What comes later is taken all the same. */
export const PATIENCE = 20_000;
/** How long a file may take that the checkout can do without: texts of another language, words for developers. */
export const SHORT_PATIENCE = 8_000;

// One promise for the page, and one for what puts frames into it; a failed one is forgotten, so that trying again works.

let widget;
let framing;
let tries = 0;

/** The widget, or what shows it in a frame: each has a function `mount`. */
export function load(isFramed) {
  const begin = (fetching) =>
    fetching.catch((failure) => {
      forget(loading);
      throw failure;
    });
  const loading = isFramed ? (framing ??= begin(fetchFraming())) : (widget ??= begin(IS_RELEASED ? fetchRelease() : fromTrunk()));
  return loading;
}

/** The next one who asks loads it anew. Without a promise, the widget of now is meant. */
export function forget(loading = widget) {
  if (framing === loading) framing = undefined;
  if (widget !== loading) return;
  widget = undefined;
  texts = {};
  tries++;
}

async function fetchFraming() {
  try {
    return await importFile(FRAMING);
  } catch (failure) {
    tries++;
    throw await explain(failure, [FRAMING]);
  }
}

async function fetchRelease() {
  if (!runsWasm()) throw { code: "env-no-wasm", severity: "configuration" };
  const compiled = fetchFile(WASM);
  try {
    const [module] = await Promise.all([importFile(GLUE), compiled]);
    await module.default({ module_or_path: compiled });
    return module;
  } catch (failure) {
    throw await explain(failure, [WASM, GLUE]);
  }
}

async function importFile(file) {
  const url = locate(file);
  await preload(url, file[1]);
  return import(url);
}

/** Browsers remember a failed module under its address: another try needs another address. */
function locate([name]) {
  return new URL(name, import.meta.url).href + (tries ? "?" + tries : "");
}

export function fetchFile(file, patience) {
  return fetch(locate(file), { integrity: file[1], signal: patience && AbortSignal.timeout(patience) });
}

/** Whether page and browser let wasm run at all: the smallest module there is. */
function runsWasm() {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    return false;
  }
}

/** `import()` takes no digest, but it reuses a module that was preloaded with one, and only after that succeeded. */
function preload(href, integrity) {
  const link = document.createElement("link");
  if (!link.relList.supports("modulepreload")) return fetch(href, { integrity, credentials: "omit" });
  return new Promise((resolve, reject) => {
    const properties = { rel: "modulepreload", crossOrigin: "anonymous", integrity, href, onload: resolve };
    properties.onerror = () => reject(new Error(href + " could not be loaded"));
    // Not into the head, which pages fill anew: a link that is taken away tells nothing.
    document.documentElement.append(Object.assign(link, properties));
  }).finally(() => link.remove());
}

/** Browsers do not say why a checked file failed. One that comes without its digest, but not with it, was changed. */
async function explain(failure, files) {
  let code = "load-failed";
  let severity = "transient";
  let message = String(failure);
  for (const file of files) {
    const url = locate(file);
    const signal = AbortSignal.timeout(SHORT_PATIENCE);
    const arrives = (options) =>
      fetch(url, { credentials: "omit", cache: "force-cache", signal, ...options }).then(({ ok }) => ok, () => false);
    if ((await arrives()) && !(await arrives({ integrity: file[1] })) && !signal.aborted) {
      code = "load-integrity";
      severity = "attack-suspected";
      message = url + " is not the file this loader was made for";
    }
  }
  // Browsers tell of a violation after it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (blocked) {
    code = "load-blocked";
    severity = "configuration";
    message = "The page's policy blocks it: " + blocked;
  }
  return { code, severity, message };
}

/** What the page's own policy has kept from this script, if anything. */
let blocked;

export function onViolation({ disposition, blockedURI, effectiveDirective }) {
  if (disposition === "enforce" && blockedURI.startsWith(new URL(".", import.meta.url))) {
    blocked = effectiveDirective + " " + blockedURI;
  }
}

/** The development page: Trunk's own script starts the wasm and tells when. */
async function fromTrunk() {
  const started = new Promise((resolve) => addEventListener("TrunkApplicationStarted", resolve, { once: true }));
  window.wasmBindings ?? (await started);
  return window.wasmBindings;
}

// ---- Texts: only a shopper of a language but English loads a locale, and only a page with a fault loads the advice.

/** By locale, on their way or there. Those that failed stay English until the page, or the widget, is loaded anew. */
let texts = {};

/** The name of the locale for a tag, if a file has it. `zh`, `zh-CN` and `zh-SG` are written alike, `zh-TW` is not. */
export function localeOf(tag) {
  const written = (tag) => {
    const { language, script } = new Intl.Locale(tag).maximize();
    return language + script;
  };
  return Object.keys(LOCALES).find((name) => written(name) === written(tag));
}

/** The texts of the locale for a tag; none means English. */
export function fetchTexts(tag) {
  const name = localeOf(tag);
  if (!name) return undefined;
  const giveUp = (failure) => void console.warn(TAG, "locale-failed", name, String(failure));
  return (texts[name] ??= fetchFile(LOCALES[name], SHORT_PATIENCE).then((file) => file.text()).catch(giveUp));
}

/** Whether a fault happened in the widget's files. */
export function isOfWidget(fault) {
  const place = /https?:[^\s?]+/.exec(fault?.stack)?.[0];
  return IS_RELEASED && place?.startsWith(new URL(GLUE[0].replace(".js", ""), import.meta.url));
}
