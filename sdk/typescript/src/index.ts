import { type ClientOptions, FrescoClient as Client } from "./client.js";
import { routes } from "./routes.js";

/** A client of all suites. */
export type FrescoClient = Client<typeof routes>;

/** A client of the server at this address, for all suites. */
export function createClient(options?: ClientOptions): FrescoClient {
  return new Client(routes, options);
}

export type { ClientOptions } from "./client.js";
export type { Download } from "./download.js";
export * as money from "./money.js";
export type { Answer, Arguments, Body, Item, OperationName, Upload } from "./operations.js";
export { ApiError, NetworkError, TwoFactorRequired } from "./problem.js";
export { type Locks, memoryStore, type Session, type SessionStore, webStorage } from "./session.js";
export type { RetryPolicy } from "./transport.js";
export * from "./schema.js";
