// The page at a door: reads tickets by camera, by picture or typed, asks the shop whom to let in, and without a network judges by the list that
// it loaded last and by whom it let in itself. Not here: the words, which are in door-words.js.
"use strict";

// How often what changed is loaded, milliseconds.
const PAUSE = 30000;
// How long a ticket that was just read is held before the camera and not read again.
const HELD = 4000;
// The longest side of a picture that the shop reads.
const SIDE = 1000;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const STORED = "qr-checkout-door";

let known = recalled(STORED, { event: "", door: "", heard: null, since: 0, tickets: {}, marks: [], doubles: [] });
const keep = () => localStorage.setItem(STORED, JSON.stringify(known));

/** The number in what was read or typed, or nothing: a ticket's whole code says it, too. The last character checks the others. */
function numberOf(text) {
  let written = text.trim();
  if (written.split(".").length === 3) {
    try {
      const claims = atob(written.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
      written = JSON.parse(new TextDecoder().decode(Uint8Array.from(claims, (symbol) => symbol.charCodeAt(0)))).number;
    } catch {
      return null;
    }
  }
  const plain = String(written).toUpperCase().replace(/[ -]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  const values = [...plain].map((symbol) => ALPHABET.indexOf(symbol));
  if (values.length !== 9 || values.includes(-1)) return null;
  const twice = (value) => (value & 16 ? (value << 1) ^ 0b100101 : value << 1);
  const check = values.slice(0, 8).reduceRight((sum, value) => twice(sum ^ value), 0);
  return check === values[8] ? plain : null;
}

/** Tells the shop whom this door let in while it could not ask. */
async function tell() {
  while (known.marks.length) {
    const some = known.marks.slice(0, 500);
    const { marks } = await call("/staff/tickets/marks", JSON.stringify(some), 15000);
    for (const { outcome, once } of marks) {
      const mark = some.find((one) => one.once === once);
      if (outcome !== "admitted" && mark) known.doubles.push({ number: mark.number, door: mark.door, at: mark.at });
    }
    known.marks = known.marks.filter((mark) => !some.includes(mark));
    keep();
  }
}

/** Loads what changed since the shop was heard last. */
async function hear() {
  await tell();
  const { event } = known;
  let next = null;
  do {
    const query = new URLSearchParams({ event, since: String(known.since), ...(next ? { next } : {}) });
    const page = await call(`/staff/tickets?${query}`, undefined, 15000);
    // Another event may have been chosen meanwhile; and whom this door has let in is in, whatever an older list says.
    if (known.event !== event) return;
    for (const { number, state } of page.tickets) {
      if (!known.marks.some((mark) => mark.number === number)) known.tickets[number] = state;
    }
    if (!next) {
      known.doubles = page.doubles.map(({ ticket, door, at }) => ({ number: ticket.number, door, at }));
      known.pending = { heard: page.heard_at, since: page.since };
    }
    next = page.next;
  } while (next);
  Object.assign(known, known.pending);
  keep();
}

/** What is said of a ticket. */
async function judge(text) {
  const number = numberOf(text);
  if (!number) return { outcome: "mistyped" };
  const mark = { number, door: known.door, event: known.event, at: now(), once: crypto.randomUUID() };
  try {
    await tell();
    const { outcome, ticket } = await call("/staff/tickets/admit", JSON.stringify(mark));
    if (outcome === "admitted" || outcome === "already") known.tickets[number] = "admitted";
    keep();
    const since = outcome === "already" ? said("since", { time: time(ticket.admitted_at), door: ticket.door }) : "";
    return { outcome, number, more: outcome === "other-event" ? ticket.event : since };
  } catch (error) {
    if (!(error instanceof Away)) throw error;
  }
  // Nobody can be asked: the list decides, and what it decides is written down before anybody goes in.
  const outcome = { good: "admitted", admitted: "already", refunded: "refunded", test: "test" }[known.tickets[number]] ?? "unknown";
  if (outcome === "admitted") {
    known.tickets[number] = "admitted";
    known.marks.push(mark);
    keep();
  }
  return { outcome, number, more: said("offline") };
}

/** Two high tones for a yes, a low one for a no. */
function sounds(isGood) {
  play(isGood ? [[880, 0, 0.12], [1320, 0.12, 0.12]] : [[160, 0, 0.2, "square"], [160, 0.25, 0.2, "square"]]);
  if (!isGood) navigator.vibrate?.(300);
}

function show({ outcome, number = "", more = "" }) {
  part("answer").dataset.outcome = outcome;
  part("said").textContent = outcome ? said(outcome) : said("ready");
  part("more").textContent = [number, more].filter(Boolean).join(" · ");
  if (outcome) sounds(outcome === "admitted");
  tellState();
}

function tellState() {
  const heard = known.heard ? said("heard", { time: time(known.heard) }) : said("never");
  part("heard").textContent = known.marks.length ? `${heard} · ${said("to_tell", { number: known.marks.length })}` : heard;
  part("where").textContent = `${known.event} · ${known.door}`;
  part("doubles").hidden = known.doubles.length === 0;
  part("double").replaceChildren(
    ...known.doubles.map(({ number, door, at }) => {
      const line = document.createElement("li");
      line.textContent = said("double", { number, door, time: time(at) });
      return line;
    }),
  );
}

let isBusy = false;
async function ask(text) {
  if (isBusy) return;
  isBusy = true;
  try {
    show(await judge(text));
  } catch (error) {
    if (error instanceof LoggedOut) return logIn();
    if (error instanceof Turned) return location.assign("/counter");
    show({ outcome: "unknown", more: String(error.message) });
  } finally {
    isBusy = false;
  }
}

/** What the codes in a picture say: by the browser where it can, by the shop otherwise. */
async function codesIn(image, width, height) {
  if ("BarcodeDetector" in window) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return (await detector.detect(image)).map((code) => code.rawValue);
  }
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = drawing.getImageData(0, 0, canvas.width, canvas.height);
  const bright = new Uint8Array(canvas.width * canvas.height);
  for (let at = 0; at < bright.length; at++) bright[at] = (data[4 * at] * 77 + data[4 * at + 1] * 150 + data[4 * at + 2] * 29) >> 8;
  return (await call(`/staff/picture?width=${canvas.width}&height=${canvas.height}`, bright)).codes;
}

let film = null;
async function look() {
  const video = part("seen");
  let last = { text: "", at: 0 };
  while (film) {
    try {
      const [text] = video.videoWidth ? await codesIn(video, video.videoWidth, video.videoHeight) : [];
      const isHeld = text === last.text && Date.now() - last.at < HELD;
      if (text) last = { text, at: Date.now() };
      if (text && !isHeld) await ask(text);
    } catch (error) {
      if (error instanceof LoggedOut) return logIn();
    }
    await new Promise((resolve) => setTimeout(resolve, "BarcodeDetector" in window ? 150 : 400));
  }
}

function stopCamera() {
  film?.getTracks().forEach((track) => track.stop());
  film = null;
  part("seen").hidden = true;
  part("camera").textContent = said("camera");
}

async function startCamera() {
  try {
    film = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return show({ outcome: "", more: said("no_camera") });
  }
  part("seen").srcObject = film;
  part("seen").hidden = false;
  part("camera").textContent = said("camera_off");
  await part("seen").play();
  look();
}

function only(id) {
  for (const one of ["login", "place", "work"]) part(one).hidden = one !== id;
}

function logIn() {
  stopCamera();
  only("login");
  part("key").focus();
}

function begin() {
  if (!known.event || !known.door) return only("place");
  only("work");
  show({ outcome: "" });
  part("number").focus();
  refresh();
}

async function refresh() {
  try {
    await hear();
  } catch (error) {
    if (error instanceof LoggedOut) return logIn();
  }
  tellState();
}

part("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  part("login-fault").textContent = "";
  try {
    await call("/staff/session", JSON.stringify({ key: part("key").value }));
    part("key").value = "";
    begin();
  } catch (error) {
    part("login-fault").textContent = said(error instanceof Away ? "away" : "wrong_key");
  }
});

