// The vocabulary as the console's build made it, compiled for these tests.
import { build } from "esbuild";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const sources = fileURLToPath(new URL("../../services/console/src/gen/", import.meta.url));
let compiled;

async function all() {
  compiled ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "klaim-vocabulary-"));
    const outfile = join(folder, "vocabulary.mjs");
    const files = readdirSync(join(sources, "klaim/v1")).filter((name) => name.endsWith("_service_pb.ts"));
    const contents = [...files.map((name) => `export * from "./klaim/v1/${name.replace(".ts", "")}";`), 'export { BadRequestSchema } from "./google/rpc/error_details_pb";'].join("\n");
    await build({ stdin: { contents, resolveDir: sources, loader: "ts" }, bundle: true, format: "esm", platform: "node", outfile, external: ["@bufbuild/protobuf", "@bufbuild/protobuf/*"], logLevel: "error" });
    // Beside node_modules, so that both share one runtime.
    const beside = fileURLToPath(new URL("../../build/vocabulary.mjs", import.meta.url));
    const { copyFileSync, mkdirSync } = await import("node:fs");
    mkdirSync(fileURLToPath(new URL("../../build/", import.meta.url)), { recursive: true });
    copyFileSync(outfile, beside);
    return import(pathToFileURL(beside));
  })();
  return compiled;
}

export async function service(name) {
  return (await all())[name];
}
export async function rpc() {
  return all();
}
