import { beforeAll, expect, test, vi } from "vitest";
import { ApiError, type FrescoClient } from "../src/index.js";
import { admin, failure } from "./support.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const RECEIPT = new File([PNG], "recibo año 2025.png", { type: "image/png" });

let client: FrescoClient;

beforeAll(async () => {
  client = await admin();
});

test("a file goes with the fields of its form, and comes back under its name", async () => {
  const fields = { description: "Licencia", date: "2025-03-01", amount: "10.50", currency: "USD" } as const;
  const made = await client.upload("createExpense", {
    file: RECEIPT,
    fields: { ...fields, category: "Software", payment_method: "Tarjeta", notes: null },
  });
  expect(made.data).toMatchObject({ ...fields, amount: 10.5, notes: null });
  const [year = "", month = "", filename = ""] = made.data.receipt_path?.split("/") ?? [];
  const { blob, name } = await client.download("downloadFileByPath", { path: { year, month, filename } });
  expect(Buffer.from(await blob.arrayBuffer())).toEqual(PNG);
  expect([name, blob.type]).toEqual([RECEIPT.name, "image/png"]);
});

test("an upload tells its progress", async () => {
  const onProgress = vi.fn();
  const made = await client.upload("uploadFile", { file: new Blob([PNG]), filename: "recibo.png", onProgress });
  expect(made.original_name).toBe("recibo.png");
  const [sent, total] = onProgress.mock.lastCall as [number, number];
  expect(sent).toBe(total);
  expect(total).toBeGreaterThan(PNG.length);
});

test("a file of a kind that is not taken is a typed error", async () => {
  const file = new File(["<script>alert(1)</script>"], "recibo.png", { type: "image/png" });
  const error = await failure(ApiError, client.upload("uploadFile", { file }));
  expect(error.status).toBe(400);
  expect(Object.keys(error.fieldErrors)).toEqual(["file"]);
});

test("a list and a report come as files", async () => {
  const csv = await client.download("listClients", { query: { format: "csv" } });
  expect([csv.name, csv.blob.type]).toEqual([expect.stringMatching(/\.csv$/), expect.stringContaining("text/csv")]);
  expect(await csv.blob.text()).toContain("Nombre");
  const pdf = await client.download("getIncomeStatement", { query: { format: "pdf" } });
  expect((await pdf.blob.text()).slice(0, 5)).toBe("%PDF-");
});

test("a download that is refused is a typed error", async () => {
  const error = await failure(ApiError, client.download("downloadFile", { path: { file_id: 987654321 } }));
  expect(error.code).toBe("not_found");
});
