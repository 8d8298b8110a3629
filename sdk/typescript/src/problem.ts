import type { FieldErrors, Problem } from "./schema.js";

/** An answer that says no: the server's `application/problem+json`, as an error to catch. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly problem: Problem,
    /** Seconds after which the server asked to try again. */
    readonly retryAfter?: number,
  ) {
    super(problem.detail);
  }

  /**
   * A stable word to branch on and to translate, like `validation_failed` or `stale_version`; `not_modified` if a
   * `fetch` of your own asked by `If-None-Match` and there is nothing newer.
   */
  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** Under which the server logged the request. */
  get requestId(): string {
    return this.problem.request_id;
  }

  /** Messages by path, as form libraries take them: `{ "payment_plan.type": ["Must be one of: ..."] }`. */
  get fieldErrors(): Record<string, string[]> {
    return Object.fromEntries(flattened(this.problem.errors));
  }
}

/** No answer at all, however often it was tried: the network or the server is away. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(cause: unknown) {
    super("The server can't be reached.", { cause });
  }
}

/** The error for an answer; of one that is no problem (a proxy's page, say) the status is all there is. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  return new ApiError(parsed(text) ?? unknownProblem(response), retryAfterOf(response));
}

/** Seconds, from either form that `Retry-After` has. */
export function retryAfterOf(response: Response): number | undefined {
  const given = response.headers.get("Retry-After");
  if (given === null) return undefined;
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function parsed(text: string): Problem | undefined {
  try {
    const found = JSON.parse(text) as Partial<Problem> | null;
    return typeof found?.code === "string" && typeof found.status === "number" ? (found as Problem) : undefined;
  } catch {
    return undefined; // not JSON: a proxy answered, not the API
  }
}

function unknownProblem(response: Response): Problem {
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    detail: `The server answered ${response.status}.`,
    code: response.status === 304 ? "not_modified" : "unknown",
    errors: {},
    request_id: response.headers.get("X-Request-ID") ?? "",
  };
}

function flattened(errors: FieldErrors, above = ""): [string, string[]][] {
  return Object.entries(errors).flatMap(([name, found]): [string, string[]][] =>
    Array.isArray(found) ? [[above + name, found]] : flattened(found, `${above}${name}.`),
  );
}

/** The password was right, and a code is asked for: `client.loginTwoFactor(error.token, code)`. */
export class TwoFactorRequired extends Error {
  override readonly name = "TwoFactorRequired";

  constructor(
    /** Counts once, and for this login alone. */
    readonly token: string,
    /** Seconds until the token expires. */
    readonly expiresIn: number,
  ) {
    super("A second factor is required.");
  }
}
