// What the pages for staff have in common: how they ask the shop, what they say, how they sound. Not here: any page, and any words.
"use strict";

// How long somebody waits for the shop, milliseconds.
const PATIENCE = 4000;
const WORKER = "/staff-worker.js";

const part = (id) => document.getElementById(id);
const now = () => Math.floor(Date.now() / 1000);

/** No answer came, so that nobody knows. */
class Away extends Error {}
/** Nobody is logged in. */
class LoggedOut extends Error {}
/** The screen is turned to a customer. */
class Turned extends Error {}
/** The shop says no: `told` has its code, and what else it says. */
class Refused extends Error {
  constructor(status, told) {
    super(told.code ?? String(status));
    this.told = told;
  }
}

async function call(path, body, patience = PATIENCE) {
  const options = { signal: patience ? AbortSignal.timeout(patience) : null, cache: "no-store" };
  if (body !== undefined) Object.assign(options, { method: "POST", body });
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw new Away();
  }
  if (reply.status === 401) throw new LoggedOut();
  if (reply.status === 429 || reply.status >= 500) throw new Away();
  let told = {};
  try {
    if (reply.status !== 204) told = await reply.json();
  } catch {
    if (reply.ok) throw new Away();
  }
  if (reply.ok) return told;
  throw told.code === "customer-side" ? new Turned() : new Refused(reply.status, told);
}

/** The language of this browser that there are words in. */
function spoken(words) {
  for (const tag of navigator.languages) {
    if (/^zh-(hant|tw|hk|mo)/i.test(tag)) continue;
    const found = Object.keys(words).find((known) => known.split("-")[0] === tag.split("-")[0].toLowerCase());
    if (found) return found;
  }
  return "en";
}

const SPOKEN = spoken(WORDS);
const words = WORDS[SPOKEN];
const said = (name, places = {}) => words[name].replace(/\{(\w+)\}/g, (_, place) => places[place] ?? "");
const time = (seconds) => new Date(seconds * 1000).toLocaleTimeString(SPOKEN, { hour: "2-digit", minute: "2-digit" });

/** What this device remembers under a name, over what it begins with. */
function recalled(name, blank) {
  try {
    return { ...blank, ...JSON.parse(localStorage.getItem(name) ?? "{}") };
  } catch {
    return blank; // What another program wrote is none of ours.
  }
}

let sound;
/** Browsers let a page sound once somebody has touched it. */
function listenForTouch() {
  sound ??= new AudioContext();
  if (sound.state === "suspended") sound.resume();
}

/** Plays tones: the height of each, when it begins, how long it lasts (seconds), and its shape. */
function play(tones) {
  try {
    listenForTouch();
    for (const [height, after, length, shape = "sine"] of tones) {
      const [tone, volume] = [sound.createOscillator(), sound.createGain()];
      tone.frequency.value = height;
      tone.type = shape;
      volume.gain.value = 0.2;
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + after);
      tone.stop(sound.currentTime + after + length);
    }
  } catch {
    // A device without sound still shows it.
  }
}

/** Keeps the pages on the device; no other script than that one may be named. */
function keepPages() {
  const policy = window.trustedTypes?.createPolicy("staff", { createScriptURL: (path) => (path === WORKER ? path : "") });
  // A browser that keeps nothing opens the page with a network only.
  navigator.serviceWorker?.register(policy ? policy.createScriptURL(WORKER) : WORKER).catch(() => {});
}

/** Fills in the words of this language. */
function speak() {
  document.documentElement.lang = SPOKEN;
  document.documentElement.dir = SPOKEN === "ar" ? "rtl" : "ltr";
  document.title = said("title");
  document.querySelectorAll("[data-word]").forEach((one) => (one.textContent = said(one.dataset.word)));
  document.querySelectorAll("[data-name]").forEach((one) => one.setAttribute("aria-label", said(one.dataset.name)));
}
