import { inject } from "vitest";
import { type ClientOptions, createClient, type FrescoClient } from "../src/index.js";
import { memoryStore } from "../src/session.js";
import { PASSWORD } from "./server.mjs";

/** Tries often and waits little, so that tests are quick. */
export const QUICK = { tries: 4, firstDelay: 20, longestDelay: 3000 };

/** An admin of the demo company. */
export async function admin(options: ClientOptions = {}): Promise<FrescoClient> {
  const client = createClient({ baseUrl: inject("url"), retry: QUICK, ...options });
  await client.login("admin", PASSWORD);
  return client;
}

/** A store of its own whose session may be looked at and changed. */
export const store = memoryStore;

let made = 0;

/** A name that no other test uses. */
export function unique(word: string): string {
  return `${word} ${process.pid}-${Date.now()}-${++made}`;
}

/** What a promise that must fail fails with. */
export async function failure<E extends Error>(kind: new (...given: never[]) => E, promise: Promise<unknown>): Promise<E> {
  const error = await promise.then(
    () => new Error("It should have failed."),
    (reason: unknown) => reason,
  );
  if (error instanceof kind) return error;
  throw error;
}
