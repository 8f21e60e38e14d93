// What each country is called in the languages of the backend, a country a line: its code, then its names. They are those of Unicode's
// CLDR, as Node's `Intl` has them.
//
//     names.mjs en ar … < forms.tsv > crates/merchant/src/i18n/pages/countries.tsv

import { readFileSync } from "node:fs";

const codes = readFileSync(0, "utf8").trimEnd().split("\n").map((line) => line.split("\t", 1)[0]);
const names = process.argv.slice(2).map((lang) => new Intl.DisplayNames(lang, { type: "region" }));
for (const code of codes) console.log([code, ...names.map((of) => of.of(code))].join("\t"));
