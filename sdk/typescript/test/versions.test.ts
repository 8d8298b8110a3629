import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiError, type FrescoClient } from "../src/index.js";
import { admin, failure, unique } from "./support.js";

let mine: FrescoClient;
let theirs: FrescoClient;
let id: number;

beforeEach(async () => {
  [mine, theirs] = await Promise.all([admin(), admin()]);
  id = (await mine.api.createClient({ body: { name: unique("Versions"), start_date: "2025-03-01" } })).data.id;
});

afterEach(() => mine.logout());

/** Change the notes of the client. */
async function note(client: FrescoClient, notes: string, ifMatch?: string): Promise<string | null> {
  const address = { path: { client_id: id }, ...(ifMatch !== undefined && { ifMatch }) };
  return (await client.api.updateClient({ ...address, body: { notes } })).data.notes;
}

test("a change of what somebody changed since is refused, until it is read again", async () => {
  await theirs.api.getClient({ path: { client_id: id } });
  await note(mine, "mine");
  const error = await failure(ApiError, note(theirs, "theirs"));
  expect([error.status, error.code]).toEqual([412, "stale_version"]);
  await failure(ApiError, note(theirs, "theirs, once more"));
  expect((await theirs.api.getClient({ path: { client_id: id } })).data.notes).toBe("mine");
  expect(await note(theirs, "theirs")).toBe("theirs");
});

test("the version comes from what was made, and from each of one's own changes", async () => {
  await theirs.api.getClient({ path: { client_id: id } });
  await note(theirs, "one");
  await note(theirs, "two");
  await failure(ApiError, note(mine, "made before that"));
});

test("without having read it a change goes ahead, and so it does where one says so", async () => {
  await note(theirs, "never read");
  await failure(ApiError, note(mine, "stale"));
  expect(await note(mine, "whatever there is", "*")).toBe("whatever there is");
});

test("a deletion of what somebody changed since is refused", async () => {
  await theirs.api.getClient({ path: { client_id: id } });
  await note(mine, "changed");
  const gone = theirs.api.deleteClient({ path: { client_id: id } });
  expect((await failure(ApiError, gone)).code).toBe("stale_version");
  expect(await mine.api.deleteClient({ path: { client_id: id } })).toEqual({ message: "Client deleted" });
});

test("a new status is a change of the whole payment", async () => {
  const [late] = (await mine.api.listOverduePayments()).data;
  if (!late) throw new Error("The demo company has no late payment.");
  const path = { payment_id: late.id };
  await theirs.api.getPayment({ path });
  await mine.api.updatePayment({ path, body: { notes: "changed" } });
  const paid = theirs.api.changePaymentStatus({ path, body: { status: "Pagado" } });
  expect((await failure(ApiError, paid)).code).toBe("stale_version");
  const done = await mine.api.changePaymentStatus({ path, body: { status: "Pagado" } });
  expect(done.data.paid_date).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test("another login knows nothing of what the one before had read", async () => {
  await theirs.api.getClient({ path: { client_id: id } });
  await note(mine, "changed");
  await theirs.login("admin", "fresco-demo-2026");
  expect(await note(theirs, "not read in this session")).toBe("not read in this session");
});

test("what a fetch of one's own has already is told by its code, asked for once, and may still be changed", async () => {
  let sent = 0;
  let known: string | null = null;
  const fetch = async (request: Request): Promise<Response> => {
    const one = request.method === "GET" && request.url.endsWith(`/${id}`);
    if (one && known !== null) request.headers.set("If-None-Match", known);
    const response = await globalThis.fetch(request);
    if (one) {
      sent++;
      known = response.headers.get("ETag");
    }
    return response;
  };
  const caching = await admin({ fetch });
  await caching.api.getClient({ path: { client_id: id } });
  const error = await failure(ApiError, caching.api.getClient({ path: { client_id: id } }));
  expect([error.status, error.code, sent]).toEqual([304, "not_modified", 2]);
  expect(await note(caching, "after")).toBe("after");
  expect((await caching.api.getClient({ path: { client_id: id } })).data.notes).toBe("after");
});

test("an answer without a body may come as an empty one", async () => {
  const fetch = async (request: Request): Promise<Response> => {
    const response = await globalThis.fetch(request);
    if (request.method !== "GET") return response;
    return Object.defineProperties(new Response(""), { status: { value: 304 }, ok: { value: false } });
  };
  const error = await failure(ApiError, (await admin({ fetch })).api.getClient({ path: { client_id: id } }));
  expect([error.status, error.code]).toEqual([304, "not_modified"]);
});
