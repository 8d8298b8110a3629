// The pages as people use them: in Chromium, against the real server.
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { createClient } from "@control-fresco/client";
import { freePort, PASSWORD, Server } from "../../sdk/typescript/test/server.mjs";

process.chdir(import.meta.dirname);

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function browserPath() {
  const installed = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`);
  const known = [process.env.CHROMIUM, ...installed, chromium.executablePath()];
  const found = known.find((path) => path && existsSync(path));
  if (!found) throw new Error("No Chromium is installed: set CHROMIUM to where one is.");
  return found;
}

/** @param {import("playwright-core").Page} page */
async function logIn(page, password, username = "admin") {
  await page.getByLabel("Usuario").fill(username);
  await page.getByLabel("Contraseña").fill(password);
  await page.getByRole("button", { name: "Entrar" }).click();
}

async function story(page, client) {
  await logIn(page, "not the password");
  await page.getByText("Usuario o contraseña incorrectos.").waitFor();
  await logIn(page, PASSWORD);

  const late = await client.api.listOverduePayments();
  const rows = page.locator("tbody tr");
  await rows.first().waitFor();
  assert.equal(await rows.count(), late.pagination.total, "every late payment is shown");
  mkdirSync("screenshots", { recursive: true });
  await page.screenshot({ path: "screenshots/overdue.png" });

  const [first, second] = late.data;
  const row = (payment) => page.locator(`[data-payment="${payment.id}"]`);
  const status = page.getByRole("status");
  await page.evaluate(() => {
    const shown = document.querySelector("[role=status]");
    window.told = [];
    new MutationObserver(() => window.told.push(shown.textContent)).observe(shown, { subtree: true, characterData: true, childList: true });
  });
  const receipt = { name: "recibo.png", mimeType: "image/png", buffer: Buffer.concat([PNG, Buffer.alloc(2_000_000)]) };
  await row(first).locator("input[type=file]").setInputFiles(receipt);
  await status.getByText("recibo.png: comprobante guardado.").waitFor();
  const told = await page.evaluate(() => window.told);
  assert.ok(told.some((line) => /^Subiendo… \d+ %$/.test(line)), "the upload told its progress");
  const kept = await client.api.listProjectDocuments({ path: { project_id: first.project_id } });
  assert.ok(kept.data.some((document) => document.name === `Comprobante del pago ${first.id}`), "the receipt is stored");

  await row(first).locator("input[type=file]").setInputFiles({ ...receipt, buffer: Buffer.from("<script>") });
  await page.waitForFunction(() => !/Subiendo|guardado/.test(document.querySelector("[role=status]").textContent));
  assert.notEqual(await status.textContent(), "", "a refused file is told");

  await row(first).getByRole("button", { name: "Marcar pagado" }).click();
  await row(first).waitFor({ state: "detached" });
  await status.getByText("pago registrado.").waitFor();
  assert.equal((await client.api.getPayment({ path: { payment_id: first.id } })).data.status, "Pagado");
  await page.screenshot({ path: "screenshots/paid.png" });

  await page.reload();
  await row(second).waitFor();
  assert.equal(await row(first).count(), 0, "the session and the payment outlive a reload");
  await page.getByRole("button", { name: "Salir" }).click();
  await page.getByRole("button", { name: "Entrar" }).waitFor();
}

/** A bank's file is looked at, imported, and adds nothing a second time. */
async function household(page) {
  await logIn(page, PASSWORD, "ana");
  await page.getByRole("heading", { name: "Casa" }).waitFor();
  await page.locator("[data-table=envelopes]").waitFor();  // without rows on the first day of a month
  const today = new Date().toLocaleDateString("sv");
  const rows = [["Fecha", "Descripción", "Valor"], [today, "Mercado Campesino", "-84500.00"], [today, "Café Quindío", "-12000.00"], [today, "Café Quindío", "-12000.00"]];
  const buffer = Buffer.from(rows.map((row) => row.join(";")).join("\n"));
  const file = { name: "movimientos.csv", mimeType: "text/csv", buffer };
  const status = page.getByRole("status");
  for (const [imported, known] of [[3, 0], [0, 3]]) {
    await page.locator("input[type=file]").setInputFiles([]);
    await page.locator("input[type=file]").setInputFiles(file);
    await status.getByText("movimientos.csv: 3 filas leídas.").waitFor();
    assert.equal(await page.locator("[data-table=preview] tbody tr").count(), 3, "the preview shows every row");
    await page.screenshot({ path: `screenshots/preview-${imported}.png` });
    await page.getByRole("button", { name: "Importar" }).click();
    await status.getByText(`${imported} movimientos importados, ${known} ya estaban.`).waitFor();
  }
  await page.locator("[data-table=envelopes] tbody tr").first().waitFor();
  await page.screenshot({ path: "screenshots/household.png", fullPage: true });
}

const server = await Server.prepared();
process.env.FRESCO_URL = server.url;
const port = await freePort();
const site = await preview({ preview: { host: "127.0.0.1", port, proxy: { "/api": server.url } } });
const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  const client = createClient({ baseUrl: server.url });
  await client.login("admin", PASSWORD);
  const page = await browser.newPage({ viewport: { width: 1100, height: 800 }, locale: "es-CO" });
  const failures = [];
  page.on("pageerror", (error) => failures.push(error.message));
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.screenshot({ path: "screenshots/login.png" });
  await story(page, client);
  await page.goto(`http://127.0.0.1:${port}/household.html`);
  await household(page);
  assert.deepEqual(failures, []);
  console.log("The page logs in, shows what is late, stores a receipt with its progress, and marks as paid; a household imports a bank's file.");
} finally {
  await browser.close();
  await site.close();
  await server.stop();
}
