// Stands between client and server, and does now and then what networks do.
import { createServer, request as forward } from "node:http";

/**
 * @typedef {"lose the answer" | "cut the answer" | "refuse the connection" | { status: number, retryAfter?: string, body?: string }} Fault
 * @typedef {{ method: string, path: string, headers: import("node:http").IncomingHttpHeaders }} Seen
 */

export class Proxy {
  /** @type {(Fault | undefined)[]} what happens to the next requests, in turn; nothing to those that go through */
  faults = [];
  /** @type {Seen[]} */
  seen = [];

  /** @param {string} target */
  constructor(target) {
    this.server = createServer((incoming, outgoing) => {
      const { method = "", url = "", headers } = incoming;
      this.seen.push({ method, path: url, headers });
      const fault = this.faults.shift();
      if (fault === "refuse the connection") {
        outgoing.destroy();
      } else if (typeof fault === "object") {
        incoming.resume();
        outgoing.writeHead(fault.status, fault.retryAfter ? { "Retry-After": fault.retryAfter } : {});
        outgoing.end(fault.body ?? "");
      } else {
        const onward = forward(new URL(url, target), { method, headers }, (answer) => {
          if (fault === "lose the answer") {
            answer.resume().once("end", () => outgoing.destroy());
          } else if (fault === "cut the answer") {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.once("data", (part) => outgoing.write(part.subarray(0, 10), () => outgoing.destroy()));
          } else {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(outgoing);
          }
        });
        onward.once("error", () => outgoing.destroy());
        incoming.pipe(onward);
      }
    });
  }

  /** @param {string} target */
  static async before(target) {
    const proxy = new Proxy(target);
    await new Promise((resolve) => proxy.server.listen(0, "127.0.0.1", () => resolve(undefined)));
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (this.server.address()).port}`;
  }

  /** @param {string} path */
  calls(path) {
    return this.seen.filter((one) => one.path.startsWith(path));
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
