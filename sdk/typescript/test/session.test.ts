import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { ApiError, createClient, type FrescoClient, NetworkError, type SessionStore, webStorage } from "../src/index.js";
import { Proxy } from "./proxy.mjs";
import { expired, PASSWORD } from "./server.mjs";
import { admin, failure, QUICK, store } from "./support.js";

let proxy: Proxy;
let kept: SessionStore;
let client: FrescoClient;
const ended = vi.fn();

beforeEach(async () => {
  ended.mockReset();
  proxy = await Proxy.before(inject("url"));
  kept = store();
  client = await admin({ baseUrl: proxy.url, store: kept, onSessionEnd: ended });
});

afterEach(() => proxy.close());

/** As if the access token, or both, had run out. */
function letExpire(which: { refresh: boolean }): void {
  const session = kept.get();
  if (!session) throw new Error("Nobody is logged in.");
  kept.set({
    ...session,
    accessToken: expired(session.accessToken),
    refreshToken: which.refresh ? expired(session.refreshToken) : session.refreshToken,
  });
}

test("a login tells who it is, by name and by e-mail", async () => {
  expect(client.session?.user).toMatchObject({ username: "admin", role: "admin" });
  const { data } = await client.api.getMe();
  expect(data.permissions).toContain("users:write");
  expect(await client.login(data.email, PASSWORD)).toMatchObject({ username: "admin" });
});

test("a wrong password is a typed error and opens nothing", async () => {
  const stranger = createClient({ baseUrl: inject("url"), retry: QUICK });
  const error = await failure(ApiError, stranger.login("admin", "not the password"));
  expect([error.status, error.code]).toEqual([401, "invalid_credentials"]);
  expect(stranger.session).toBeNull();
});

test("a login makes the device known, to the next one too, and a logout does not forget it", async () => {
  const storage = new Map<string, string>();
  const map = { getItem: (name: string) => storage.get(name) ?? null, setItem: storage.set.bind(storage) };
  const own = webStorage({ ...map, removeItem: storage.delete.bind(storage) } as unknown as Storage);
  const bodies: string[] = [];
  const watching = createClient({
    baseUrl: inject("url"),
    store: own,
    retry: QUICK,
    fetch: async (request) => {
      bodies.push(await request.clone().text());
      return fetch(request);
    },
  });
  await watching.login("admin", PASSWORD);
  const device = own.getDevice?.();
  await watching.logout();
  await watching.login("admin", PASSWORD);
  const sent = bodies.filter((body) => body !== "").map((body) => JSON.parse(body) as { device_token: string | null });
  expect(device).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(sent.map((body) => body.device_token)).toEqual([null, device]);
});

test("without a session every call is refused", async () => {
  const stranger = createClient({ baseUrl: inject("url"), retry: QUICK });
  expect((await failure(ApiError, stranger.api.listClients())).code).toBe("token_invalid");
});

test("a logout ends the session here and on the server", async () => {
  const before = client.session;
  await client.logout();
  expect(client.session).toBeNull();
  expect(ended).toHaveBeenCalledOnce();
  kept.set(before);
  expect((await failure(ApiError, client.api.getMe())).code).toBe("session_over");
  expect(client.session).toBeNull();
});

test("a logout ends the session here even if the server is away", async () => {
  proxy.faults = Array(QUICK.tries).fill("refuse the connection");
  await failure(NetworkError, client.logout());
  expect(client.session).toBeNull();
});

test("an expired token is renewed unasked, once for all who wait", async () => {
  letExpire({ refresh: false });
  const answers = await Promise.all(Array.from({ length: 10 }, () => client.api.listClients()));
  expect(answers.every((answer) => answer.data.length > 0)).toBe(true);
  expect(proxy.calls("/api/auth/refresh")).toHaveLength(1);
  expect(proxy.calls("/api/clients")).toHaveLength(20);
  expect(ended).not.toHaveBeenCalled();
});

test("a POST is done once though its token had expired", async () => {
  letExpire({ refresh: false });
  const made = await client.api.createClient({ body: { name: "Once", start_date: "2025-03-01" } });
  const keys = new Set(proxy.calls("/api/clients").map((call) => call.headers["idempotency-key"]));
  expect(made.data.id).toBeGreaterThan(0);
  expect(keys.size).toBe(1);
});

test("a refused refresh ends the session for all who wait", async () => {
  letExpire({ refresh: true });
  const calls = [client.api.listClients(), client.api.listProjects(), client.api.getMe()];
  const errors = await Promise.all(calls.map((call) => failure(ApiError, call)));
  expect(errors.map((error) => error.status)).toEqual([401, 401, 401]);
  expect(proxy.calls("/api/auth/refresh")).toHaveLength(1);
  expect(client.session).toBeNull();
  expect(ended).toHaveBeenCalledOnce();
});

test("a refresh that does not get through ends nothing", async () => {
  letExpire({ refresh: false });
  proxy.faults = [undefined, ...Array(QUICK.tries).fill("refuse the connection")];
  await failure(NetworkError, client.api.listClients());
  expect(client.session).not.toBeNull();
  expect(await client.api.listClients()).toHaveProperty("data");
});

test("a session that was ended elsewhere ends here", async () => {
  const other = createClient({ baseUrl: inject("url"), store: { get: kept.get, set: () => undefined } });
  await other.logout();
  expect((await failure(ApiError, client.api.getMe())).code).toBe("session_over");
  expect(ended).toHaveBeenCalledOnce();
});

test("a session outlives the page in a storage of the browser", () => {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (name: string) => entries.get(name) ?? null,
    setItem: (name: string, value: string) => void entries.set(name, value),
    removeItem: (name: string) => void entries.delete(name),
  } as unknown as Storage;
  webStorage(storage).set(client.session);
  expect(createClient({ store: webStorage(storage) }).session).toEqual(client.session);
  webStorage(storage).set(null);
  expect(entries.size).toBe(0);
});
