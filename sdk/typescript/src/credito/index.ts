// Written by `make client` from the API's document; do not edit.
import { type ClientOptions, FrescoClient as Client } from "../client.js";
import { routes as core } from "../core/routes.js";
import { routes as own } from "./routes.js";

const routes = { ...core, ...own };

/** A client of the core and credito. */
export type CreditoClient = Client<typeof routes>;

/** A client of the server at this address, of the core and credito. */
export function createClient(options?: ClientOptions): CreditoClient {
  return new Client(routes, options);
}

export type { ClientOptions } from "../client.js";
export type { Download } from "../download.js";
export * as money from "../money.js";
export type { Answer, Arguments, Body, Item, OperationName, Upload } from "../operations.js";
export { ApiError, NetworkError, TwoFactorRequired } from "../problem.js";
export { type Locks, memoryStore, type Session, type SessionStore, webStorage } from "../session.js";
export type { RetryPolicy } from "../transport.js";
export * from "./shapes.js";
