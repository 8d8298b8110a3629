// Writes src/routes.ts: where each operation of the document is called. With --check, fails if it says otherwise.
import { readFileSync, writeFileSync } from "node:fs";

const document = JSON.parse(readFileSync(new URL("../../../contract/openapi.json", import.meta.url), "utf8"));

function filePart(operation) {
  const form = operation.requestBody?.content["multipart/form-data"]?.schema.$ref;
  if (!form) return "";
  const { properties } = document.components.schemas[form.split("/").at(-1)];
  const part = Object.keys(properties).find((name) => properties[name].format === "binary");
  return `, file: "${part}"`;
}

const name = (entry) => entry.split("\n  ")[1];

const lines = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `  /** ${operation.summary}. ${operation.description} */\n` +
        `  ${operation.operationId}: { method: "${method}", path: "${path}"${filePart(operation)} },`,
    ),
  )
  .sort((one, other) => (name(one) < name(other) ? -1 : 1));

const target = new URL("../src/routes.ts", import.meta.url);
const written = `// Written by \`make client\` from the API's document; do not edit.
import type { operations } from "./schema.js";

export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  /** The part of a form that takes a file. */
  readonly file?: string;
}

export const routes = {
${lines.join("\n")}
} as const satisfies Record<keyof operations, Route>;
`;

if (!process.argv.includes("--check")) {
  writeFileSync(target, written);
} else if (readFileSync(target, "utf8") !== written) {
  console.error("src/routes.ts is not what the document says: run make client.");
  process.exit(1);
}
