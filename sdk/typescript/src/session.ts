import { ApiError, TwoFactorRequired } from "./problem.js";
import type { AccessToken, LoginAnswer, Tokens, User } from "./schema.js";
import { persist, type RetryPolicy, type Send, withKey } from "./transport.js";

/** What is kept of a login. */
export interface Session {
  accessToken: string;
  refreshToken: string;
  user: User;
}

/** Where a session is kept. In memory it ends with the page; `webStorage(localStorage)` keeps it. */
export interface SessionStore {
  get(): Session | null;
  set(session: Session | null): void;
  /** The token by which this device is known at the next login. It outlives the session; a store may do without. */
  getDevice?(): string | null;
  setDevice?(token: string): void;
  /** Does this while no other page with the same session does; a store that no other page reads does without. */
  exclusively?(work: () => Promise<void>): Promise<void>;
}

export function memoryStore(): SessionStore {
  let kept: Session | null = null;
  let device: string | null = null;
  return {
    get: () => kept,
    set: (session) => {
      kept = session;
    },
    getDevice: () => device,
    setDevice: (token) => {
      device = token;
    },
  };
}

/** The part of the browser's lock manager that a store needs. */
export type Locks = { request(name: string, work: () => Promise<void>): Promise<unknown> };

/**
 * Keeps the session in `localStorage` or `sessionStorage`; every tab reads the same one, and one at a time renews it.
 * Where there are no Web Locks (on plain http), tabs that renew it at once get the same tokens from the server.
 */
export function webStorage(storage: Storage, name = "control-fresco", locks = browserLocks()): SessionStore {
  const device = `${name}-device`;
  return {
    get: () => JSON.parse(storage.getItem(name) ?? "null") as Session | null,
    set: (session) => (session ? storage.setItem(name, JSON.stringify(session)) : storage.removeItem(name)),
    getDevice: () => storage.getItem(device),
    setDevice: (token) => storage.setItem(device, token),
    exclusively: async (work) => void (locks ? await locks.request(`${name}-refresh`, work) : await work()),
  };
}

function browserLocks(): Locks | undefined {
  const { navigator } = globalThis as { navigator?: { locks?: Locks } };
  return navigator?.locks;
}

/** Logs in and out, and gets new access tokens unasked. */
export class SessionKeeper {
  #refreshing: Promise<void> | null = null;

  constructor(
    private readonly store: SessionStore,
    private readonly baseUrl: string,
    private readonly fetch: Send,
    private readonly retry: RetryPolicy,
    private readonly onEnd: () => void,
  ) {}

  get current(): Session | null {
    return this.store.get();
  }

  async login(username: string, password: string): Promise<User> {
    const device_token = this.store.getDevice?.() ?? null;
    const answer = await this.#post<LoginAnswer>("login", null, { username, password, device_token });
    if (answer.two_factor_token !== undefined) {
      throw new TwoFactorRequired(answer.two_factor_token, answer.expires_in ?? 0);
    }
    return this.#begin(answer as Tokens); // the document has one shape for both answers
  }

  async loginTwoFactor(two_factor_token: string, code: string): Promise<User> {
    return this.#begin(await this.#post<Tokens>("login/2fa", null, { two_factor_token, code }));
  }

  #begin(tokens: Tokens): User {
    this.store.setDevice?.(tokens.device_token);
    this.store.set({ accessToken: tokens.access_token, refreshToken: tokens.refresh_token, user: tokens.user });
    return tokens.user;
  }

  /** Ends the session here in any case, and on the server if it can be reached. */
  async logout(): Promise<void> {
    try {
      if (this.current) await this.authorized(this.#request("logout", null), this.fetch);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error; // over already is as good
    } finally {
      if (this.current) this.#end();
    }
  }

  /** Sends with the access token; when that has expired, gets another one, once for all who wait, and sends again. */
  async authorized(request: Request, send: Send): Promise<Response> {
    const used = this.#authorize(request);
    try {
      return await persist(request, send, this.retry);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || used === undefined) throw error;
      await this.#renew(used, error);
      this.#authorize(request);
      return await persist(request, send, this.retry);
    }
  }

  #authorize(request: Request): string | undefined {
    const token = this.current?.accessToken;
    if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
    return token;
  }

  async #renew(used: string, refusal: ApiError): Promise<void> {
    if (this.current === null) throw refusal;
    if (this.current.accessToken !== used) return; // somebody got a new one while we waited for our answer
    if (refusal.code !== "token_expired") {
      this.#end();
      throw refusal;
    }
    this.#refreshing ??= this.#alone(() => this.#refresh(used)).finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    await (this.store.exclusively?.(work) ?? work());
  }

  /** Replaces both tokens, unless another page did since this one was used. */
  async #refresh(used: string): Promise<void> {
    const before = this.current;
    if (before === null || before.accessToken !== used) return;
    try {
      const { access_token, refresh_token } = await this.#post<AccessToken>("refresh", before.refreshToken);
      if (this.#isStill(before)) this.store.set({ ...before, accessToken: access_token, refreshToken: refresh_token });
    } catch (error) {
      if (!this.#isStill(before)) return; // what was refused is not the session any more
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) this.#end();
      throw error; // a network that is away ends nothing
    }
  }

  /** Whether no other page replaced the tokens meanwhile: with older ones in the store, the session would end. */
  #isStill(before: Session): boolean {
    return this.current?.refreshToken === before.refreshToken;
  }

  #end(): void {
    this.store.set(null);
    this.onEnd();
  }

  async #post<Answer>(action: string, token: string | null, body?: object): Promise<Answer> {
    const response = await persist(this.#request(action, token, body), this.fetch, this.retry);
    return (await response.json()) as Answer;
  }

  #request(action: string, token: string | null, body?: object): Request {
    const headers = new Headers(body && { "Content-Type": "application/json" });
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    const init = { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) };
    return withKey(new Request(`${this.baseUrl}/api/auth/${action}`, init));
  }
}
