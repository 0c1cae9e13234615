// Builds the console into files that klaimd serves: hashed names under assets/, everything also compressed.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

// The names of Indonesia's areas, by their official codes: provinces and regencies in one file, the villages of each
// regency in one of its own ([code, village, district]), so that a page asks only for what it shows.
function areas(): Plugin {
  let folder = "";
  return {
    name: "areas",
    apply: "build",
    configResolved(config) {
      folder = join(config.build.outDir, "areas");
    },
    writeBundle() {
      const rows = (name: string) =>
        readFileSync(join(here, `../../node_modules/idn-area-data/data/${name}.csv`), "utf8")
          .trim()
          .split(/\r?\n/)
          .slice(1)
          .map((line) => line.split(/,(.*)/s));
      // Its last column, which may stand in quotes.
      const last = (rest: string | undefined) =>
        (rest ?? "")
          .replace(/^[\d.]*,/, "")
          .replace(/^"(.*)"$/, "$1")
          .replaceAll('""', '"');
      mkdirSync(folder, { recursive: true });
      const large = [...rows("provinces"), ...rows("regencies")].map(([code, rest]) => [code, last(rest)]);
      writeFileSync(join(folder, "regencies.json"), JSON.stringify(Object.fromEntries(large)));
      const districts = new Map(rows("districts").map(([code, rest]) => [code, last(rest)]));
      const villages = new Map<string, string[][]>();
      for (const [code = "", rest] of rows("villages")) {
        const regency = code.slice(0, 5);
        if (!villages.has(regency)) villages.set(regency, []);
        villages.get(regency)!.push([code, last(rest), districts.get(code.slice(0, 8)) ?? ""]);
      }
      for (const [regency, list] of villages) writeFileSync(join(folder, `${regency}.json`), JSON.stringify(list));
    },
  };
}

// Each language has each text: a key that is missing in one, or stands in one alone, fails the build.
function wholeLanguages(): Plugin {
  return {
    name: "whole-languages",
    buildStart() {
      const folder = join(here, "src/locales");
      const texts = readdirSync(folder).map(
        (language) =>
          [language, Object.keys(JSON.parse(readFileSync(join(folder, language, "texts.json"), "utf8")))] as const,
      );
      const all = new Set(texts.flatMap(([, keys]) => keys));
      const missing = texts.flatMap(([language, keys]) =>
        [...all].filter((key) => !keys.includes(key)).map((key) => `${language}/texts.json has no "${key}"`),
      );
      if (missing.length) this.error(missing.join("\n"));
    },
  };
}

// Files that shrink are laid beside themselves as .gz and .br.
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true }) as string[]) {
        const path = join(folder, name);
        if (!statSync(path).isFile() || !/\.(html|js|css|svg|json|webmanifest)$/.test(name)) continue;
        const bytes = readFileSync(path);
        if (bytes.length < 1024) continue;
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
      }
    },
  };
}

const here = dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  base: "/",
  plugins: [svelte(), wholeLanguages(), areas(), compressed()],
  // tools/console: all but the sources comes from a daemon, whose certificate is its docket's own.
  server: process.env.KLAIM_HTTP
    ? {
        proxy: {
          "^/(klaim\\.v1\\.|checkpoint|vkey|tile|areas|healthz)": {
            target: process.env.KLAIM_HTTP,
            secure: false,
            changeOrigin: true,
          },
        },
      }
    : {},
  build: {
    outDir: process.env.CONSOLE_OUT ?? join(here, "../../build/console"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
});
