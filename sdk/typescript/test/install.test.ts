import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

test("installing the folder by its path builds it, for a program and for the compiler", () => {
  const project = mkdtempSync(join(tmpdir(), "fresco-install-"));
  try {
    rmSync(join(PACKAGE, "dist"), { recursive: true, force: true });
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(project, "first.ts"),
      `import { money, type Payment } from "@control-fresco/client";
      export const shown = (payment: Payment): string => money.format(payment.amount, "COP");
      console.log(money.add(0.1, "0.2"));`,
    );
    const run = (file: string, ...args: string[]): string =>
      execFileSync(file, args, { cwd: project, encoding: "utf8" });
    run("npm", "install", "--no-audit", "--no-fund", PACKAGE);
    const options = ["--module", "NodeNext", "--target", "ES2022", "--strict"];
    run(join(PACKAGE, "node_modules/.bin/tsc"), ...options, "first.ts");
    expect(run(process.execPath, "first.js").trim()).toBe("0.30");
  } finally {
    rmSync(project, { recursive: true });
  }
});