// Whether people can read it in lists: something of it is seen, and nothing breaks lines or turns text around. As the backend judges it.
function isName(text) {
  const isSeen = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff0-\ufffb]/u.test(text);
  return isSeen && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff]/u.test(text);
}

part("place").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = { event: part("event").value.trim(), door: part("door").value.trim() };
  part("place-fault").textContent = isName(wanted.door) ? "" : said("door_unfit");
  if (!isName(wanted.door)) return part("door").focus();
  // Another event has another list; whom this door let in is told all the same.
  if (wanted.event !== known.event) known = { ...known, heard: null, since: 0, tickets: {}, doubles: [] };
  Object.assign(known, wanted);
  keep();
  begin();
});

part("typed").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = part("number").value;
  if (!text.trim()) return;
  await ask(text);
  part("number").value = "";
  part("number").focus();
});

part("picture").addEventListener("change", async () => {
  const [file] = part("picture").files;
  part("picture").value = "";
  if (!file) return;
  try {
    const image = await createImageBitmap(file);
    const [text] = await codesIn(image, image.width, image.height);
    if (text) await ask(text);
    else show({ outcome: "", more: said("no_code") });
  } catch (error) {
    if (error instanceof LoggedOut) logIn();
    else show({ outcome: "", more: said(error instanceof Away ? "away" : "no_code") });
  }
});

part("camera").addEventListener("click", () => (film ? stopCamera() : startCamera()));
part("away").addEventListener("click", async () => {
  try {
    await tell();
    await call("/staff/session/end", "");
    Object.assign(known, { event: "", door: "", heard: null, since: 0, tickets: {}, doubles: [] });
    keep();
    logIn();
  } catch (error) {
    // With something to tell, or a session that lives on, nobody leaves unnoticed.
    if (error instanceof LoggedOut) logIn();
    else show({ outcome: "", more: said("away") });
  }
});
addEventListener("online", refresh);
setInterval(() => part("work").hidden || refresh(), PAUSE);

keepPages();
speak();
call("/staff/session").then(({ faces }) => (faces ? location.assign("/counter") : begin()), (error) => (error instanceof Away && known.event ? begin() : logIn()));
