// The phone's eye: the camera, a chosen picture, or one that is pasted or dropped. A browser that can read codes does; for others
// the sandbox reads the brightness of the pixels.

import { texts } from "/texts.js";

// The longest side that the sandbox takes.
const LONGEST_SIDE = 1280;
// Milliseconds from one look through the camera to the next.
const PACE = 250;

const $ = (id) => document.getElementById(id);

// What a canvas would show, as width and brightness.
function brightness(source, width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const [columns, rows] = [width, height].map((side) => Math.max(1, Math.floor(side * scale)));
  const context = Object.assign(document.createElement("canvas"), { width: columns, height: rows }).getContext("2d", { willReadFrequently: true });
  // What is transparent is paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, columns, rows);
  context.drawImage(source, 0, 0, columns, rows);
  const { data } = context.getImageData(0, 0, columns, rows);
  // ITU-R BT.601, in 1024ths.
  const pixels = Uint8Array.from({ length: columns * rows }, (_, at) => (306 * data[4 * at] + 601 * data[4 * at + 1] + 117 * data[4 * at + 2]) >> 10);
  return { columns, pixels };
}

// Some browsers have the class and still cannot read; then nobody asks again.
async function detector() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return formats?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

export function startScanner({ say, open, look }) {
  const reader = detector();
  let stream = null;

  // Whether that was all: a code was found, or a shopper was told that there is none.
  async function see(source, width, height, patient) {
    const found = await (await reader)?.detect(source).catch(() => []);
    if (found?.length) return open(found[0].rawValue).then(() => true);
    const { columns, pixels } = brightness(source, width, height);
    return look(columns, pixels, patient);
  }

  async function read(file) {
    if (!file) return;
    const picture = await createImageBitmap(file).catch(() => null);
    if (!picture) return say(texts.problem.no_code, true);
    await see(picture, picture.width, picture.height, false);
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    $("viewer").hidden = true;
    $("camera").hidden = false;
  }

  async function watch() {
    if (!stream) return;
    const { videoWidth, videoHeight } = $("video");
    if (videoWidth > 0 && (await see($("video"), videoWidth, videoHeight, true))) return stop();
    setTimeout(watch, PACE);
  }

  async function start() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return say(texts.problem.no_camera, true);
    }
    say(texts.looking, false);
    $("viewer").hidden = false;
    $("camera").hidden = true;
    $("video").srcObject = stream;
    await $("video").play();
    await watch();
  }

  // Cameras are for pages on loopback or behind TLS.
  $("camera").hidden = !navigator.mediaDevices?.getUserMedia;
  $("camera").addEventListener("click", start);
  $("stop").addEventListener("click", stop);
  $("choose").addEventListener("click", () => $("picture").click());
  $("picture").addEventListener("change", async () => {
    await read($("picture").files[0]);
    $("picture").value = "";
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    read(event.clipboardData.files[0]);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    read(event.dataTransfer.files[0]);
  });
}
