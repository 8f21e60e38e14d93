// What `cargo xtask dist` asks of Node: minify a module, make the compressed copies.
// Everything that decides (names, digests, budgets) is in Rust; this file only calls the two libraries.

import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** One module in, the same module out with nothing left that a browser does not need. */
async function minifyModule(source, target) {
  const { minify } = await import("terser");
  const { code } = await minify(readFileSync(source, "utf8"), {
    module: true,
    ecma: 2022,
    compress: { passes: 3, unsafe_arrows: true, hoist_props: true },
    mangle: true,
    format: { comments: false },
  });
  writeFileSync(target, code);
}

function brotli(bytes, mode, window, block) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: window,
    [constants.BROTLI_PARAM_LGBLOCK]: block,
    [constants.BROTLI_PARAM_MODE]: mode,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params });
}

/** Brotli 11 and gzip 9 beside each file, so that a server never compresses while a shopper waits. */
function compress(files) {
  for (const file of files) {
    const bytes = readFileSync(file);
    const mode = file.endsWith(".wasm") ? constants.BROTLI_MODE_GENERIC : constants.BROTLI_MODE_TEXT;
    // Which window and block fit best differs from file to file, by hundreds of bytes for the wasm.
    const copies = [16, 18, 22].flatMap((window) => [16, 17, 18].map((block) => brotli(bytes, mode, window, block)));
    writeFileSync(`${file}.br`, copies.reduce((least, copy) => (copy.length < least.length ? copy : least)));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

const [verb, ...files] = process.argv.slice(2);
if (verb === "minify") await minifyModule(files[0], files[1]);
else if (verb === "compress") compress(files);
else {
  console.error("usage: pack.mjs minify SOURCE TARGET | pack.mjs compress FILE…");
  process.exitCode = 2;
}
