// Writes a module of the core and of each suite (src/NAME): where its operations are called, which shapes they have, and
// a client of them; and src/routes.ts for all. With --check, fails if a file says otherwise.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

const document = JSON.parse(read("../../../contract/openapi.json"));
const suites = JSON.parse(read("../../../contract/suites.json"));
const schema = read("../src/schema.ts");
const MADE = "// Written by `make client` from the API's document; do not edit.\n";

const operations = new Map(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [operation.operationId, { path, method, operation }]),
  ),
);

function filePart(operation) {
  const form = operation.requestBody?.content["multipart/form-data"]?.schema.$ref;
  if (!form) return "";
  const { properties } = document.components.schemas[form.split("/").at(-1)];
  const part = Object.keys(properties).find((name) => properties[name].format === "binary");
  return `, file: "${part}"`;
}

function entry(name) {
  const { path, method, operation } = operations.get(name);
  return `  /** ${operation.summary}. ${operation.description} */\n  ${name}: { method: "${method}", path: "${path}"${filePart(operation)} },\n`;
}

/** Names of the shapes that a part of the document refers to, directly or by others. */
function shapes(part, found = new Set()) {
  if (typeof part !== "object" || part === null) return found;
  for (const [key, value] of Object.entries(part)) {
    if (key !== "$ref") shapes(value, found);
    else if (!found.has(value)) shapes(value.split("/").slice(1).reduce((whole, name) => whole[name], document), found.add(value));
  }
  return found;
}

function shapesOf(names) {
  const found = shapes(names.map((name) => operations.get(name).operation));
  return new Set([...found].filter((ref) => ref.startsWith("#/components/schemas/")).map((ref) => ref.split("/").at(-1)));
}

const exported = (pattern) => [...schema.matchAll(pattern)].map(([, name, shape]) => ({ name, shape }));
const types = exported(/^export type (\w+) = components\['schemas'\]\['(\w+)'\];/gm);
const values = exported(/^export const (\w+Values): ReadonlyArray<\w+<components>\["schemas"\]\["(\w+)"\]/gm);

function reExport(keyword, list, used) {
  const names = list.filter(({ shape }) => used.has(shape)).map(({ name }) => name).sort();
  return names.length ? `export ${keyword}{\n${names.map((name) => `  ${name},\n`).join("")}} from "../schema.js";\n` : "";
}

const core = readFileSync(new URL("../src/core/index.ts", import.meta.url), "utf8");

/** The module of a suite: that of the core with the suite's routes besides. */
function moduleOf(suite) {
  const title = suite[0].toUpperCase() + suite.slice(1);
  return (
    MADE +
    core
      .replace('import { routes } from "./routes.js";\n', 'import { routes as core } from "../core/routes.js";\nimport { routes as own } from "./routes.js";\n\nconst routes = { ...core, ...own };\n')
      .replaceAll("CoreClient", `${title}Client`)
      .replaceAll("the core.", `the core and ${suite}.`)
  );
}

const files = new Map();
for (const [suite, own] of Object.entries(suites)) {
  files.set(
    `${suite}/routes.ts`,
    `${MADE}import type { Routes } from "../route.js";\n\nexport const routes = {\n${own.map(entry).join("")}} as const satisfies Routes;\n`,
  );
  const used = shapesOf(suite === "core" ? own : [...suites.core, ...own]);
  if (suite !== "core") files.set(`${suite}/index.ts`, moduleOf(suite));
  files.set(`${suite}/shapes.ts`, MADE + reExport("type ", types, used) + reExport("", values, used));
}
const names = Object.keys(suites);
files.set(
  "routes.ts",
  `${MADE}${names.map((name) => `import { routes as ${name} } from "./${name}/routes.js";\n`).join("")}import type { Route } from "./route.js";
import type { operations } from "./schema.js";

export const routes = { ${names.map((name) => `...${name}`).join(", ")} } satisfies Record<keyof operations, Route>;
`,
);

const stale = [...files].filter(([name, written]) => {
  const target = new URL(`../src/${name}`, import.meta.url);
  if (existsSync(target) && readFileSync(target, "utf8") === written) return false;
  if (!process.argv.includes("--check")) {
    mkdirSync(new URL(".", target), { recursive: true });
    writeFileSync(target, written);
  }
  return true;
});
if (process.argv.includes("--check") && stale.length) {
  console.error(`${stale.map(([name]) => `src/${name}`).join(", ")}: not what the document says: run make client.`);
  process.exit(1);
}
