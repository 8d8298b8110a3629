import { beforeAll, expect, inject, test } from "vitest";
import { ApiError, type CreditoClient, createClient } from "../src/credito/index.js";
import { PASSWORD } from "./server.mjs";
import { admin, failure, QUICK, unique } from "./support.js";

/** A user of a position, and what they call the server with. */
async function hire(puesto: "titular" | "director"): Promise<{ client: CreditoClient; id: number }> {
  const office = await admin();
  const username = unique(puesto).replaceAll(" ", "-").toLowerCase();
  const user = await office.api.createUser({
    body: { username, email: `${username}@example.com`, password: PASSWORD, role: puesto },
  });
  const clave = `${puesto === "titular" ? "T" : "D"}${String(user.data.id).padStart(4, "0")}`;
  const made = await office.api.createPersonal({ body: { user_id: user.data.id, nombre: username, puesto, clave } });
  const client = createClient({ baseUrl: inject("url"), retry: QUICK });
  await client.login(username, PASSWORD);
  return { client, id: made.data.id };
}

let titular: CreditoClient;
let director: CreditoClient;
let cliente_id: number;
let tipo_prestamo_id: number;
let grupo_id: number;

beforeAll(async () => {
  const [own, chief] = [await hire("titular"), await hire("director")];
  [titular, director] = [own.client, chief.client];
  const route = await director.api.createRuta({ body: { nombre: unique("Ruta") } });
  const group = await director.api.createGrupo({
    body: { nombre: unique("Grupo"), ruta_id: route.data.id, titular_id: own.id, dia_reunion: 1 },
  });
  grupo_id = group.data.id;
  const client = await titular.api.createCliente({
    body: {
      nombre: "Mariana",
      apellido_paterno: unique("Hernández"),
      colonia: "Centro",
      cp: "06000",
      estado_civil: "soltero",
      propiedad: "rentada",
      grupo_id,
    },
  });
  cliente_id = client.data.id;
  const type = await director.api.createTiposPrestamo({
    body: { nombre: unique("Tipo"), metodo: "cuota_fija", frecuencia: "semanal", numero_pagos: 14, interes: 0.4, redondeo: 1 },
  });
  tipo_prestamo_id = type.data.id;
  await titular.api.createCorte({ body: { semilla: 0 } });
});

test("a quote has the schedule, and the CAT beside the payment", async () => {
  const { data, avisos } = await titular.api.cotizarPrestamo({ body: { tipo_prestamo_id, monto: 3000 } });
  expect([data.cuota, data.total_a_pagar, data.cat, data.cuotas.length]).toEqual([300, 4200, 1068.5, 14]);
  expect(avisos).toEqual([]);
});

test("a loan is requested, approved, handed over, paid, and printed", async () => {
  const made = await titular.api.createPrestamo({ body: { cliente_id, tipo_prestamo_id, monto: 3000 } });
  const loan = Array.isArray(made.data) ? made.data[0] : made.data;
  if (loan === undefined) throw new Error("There is no loan.");
  const path = { prestamo_id: loan.id };

  const forbidden = await failure(ApiError, titular.api.aprobarPrestamo({ path, body: {} }));
  expect(forbidden.status).toBe(403);
  await director.api.aprobarPrestamo({ path, body: {} });
  const open = await titular.api.desembolsarPrestamo({ path, body: { medio: "efectivo" } });
  expect([open.data.estado, open.data.saldo]).toEqual(["desembolsado", 4200]);

  const local_id = crypto.randomUUID();
  const body = { prestamo_id: loan.id, monto: 300, local_id };
  const paid = await titular.api.createPago({ body });
  expect((await titular.api.createPago({ body })).data.id).toBe(paid.data.id);
  const again = await failure(ApiError, titular.api.createPago({ body: { prestamo_id: loan.id, monto: 300 } }));
  expect([again.status, again.code]).toEqual([409, "posible_duplicado"]);

  const { data: client } = await titular.api.getCliente({ path: { cliente_id } });
  expect([client.prestamos_abiertos, client.saldo, client.prestamo_papel]).toEqual([1, 3900, 3000]);
  const { data: past } = await titular.api.getHistorial({ path: { cliente_id } });
  expect(past.pagos.map((one) => one.recibo)).toEqual([paid.data.recibo]);
  const { data: statement } = await titular.api.getEstadoCuenta({ path });
  expect(statement.movimientos.map((one) => one.saldo)).toEqual([4200, 3900]);
  for (const name of ["downloadTarjeta", "downloadContrato"] as const) {
    const { blob } = await titular.download(name, { path });
    expect((await blob.text()).slice(0, 5)).toBe("%PDF-");
  }
  const printed = await titular.download("getEstadoCuenta", { path, query: { format: "pdf" } });
  expect(printed.blob.type).toBe("application/pdf");
});

test("what a device took without a network is entered once", async () => {
  const { data: day } = await titular.api.getDia({ query: { dispositivo: "tel-1" } });
  expect(day.grupos.map((one) => one.id)).toContain(grupo_id);
  const { data: loans } = await titular.api.listPrestamos({ query: { cliente_id } });
  const pagos = loans.map((loan) => ({
    local_id: crypto.randomUUID(),
    prestamo_id: loan.id,
    monto: 150,
    hora_local: new Date().toISOString(),
    recibo: `${day.recibos?.prefijo ?? "X"}-${String(day.recibos?.desde ?? 1).padStart(6, "0")}`,
  }));
  for (const outcome of ["creado", "repetido"]) {
    const { data } = await titular.api.sincronizar({ body: { dispositivo: "tel-1", pagos, visitas: [] } });
    expect(data.map((one) => [one.local_id, one.resultado])).toEqual(pagos.map((one) => [one.local_id, outcome]));
  }
});

test("a record that changed meanwhile is a typed error, and one of another route does not exist", async () => {
  const stranger = await hire("titular");
  const missing = await failure(ApiError, stranger.client.api.getCliente({ path: { cliente_id } }));
  expect([missing.status, missing.code]).toEqual([404, "not_found"]);
  const wrong = await failure(ApiError, titular.api.updateCliente({ path: { cliente_id }, body: { cp: "6" } }));
  expect(Object.keys(wrong.fieldErrors)).toEqual(["cp"]);
});

test("each of the clients of a group comes once", async () => {
  const names: number[] = [];
  for await (const one of titular.each("listClientes", { query: { grupo_id, per_page: 1 } })) names.push(one.id);
  expect(names).toEqual([cliente_id]);
});
