// Builds dist/ when npm installs this folder by path: npm then links the folder, and installs nothing into it.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const npm = (...args) => execFileSync("npm", ["--prefix", folder, ...args], { cwd: folder, stdio: "inherit" });

if (!existsSync(new URL("../node_modules/typescript", import.meta.url))) npm("ci", "--ignore-scripts", "--no-audit", "--no-fund");
npm("run", "build");
