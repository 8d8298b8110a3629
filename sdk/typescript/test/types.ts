// Compiled, never run: what must not compile stands under a @ts-expect-error, which is an error where nothing is wrong.
import {
  type Client,
  type Currency,
  type FrescoClient,
  type OverduePayment,
  type PaymentStatus,
  paymentStatusValues,
} from "../src/index.js";

import { type CoreClient, createClient as createCore } from "../src/core/index.js";
import * as fresco from "../src/fresco/index.js";

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
function same<One, Other>(_holds: Same<One, Other>): void {}

export async function compiled(client: FrescoClient): Promise<void> {
  const { data } = await client.api.createClient({ body: { name: "Ana", start_date: "2025-03-01" } });
  same<typeof data, Client>(true);
  same<typeof data.email, string | null>(true);
  // @ts-expect-error - a field that an answer does not have
  data.mail;
  // @ts-expect-error - a field that the body does not have
  await client.api.createClient({ body: { nmae: "Ana", name: "Ana", start_date: "2025-03-01" } });
  // @ts-expect-error - a field that is needed
  await client.api.createClient({ body: { name: "Ana" } });
  // @ts-expect-error - a body that is needed
  await client.api.createClient();
  // @ts-expect-error - an operation that there is not
  await client.api.createCustomer({ body: {} });

  await client.api.updateClient({ path: { client_id: 1 }, body: { notes: null } });
  // @ts-expect-error - a name may not be null
  await client.api.updateClient({ path: { client_id: 1 }, body: { name: null } });
  // @ts-expect-error - an id that is needed
  await client.api.getClient();
  // @ts-expect-error - an id of something else
  await client.api.getClient({ path: { project_id: 1 } });

  await client.api.listClients();
  await client.api.listClients({ query: { q: "ana", status: "Activo" } });
  // @ts-expect-error - a filter that there is not
  await client.api.listClients({ query: { search: "ana" } });
  // @ts-expect-error - a value that the filter does not have
  await client.api.listClients({ query: { status: "activo" } });
  // @ts-expect-error - a parameter that is needed
  await client.api.convertAmount({ query: { amount: 1, from: "USD" } });

  await client.api.changePaymentStatus({ path: { payment_id: 1 }, body: { status: "Pagado" } });
  // @ts-expect-error - a status that there is not
  await client.api.changePaymentStatus({ path: { payment_id: 1 }, body: { status: "paid" } });
  same<(typeof paymentStatusValues)[number], PaymentStatus>(true);
  same<PaymentStatus, "Pagado" | "Pendiente" | "Vencido">(true);
  same<Currency, "COP" | "USD">(true);
  same<PaymentStatus, string>(false);

  for await (const payment of client.each("listOverduePayments", { query: { currency: "COP" } })) {
    same<typeof payment, OverduePayment>(true);
  }
  // @ts-expect-error - not a list
  client.each("getMe");

  const file = new Blob();
  await client.upload("uploadFile", { file });
  await client.upload("createClientDocument", { path: { client_id: 1 }, file, fields: { name: "RUT", type: "RUT" } });
  // @ts-expect-error - fields that are needed
  await client.upload("createClientDocument", { path: { client_id: 1 }, file });
  // @ts-expect-error - a field that the form does not have
  await client.upload("createClientDocument", { path: { client_id: 1 }, file, fields: { nmae: "RUT", type: "RUT" } });
  // @ts-expect-error - takes no file
  await client.upload("createClient", { file });

  await client.download("getIncomeStatement", { query: { format: "pdf" } });
  // @ts-expect-error - a list is not printed
  await client.download("listClients", { query: { format: "pdf" } });
}

export async function ofSuites(core: CoreClient, own: fresco.FrescoClient, all: FrescoClient): Promise<void> {
  same<ReturnType<typeof createCore>, CoreClient>(true);
  await core.api.listUsers({ query: { page: 2 } });
  // @ts-expect-error - an operation of fresco
  await core.api.listClients();
  // @ts-expect-error - a list of fresco
  core.each("listClients");
  // @ts-expect-error - a file of fresco
  await core.upload("createClientDocument", { path: { client_id: 1 }, file: new Blob(), fields: { name: "a", type: "RUT" } });
  await core.upload("uploadFile", { file: new Blob() });

  const { data } = await own.api.getClient({ path: { client_id: 1 } });
  same<typeof data, fresco.Client>(true);
  same<typeof data, Client>(true);
  await own.api.listUsers();
  await own.download("getIncomeStatement", { query: { format: "pdf" } });
  for await (const payment of all.each("listPayments")) same<typeof payment.status, fresco.PaymentStatus>(true);
}
