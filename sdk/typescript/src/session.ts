import { ApiError } from "./problem.js";
import type { AccessToken, Tokens, User } from "./schema.js";
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

/** Keeps the session in `localStorage` or `sessionStorage`; every tab reads the same one. */
export function webStorage(storage: Storage, name = "control-fresco"): SessionStore {
  const device = `${name}-device`;
  return {
    get: () => JSON.parse(storage.getItem(name) ?? "null") as Session | null,
    set: (session) => (session ? storage.setItem(name, JSON.stringify(session)) : storage.removeItem(name)),
    getDevice: () => storage.getItem(device),
    setDevice: (token) => storage.setItem(device, token),
  };
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
    const tokens = await this.#post<Tokens>("login", null, { username, password, device_token });
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
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const before = this.current;
    if (before === null) return;
    try {
      const { access_token } = await this.#post<AccessToken>("refresh", before.refreshToken);
      this.store.set({ ...before, accessToken: access_token });
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) this.#end(); // refused; a network that is away ends nothing
      throw error;
    }
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
