import { ApiError, errorOf, NetworkError } from "./problem.js";

/** Sends one request once; `fetch` does, and so does an XMLHttpRequest that tells its progress. */
export type Send = (request: Request) => Promise<Response>;

export interface RetryPolicy {
  /** How often a request is sent at most. */
  tries: number;
  /** Milliseconds before the second try; doubled for each more. */
  firstDelay: number;
  /** Milliseconds that are waited at most; if the server asks for more, the error is thrown at once. */
  longestDelay: number;
}

export const DEFAULT_RETRY: RetryPolicy = { tries: 6, firstDelay: 250, longestDelay: 10_000 };

const IDEMPOTENCY_KEY = "Idempotency-Key";
/** A `Response` of these can't be made with a body, not even an empty one. */
const BODILESS = new Set([204, 205, 304]);

/** The request under a key, so that it is done once however often it is sent. */
export function withKey(request: Request): Request {
  if (request.method === "POST" && !request.headers.has(IDEMPOTENCY_KEY)) {
    request.headers.set(IDEMPOTENCY_KEY, randomKey());
  }
  return request;
}

/** The first answer that is not "try again", or an error. */
export async function persist(request: Request, send: Send, policy: RetryPolicy): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await sent(request.clone(), send);
    if (outcome instanceof Response && outcome.ok) return outcome;
    const error = outcome instanceof Response ? await errorOf(outcome) : outcome;
    const delay = delayBefore(attempt, error, policy);
    const last = attempt >= policy.tries || delay > policy.longestDelay;
    if (last || !mayRetry(request, error)) throw error;
    await waited(delay, request.signal);
  }
}

async function sent(request: Request, send: Send): Promise<Response | NetworkError> {
  try {
    return await whole(await send(request));
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    return new NetworkError(cause);
  }
}

/** An answer that is all there: a server may die after its first bytes, and that is no answer either. */
async function whole(response: Response): Promise<Response> {
  const { status, statusText, headers } = response;
  const body = response.body && !BODILESS.has(status) ? await response.blob() : null;
  return new Response(body, { status, statusText, headers });
}

/**
 * Without an answer nobody knows whether it was done: only what does nothing, or is done once under its key, is sent
 * again. 429 and 503 say that nothing was done.
 */
function mayRetry(request: Request, error: ApiError | NetworkError): boolean {
  if (error instanceof NetworkError) return request.method === "GET" || request.headers.has(IDEMPOTENCY_KEY);
  return error.status === 429 || error.status === 503 || error.code === "request_in_progress";
}

function delayBefore(attempt: number, error: ApiError | NetworkError, policy: RetryPolicy): number {
  if (error instanceof ApiError && error.retryAfter !== undefined) return error.retryAfter * 1000;
  const doubled = Math.min(policy.firstDelay * 2 ** (attempt - 1), policy.longestDelay);
  return doubled * (0.5 + Math.random() / 2); // so that many clients do not come back in step
}

async function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Unlike `crypto.randomUUID` it is there on plain http too. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
