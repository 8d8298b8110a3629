// The real server for tests: the production command over an embedded database of its own, with the demo company.
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SECRET = "secret-of-the-client-tests-and-of-nothing-else";
const run = promisify(execFile);

export const PASSWORD = "fresco-demo-2026";

/** The interpreter that `make` sets up, or the one in FRESCO_PYTHON. */
function python() {
  const found = process.env["FRESCO_PYTHON"] ?? join(ROOT, ".venv/bin/python");
  if (!existsSync(found)) throw new Error(`${found} is not there: run make lint once, or set FRESCO_PYTHON.`);
  return found;
}

/** @returns {Promise<number>} a port nobody listens on */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

export class Server {
  /** @param {number} port */
  constructor(port) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), "fresco-client-"));
    this.environment = {
      ...process.env,
      APP_ENV: "testing",
      DATABASE_URL: "",
      INSTANCE_DIR: this.folder,
      SECRET_KEY: SECRET,
      PORT: String(port),
      BIND: `127.0.0.1:${port}`,
      BCRYPT_ROUNDS: "4",
      SCHEDULER_ENABLED: "false",
      TASKS_ENABLED: "false",
      LOG_LEVEL: "ERROR",
    };
    /** @type {import("node:child_process").ChildProcess | undefined} */
    this.process = undefined;
  }

  static async prepared() {
    const server = new Server(await freePort());
    await server.flask("prepare");
    await server.start();
    return server;
  }

  /** @param {string[]} command */
  async flask(...command) {
    await run(python(), ["-m", "flask", ...command], { cwd: ROOT, env: this.environment });
  }

  async start() {
    const started = spawn(python(), ["-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"], {
      cwd: ROOT,
      env: this.environment,
      stdio: "ignore",
      detached: true, // a group of its own, to be killed whole
    });
    this.process = started;
    process.once("exit", () => this.#killed()); // a run that is broken off leaves no server behind
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
      if (started.exitCode !== null) throw new Error("The server ended while starting.");
      const ready = await fetch(`${this.url}/api/health/ready`).then((answer) => answer.ok, () => false);
      if (ready) return;
    }
    throw new Error("The server is not ready after 30 s.");
  }

  /** kill -9 of everything at once. */
  async kill() {
    const { process: running } = this;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    this.#killed();
    await ended;
  }

  #killed() {
    const { process: running } = this;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    process.kill(-running.pid, "SIGKILL");
  }

  /** Ends it for good; the database follows its last user within seconds. */
  async stop() {
    await this.kill();
    await this.#databaseGone();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** kill -9 of the database; any flask command brings it back. */
  killDatabase() {
    process.kill(this.#postmaster(), "SIGKILL");
  }

  #postmaster() {
    return Number(readFileSync(join(this.folder, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
  }

  async #databaseGone() {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(100)) {
      if (!existsSync(join(this.folder, "postgres/postmaster.pid"))) return;
    }
  }
}

/**
 * The same token, but expired: signed with the server's own secret, so that nothing but its time is wrong.
 * @param {string} token
 */
export function expired(token) {
  const [head, claims] = token.split(".");
  const told = JSON.parse(Buffer.from(claims ?? "", "base64url").toString());
  const late = Buffer.from(JSON.stringify({ ...told, exp: Math.floor(Date.now() / 1000) - 3600 })).toString("base64url");
  const signature = createHmac("sha256", SECRET).update(`${head}.${late}`).digest("base64url");
  return `${head}.${late}.${signature}`;
}
