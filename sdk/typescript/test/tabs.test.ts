import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { type ClientOptions, createClient, type FrescoClient, type Locks, webStorage } from "../src/index.js";
import { Proxy } from "./proxy.mjs";
import { expired, PASSWORD } from "./server.mjs";
import { QUICK } from "./support.js";

let proxy: Proxy;
let entries: Map<string, string>;
const ended = vi.fn();

beforeEach(async () => {
  ended.mockReset();
  entries = new Map();
  proxy = await Proxy.before(inject("url"));
});

afterEach(() => proxy.close());

/** The browser's storage, which every tab reads. */
function storage(): Storage {
  return {
    getItem: (name: string) => entries.get(name) ?? null,
    setItem: (name: string, value: string) => void entries.set(name, value),
    removeItem: (name: string) => void entries.delete(name),
  } as unknown as Storage;
}

/** The browser's lock manager, which every tab asks: who comes later waits. */
function locks(): Locks {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: (_name, work) => {
      last = last.then(work, work);
      return last;
    },
  };
}

function tab(shared: Locks | undefined, options: ClientOptions = {}): FrescoClient {
  const store = webStorage(storage(), "control-fresco", shared);
  return createClient({ baseUrl: proxy.url, retry: QUICK, onSessionEnd: ended, store, ...options });
}

/** As if the access token had run out, in every tab. */
function letExpire(): void {
  const store = webStorage(storage());
  const session = store.get();
  if (!session) throw new Error("Nobody is logged in.");
  store.set({ ...session, accessToken: expired(session.accessToken) });
}

test.each([true, false])("two tabs renew the session at once and go on, many times (with locks: %s)", async (locked) => {
  const shared = locked ? locks() : undefined;
  const tabs = [tab(shared), tab(shared)];
  await tabs[0]?.login("admin", PASSWORD);
  const seen = new Set([tabs[0]?.session?.refreshToken]);
  for (let round = 1; round <= 5; round++) {
    letExpire();
    const answers = await Promise.all(tabs.flatMap((one) => [one.api.getMe(), one.api.listClients()]));
    expect(answers).toHaveLength(4);
    expect(tabs[0]?.session).toEqual(tabs[1]?.session);
    seen.add(tabs[0]?.session?.refreshToken);
    if (locked) expect(proxy.calls("/api/auth/refresh")).toHaveLength(round);
  }
  expect(seen.size).toBe(6);
  expect(ended).not.toHaveBeenCalled();
});

test("an answer that comes late does not put older tokens into the store", async () => {
  const first = tab(undefined);
  await first.login("admin", PASSWORD);
  letExpire();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = tab(undefined, {
    fetch: async (request) => {
      const answer = await fetch(request);
      if (request.url.endsWith("/refresh")) await held;
      return answer;
    },
  });
  const waiting = slow.api.getMe();
  await vi.waitFor(() => expect(proxy.calls("/api/auth/refresh")).toHaveLength(1));
  await first.api.getMe();
  letExpire();
  await first.api.getMe();
  const newest = first.session;
  release();
  await waiting;
  expect(slow.session).toEqual(newest);
  expect(ended).not.toHaveBeenCalled();
});

test("a token that another tab replaced is not what ends the session", async () => {
  const first = tab(undefined);
  await first.login("admin", PASSWORD);
  letExpire();
  const late = tab(undefined, {
    fetch: async (request) => {
      if (!request.url.endsWith("/refresh")) return fetch(request);
      await first.api.getMe(); // replaces both tokens
      return new Response(JSON.stringify({ status: 401, code: "session_over", detail: "Over." }), {
        status: 401,
        headers: { "Content-Type": "application/problem+json" },
      });
    },
  });
  expect((await late.api.getMe()).data.username).toBe("admin");
  expect(ended).not.toHaveBeenCalled();
});

test("tabs use the locks of the browser, where it has some", async () => {
  const shared = { request: vi.fn(locks().request) };
  vi.stubGlobal("navigator", { locks: shared });
  const one = createClient({ baseUrl: proxy.url, retry: QUICK, store: webStorage(storage()) });
  vi.unstubAllGlobals();
  await one.login("admin", PASSWORD);
  letExpire();
  await one.api.getMe();
  expect(shared.request).toHaveBeenCalledOnce();
  expect(shared.request.mock.calls[0]?.[0]).toBe("control-fresco-refresh");
});
