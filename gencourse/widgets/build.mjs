// Bundles each widget: NAME.js and what it imports become bundles/NAME.js, one module that needs no other file.
// shared/learn/arithmetic.ts becomes bundles/arithmetic.wasm, and a worker one script that a widget holds as text.
//
//   node gencourse/widgets/build.mjs            writes the bundles
//   node gencourse/widgets/build.mjs --check    says which are not what the sources make, and fails if any
//   node gencourse/widgets/build.mjs --watch    writes them again at each change

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
// Not by a plain import: AssemblyScript's types would hold for all files.
const ASSEMBLYSCRIPT = "assemblyscript/asc";
const BUNDLES = join(HERE, "bundles");
const CHECK = process.argv.includes("--check");

const scriptsIn = async (/** @type {string} */ folder) =>
  (await readdir(folder)).filter((name) => name.endsWith(".js"));

/**
 * The names of the bundles that differ from what was built, or were built from no widget.
 *
 * @param {Map<string, string>} built
 */
async function staleOf(built) {
  const there = await scriptsIn(BUNDLES);
  const texts = await Promise.all(there.map((name) => readFile(join(BUNDLES, name), "utf8")));
  const missing = [...built.keys()].filter((name) => !there.includes(name));
  return [...missing, ...there.filter((name, k) => built.get(name) !== texts[k])];
}

/** arithmetic.wasm, of AssemblyScript: the same bytes each time. */
async function arithmetic() {
  const { default: asc } = await import(ASSEMBLYSCRIPT);
  /** @type {Uint8Array | string} */
  let made = "";
  const source = await readFile(join(HERE, "shared", "learn", "arithmetic.ts"), "utf8");
  const flags = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert", "--importMemory"];
  const { error, stderr } = await asc.main(["arithmetic.ts", ...flags, "--outFile", "arithmetic.wasm"], {
    readFile: (/** @type {string} */ name) => (name === "arithmetic.ts" ? source : null),
    writeFile: (/** @type {string} */ _, /** @type {Uint8Array} */ contents) => {
      made = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`arithmetic.ts: ${stderr}`);
  const place = join(BUNDLES, "arithmetic.wasm");
  const there = await readFile(place).catch(() => null);
  if (there?.equals(Buffer.from(made))) return;
  if (CHECK) throw new Error("bundles/arithmetic.wasm is not what the sources make: run `make js`");
  await writeFile(place, made);
  console.log("bundles/arithmetic.wasm");
}

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  charset: "utf8",
  target: "es2022",
  minify: true,
  write: false,
  loader: { ".wasm": "binary" },
};

/**
 * A worker's script as text: from file:// nothing starts but one classic script.
 *
 * @type {import("esbuild").Plugin}
 */
const workers = {
  name: "workers",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.worker\.js$/ }, async ({ path }) => {
      const { outputFiles = [] } = await build({ ...COMMON, write: false, entryPoints: [path], format: "iife" });
      return { contents: outputFiles[0].text, loader: "text", watchDirs: [dirname(path)] };
    }),
};

/**
 * Good builds alone are written: a widget that is being watched lives on while its source does not parse.
 *
 * @type {import("esbuild").Plugin}
 */
const write = {
  name: "write",
  setup: ({ onEnd }) =>
    onEnd(async ({ errors, outputFiles = [] }) => {
      if (errors.length) return;
      const built = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
      const stale = await staleOf(built);
      const text = (/** @type {string} */ name) => `bundles/${name} is not what the sources make: run \`make js\``;
      if (CHECK) return { errors: stale.map((name) => ({ text: text(name) })) };
      for (const name of stale) {
        const made = built.get(name);
        await (made === undefined ? rm(join(BUNDLES, name)) : writeFile(join(BUNDLES, name), made));
        console.log(`bundles/${name}`);
      }
    }),
};

await mkdir(BUNDLES, { recursive: true });
await arithmetic();
const builder = await context({
  ...COMMON,
  entryPoints: await scriptsIn(HERE),
  outdir: BUNDLES,
  format: "esm",
  plugins: [workers, write],
});
if (process.argv.includes("--watch")) {
  await builder.watch();
} else {
  await builder.rebuild().catch(() => {
    process.exitCode = 1; // esbuild has said why
  });
  await builder.dispose();
}
