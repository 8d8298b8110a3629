import createFetchClient from "openapi-fetch";
import { type Download, downloadOf } from "./download.js";
import type { Address, Answer, Given, Item, OperationName, Operations, PagedName, Upload, UploadName } from "./operations.js";
import type { Route, Routes } from "./route.js";
import type { paths, User } from "./schema.js";
import { memoryStore, type Session, SessionKeeper, type SessionStore } from "./session.js";
import { DEFAULT_RETRY, type RetryPolicy, type Send, withKey } from "./transport.js";
import { formOf, sendTelling } from "./upload.js";
import { Versions } from "./versions.js";

export interface ClientOptions {
  /** Where the server is, without `/api`: `https://fresco.example.com`; in a browser by default where the page is. */
  baseUrl?: string;
  /** Where the session is kept; by default in memory. */
  store?: SessionStore;
  /** Called when a session ended: by `logout`, by the server, or because it can't be refreshed any more. */
  onSessionEnd?: () => void;
  retry?: Partial<RetryPolicy>;
  /** Instead of the platform's own. */
  fetch?: Send;
}

/** What `call` takes, whatever the operation. */
interface AnyArguments {
  path?: unknown;
  query?: unknown;
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
  ifMatch?: string;
}

/** openapi-fetch's `request` without the types of one operation, which `Operations` has already checked. */
type Untyped = (method: string, path: string, init: object) => Promise<{ data?: unknown; response: Response }>;

const CHANGES = new Set(["PUT", "PATCH", "DELETE"]);

/** The API as functions, with a session, retries, versions, files and pages; of the operations in `Table`. */
export class FrescoClient<Table extends Routes> {
  /** Every operation by its name: `client.api.listClients({ query: { q: "cafe" } })`. */
  readonly api: Operations<Table>;

  readonly #routes: Routes;
  readonly #keeper: SessionKeeper;
  readonly #versions = new Versions();
  readonly #fetch: Send;
  readonly #request: Untyped;

  constructor(
    routes: Table,
    { baseUrl = defaultBase(), store = memoryStore(), onSessionEnd, retry, fetch }: ClientOptions = {},
  ) {
    this.#routes = routes;
    const base = baseUrl.replace(/\/+$/, "");
    this.#fetch = fetch ?? ((request) => globalThis.fetch(request));
    this.#keeper = new SessionKeeper(store, base, this.#fetch, { ...DEFAULT_RETRY, ...retry }, () => {
      this.#versions.clear();
      onSessionEnd?.();
    });
    this.#request = createFetchClient<paths>({ baseUrl: base }).request as Untyped;
    const named = Object.keys(routes).map((name) => [
      name,
      (given: AnyArguments = {}) => this.#json(name as OperationName, given),
    ]);
    this.api = Object.fromEntries(named) as Operations<Table>;
  }

  /** Who is logged in, and with which tokens; null for nobody. */
  get session(): Session | null {
    return this.#keeper.current;
  }

  /** Open a session by user name or e-mail. */
  async login(username: string, password: string): Promise<User> {
    this.#versions.clear();
    return this.#keeper.login(username, password);
  }

  /** Open the session of a login that threw `TwoFactorRequired`, by a code of the authenticator or a recovery code. */
  async loginTwoFactor(token: string, code: string): Promise<User> {
    return this.#keeper.loginTwoFactor(token, code);
  }

  /** End the session, here and on the server. */
  async logout(): Promise<void> {
    await this.#keeper.logout();
  }

  /** Page after page of a list. */
  async *pages<Name extends PagedName & keyof Table>(name: Name, ...[given]: Given<Address<Name>>): AsyncGenerator<Answer<Name>> {
    const { query, ...address }: AnyArguments = given ?? {};
    for (let page = 1, pages = 1; page <= pages; page++) {
      const asked = { ...address, query: { ...(query as object), page } };
      const answer = (await this.#json(name, asked)) as { pagination: { pages: number } };
      pages = answer.pagination.pages;
      yield answer as Answer<Name>;
    }
  }

  /** Each of a list, however many pages there are: `for await (const payment of client.each("listPayments"))`. */
  async *each<Name extends PagedName & keyof Table>(name: Name, ...given: Given<Address<Name>>): AsyncGenerator<Item<Name>> {
    for await (const page of this.pages(name, ...given)) {
      yield* (page as { data: Item<Name>[] }).data;
    }
  }

  /** Send a file, with the fields of the form it belongs to. */
  async upload<Name extends UploadName & keyof Table>(name: Name, given: Upload<Name>): Promise<Answer<Name>> {
    const { file, filename, fields = {}, onProgress, ...address } = given;
    const body = formOf(fields, this.#route(name).file ?? "file", file, filename);
    const send = onProgress ? sendTelling(onProgress, this.#fetch) : this.#fetch;
    return (await this.#json(name, { ...address, body }, send)) as Answer<Name>;
  }

  /** Fetch a file, or a list or report as one (`query: { format: "xlsx" }`). */
  async download<Name extends OperationName & keyof Table>(name: Name, ...[given]: Given<Address<Name>>): Promise<Download> {
    const { response } = await this.#call(name, { ...given, parseAs: "stream" }, this.#fetch);
    return downloadOf(response);
  }

  async #json(name: OperationName, given: AnyArguments, send = this.#fetch): Promise<unknown> {
    return (await this.#call(name, given, send)).data;
  }

  #call(name: OperationName, given: AnyArguments & { parseAs?: "stream" }, send: Send): ReturnType<Untyped> {
    const { method, path } = this.#route(name);
    const { path: ids, query, idempotencyKey, ifMatch, ...init } = given;
    const header = { "Idempotency-Key": idempotencyKey, "If-Match": ifMatch };
    const fetch = (request: Request): Promise<Response> => this.#send(request, send);
    return this.#request(method, path, { ...init, params: { path: ids, query, header }, fetch });
  }

  #route(name: OperationName): Route {
    const route = this.#routes[name];
    if (route === undefined) throw new Error(`This client does not know ${name}.`);
    return route;
  }

  async #send(request: Request, send: Send): Promise<Response> {
    const path = new URL(request.url).pathname;
    const version = this.#versions.of(path);
    if (version !== undefined && CHANGES.has(request.method) && !request.headers.has("If-Match")) {
      request.headers.set("If-Match", version);
    }
    const response = await this.#keeper.authorized(withKey(request), send);
    this.#versions.note(request.method, path, response);
    return response;
  }
}

function defaultBase(): string {
  return typeof location === "undefined" ? "http://127.0.0.1:5000" : location.origin;
}
