import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
const suites: Record<string, string[]> = JSON.parse(readFileSync(join(PACKAGE, "../../contract/suites.json"), "utf8"));
let built = "";

beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), "fresco-suites-"));
  writeFileSync(join(built, "package.json"), '{ "type": "module", "sideEffects": false }');
  symlinkSync(join(PACKAGE, "node_modules"), join(built, "node_modules"));
  execFileSync(join(PACKAGE, "node_modules/.bin/tsc"), ["-p", PACKAGE, "--outDir", join(built, "dist")]);
});
afterAll(() => rmSync(built, { recursive: true }));

/** The program of a page that makes a client by this module of the package. */
async function page(module: string): Promise<string> {
  const entry = join(built, `${module.replaceAll("/", "_")}.js`);
  writeFileSync(entry, `import { createClient } from "${exports[module].import}";\nconsole.log(createClient().session);\n`);
  const { output } = await (await rolldown({ input: entry, logLevel: "silent" })).generate();
  return output.map((part) => ("code" in part ? part.code : "")).join("\n");
}

/** Which of the operations a program can call. */
function known(program: string): string[] {
  return Object.values(suites)
    .flat()
    .filter((name) => new RegExp(`\\b${name}: \\{\\s*method:`).test(program))
    .sort();
}

test("every suite is a module of the package, and there is one of all", () => {
  expect(Object.keys(exports).sort()).toEqual([".", ...Object.keys(suites).map((name) => `./${name}`)].sort());
});

test.each(Object.keys(suites))("a page that uses %s loads the operations of the core and of that suite alone", async (suite) => {
  const own = new Set([...(suites["core"] ?? []), ...(suites[suite] ?? [])]);
  expect(known(await page(`./${suite}`))).toEqual([...own].sort());
});

test("the module of all loads every operation", async () => {
  expect(known(await page("."))).toEqual(Object.values(suites).flat().sort());
});

test("a page loads no values of shapes that it does not use", async () => {
  expect(await page(".")).not.toContain("Vencido");
});
