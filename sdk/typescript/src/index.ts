export { type ClientOptions, createClient, type FrescoClient } from "./client.js";
export type { Download } from "./download.js";
export * as money from "./money.js";
export type { Answer, Arguments, Body, Item, OperationName, Upload } from "./operations.js";
export { ApiError, NetworkError } from "./problem.js";
export * from "./schema.js";
export { memoryStore, type Session, type SessionStore, webStorage } from "./session.js";
export type { RetryPolicy } from "./transport.js";
