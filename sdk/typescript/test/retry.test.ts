import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ApiError, type FrescoClient, NetworkError } from "../src/index.js";
import { Proxy } from "./proxy.mjs";
import { Server } from "./server.mjs";
import { admin, failure, QUICK, unique } from "./support.js";

const PATIENT = { tries: 20, firstDelay: 100, longestDelay: 4000 };

let server: Server;
let proxy: Proxy;
let client: FrescoClient;

beforeAll(async () => {
  server = await Server.prepared();
});

afterAll(() => server.stop());

beforeEach(async () => {
  proxy = await Proxy.before(server.url);
  client = await admin({ baseUrl: proxy.url });
  proxy.seen = [];
});

afterEach(() => proxy.close());

/** How many clients have a name that begins like this. */
async function stored(name: string): Promise<string[]> {
  const found: string[] = [];
  for await (const one of client.each("listClients", { query: { q: name } })) found.push(one.name);
  return found;
}

test.each(["lose the answer", "cut the answer"] as const)("%s of a POST: sent again, and done once", async (fault) => {
  const name = unique("Lost answer");
  proxy.faults = [fault];
  const made = await client.api.createClient({ body: { name, start_date: "2025-03-01" } });
  const calls = proxy.calls("/api/clients");
  expect(calls).toHaveLength(2);
  expect(calls[0]?.headers["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
  expect(calls[1]?.headers["idempotency-key"]).toBe(calls[0]?.headers["idempotency-key"]);
  expect(made.data.name).toBe(name);
  expect(await stored(name)).toEqual([name]);
});

test("two POSTs are two: each has its own key, or the one it was given", async () => {
  const body = { name: unique("Twice"), start_date: "2025-03-01" };
  await client.api.createClient({ body });
  await client.api.createClient({ body });
  expect(await stored(body.name)).toHaveLength(2);
  const idempotencyKey = unique("key");
  const one = await client.api.createClient({ body, idempotencyKey });
  const again = await client.api.createClient({ body, idempotencyKey });
  expect(again.data.id).toBe(one.data.id);
});

test("a POST of a file is sent again whole", async () => {
  proxy.faults = ["refuse the connection", "lose the answer"];
  const file = new File(["fecha,valor\n2025-03-01,10\n"], "extracto.csv", { type: "text/csv" });
  const { id } = await client.upload("uploadFile", { file });
  expect(proxy.calls("/api/upload")).toHaveLength(3);
  const { blob } = await client.download("downloadFile", { path: { file_id: id } });
  expect(await blob.text()).toBe(await file.text());
});

test("what only reads is sent again", async () => {
  proxy.faults = ["lose the answer", "cut the answer", "refuse the connection"];
  expect((await client.api.listClients()).data.length).toBeGreaterThan(0);
});

test("a change whose answer was lost is not sent again, for nobody knows whether it was done", async () => {
  const { data } = await client.api.createClient({ body: { name: unique("Put"), start_date: "2025-03-01" } });
  proxy.faults = ["lose the answer"];
  const change = client.api.updateClient({ path: { client_id: data.id }, body: { notes: "changed" } });
  await failure(NetworkError, change);
  expect(proxy.calls(`/api/clients/${data.id}`)).toHaveLength(1);
});

test.each([429, 503])("%i is tried again, after the time it asks for", async (status) => {
  proxy.faults = [{ status, retryAfter: "1" }];
  const begun = Date.now();
  await client.api.listClients();
  expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
  expect(proxy.calls("/api/clients")).toHaveLength(2);
});

test("a POST that is still being done is asked for again, until its answer is there", async () => {
  const busy = { status: 409, code: "request_in_progress", detail: "The same request is still being done." };
  proxy.faults = ["lose the answer", { status: 409, retryAfter: "1", body: JSON.stringify(busy) }];
  const name = unique("Busy");
  const made = await client.api.createClient({ body: { name, start_date: "2025-03-01" } });
  expect(made.data.name).toBe(name);
  expect(proxy.calls("/api/clients")).toHaveLength(3);
});

test("a change is tried again after 503, for that says that nothing was done", async () => {
  const { data } = await client.api.createClient({ body: { name: unique("Put"), start_date: "2025-03-01" } });
  proxy.faults = [{ status: 503 }];
  const change = await client.api.updateClient({ path: { client_id: data.id }, body: { notes: "changed" } });
  expect(change.data.notes).toBe("changed");
});

test("a wait that is longer than wanted is an error at once, and tells how long", async () => {
  proxy.faults = [{ status: 429, retryAfter: "60" }];
  const error = await failure(ApiError, client.api.listClients());
  expect([error.status, error.retryAfter]).toEqual([429, 60]);
});

test("too many wrong passwords are told with the time to wait", async () => {
  const tries = Array.from({ length: 6 }, () => failure(ApiError, client.login("demo-viewer", "not the password")));
  const errors = await Promise.all(tries);
  const late = errors.find((error) => error.status === 429);
  expect(late?.code).toBe("too_many_tries");
  expect(late?.retryAfter).toBeGreaterThan(QUICK.longestDelay / 1000);
});

test("other refusals are not tried again", async () => {
  await failure(ApiError, client.api.getClient({ path: { client_id: 987654321 } }));
  expect(proxy.calls("/api/clients/987654321")).toHaveLength(1);
});

test("a server that stays away is a NetworkError after all tries", async () => {
  proxy.faults = Array(QUICK.tries).fill("refuse the connection");
  const error = await failure(NetworkError, client.api.listClients());
  expect(error.cause).toBeInstanceOf(TypeError);
  expect(proxy.calls("/api/clients")).toHaveLength(QUICK.tries);
});

test("a call that is taken back waits no longer", async () => {
  proxy.faults = [{ status: 503, retryAfter: "3" }];
  const begun = Date.now();
  const call = client.api.listClients({ signal: AbortSignal.timeout(200) });
  await expect(call).rejects.toMatchObject({ name: "TimeoutError" });
  expect(Date.now() - begun).toBeLessThan(1500);
});

test("a server that is killed among requests and comes back has done each of them once", async () => {
  const patient = await admin({ baseUrl: server.url, retry: PATIENT });
  const name = unique("Killed");
  const names = Array.from({ length: 60 }, (_, place) => `${name} ${place}`);
  const calls = names.map((one) => patient.api.createClient({ body: { name: one, start_date: "2025-03-01" } }));
  await Promise.race(calls); // one is done, the others are under way
  await server.kill();
  await server.start();
  const answers = await Promise.all(calls);
  expect(answers.map((answer) => answer.data.name)).toEqual(names);
  expect((await stored(name)).sort()).toEqual([...names].sort());
});

test("a database that is killed and comes back loses nothing and doubles nothing", async () => {
  const patient = await admin({ baseUrl: proxy.url, retry: PATIENT });
  const name = unique("Database");
  server.killDatabase();
  const call = patient.api.createClient({ body: { name, start_date: "2025-03-01" } });
  await server.flask("db", "current");
  expect((await call).data.name).toBe(name);
  expect(await stored(name)).toEqual([name]);
});
