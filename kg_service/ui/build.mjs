// Builds what pages load beside the hand-kept stylesheet: scripts, fonts, and the licences of both.
//
// Output: ../web/static/built/ with a manifest.json that maps each entry to its file; names carry a hash of the
// content, so that browsers may keep them for ever.

import { build } from "esbuild";
import { readdir, readFile, rm, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const OUT = "../web/static/built";
const ENTRIES = {
  "site.js": "src/site.ts",
  "drawings.js": "src/drawings.ts",
  "sparql.js": "src/sparql.ts",
  "fonts.css": "fonts/fonts.css",
};

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const result = await build({
  entryPoints: Object.values(ENTRIES),
  outdir: OUT,
  outbase: ".",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  legalComments: "none", // the notices below hold every licence whole
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  logLevel: "warning",
});

const outputs = Object.entries(result.metafile.outputs);
const manifest = {};
for (const [name, source] of Object.entries(ENTRIES)) {
  const [file] = outputs.find(([, output]) => output.entryPoint === source);
  manifest[name] = file.slice(OUT.length + 1);
}
await writeFile(join(OUT, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");

// A package counts where the bundler took one of its files.
const inputs = Object.keys(result.metafile.inputs);
const names = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean);
const notices = [];
for (const name of [...new Set(names)].sort()) {
  const folder = join("node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  if (files.length === 0 && !about.license) throw new Error(`${name} states no licence`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  notices.push([`${name} ${about.version} (${about.license})`, ...texts.map((text) => text.trim())].join("\n\n"));
}
const rule = "\n\n" + "-".repeat(80) + "\n\n";
await writeFile(join(OUT, "THIRD-PARTY-NOTICES.txt"), notices.join(rule) + "\n");

// Packed once here, and as small as can be, instead of for every reader.
for (const [file] of outputs) {
  if (!/\.(js|css)$/.test(file)) continue;
  const content = await readFile(file);
  await writeFile(`${file}.br`, brotliCompressSync(content));
  await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
}
