import { type Answer, money, type PersonalAccount, type PersonalClient } from "@control-fresco/client/personal";
import { useCallback, useEffect, useState } from "react";
import { explain } from "./explain";

type Preview = Answer<"importStatement">["data"];
type Envelopes = Answer<"getEnvelopes">["data"];

const STATES: Record<string, string> = { new: "nuevo", duplicate: "ya estaba", match: "coincide", possible: "parecido" };

/** Import a bank's file after a look at what it would bring, and see the envelopes of the month. */
export function Household({ client }: { client: PersonalClient }) {
  const [book, setBook] = useState<{ id: number; name: string }>();
  const [accounts, setAccounts] = useState<PersonalAccount[]>([]);
  const [account, setAccount] = useState<number>();
  const [preview, setPreview] = useState<Preview>();
  const [envelopes, setEnvelopes] = useState<Envelopes>();
  const [told, setTold] = useState("");

  const attempt = useCallback(async (work: () => Promise<string>) => {
    try {
      setTold(await work());
    } catch (error) {
      setTold(explain(error));
    }
  }, []);

  const load = useCallback(async (book_id: number) => {
    const month = new Date().toLocaleDateString("sv").slice(0, 7);
    const [listed, found] = await Promise.all([
      client.api.listPersonalAccounts({ query: { book_id } }),
      client.api.getEnvelopes({ path: { month }, query: { book_id } }),
    ]);
    setAccounts(listed.data);
    setAccount((chosen) => chosen ?? listed.data.find((one) => one.type === "checking")?.id);
    setEnvelopes(found.data);
  }, [client]);

  useEffect(() => {
    void attempt(async () => {
      const { data } = await client.api.listBooks();
      const shared = data.at(-1);
      if (!shared) return "No hay libros.";
      setBook(shared);
      await load(shared.id);
      return "";
    });
  }, [attempt, client, load]);

  if (!book || !envelopes) return <p className="card">{told || "Cargando…"}</p>;

  const look = (file: File) =>
    attempt(async () => {
      setPreview(undefined);
      const fields = { account_id: account, options: JSON.stringify({ mode: "preview" }) };
      const { data } = await client.upload("importStatement", { query: { book_id: book.id }, fields, file });
      setPreview(data);
      return `${file.name}: ${data.rows} filas leídas.`;
    });

  const commit = (found: Preview) =>
    attempt(async () => {
      if (found.import_id === null) return "No hay nada que importar."; // a whole book has no preview
      const path = { import_id: found.import_id };
      const { data } = await client.api.importStatementPreview({ path, query: { book_id: book.id } });
      setPreview(undefined);
      await load(book.id);
      return `${data.imported} movimientos importados, ${data.duplicates} ya estaban.`;
    });

  const shown = envelopes.categories.filter((one) => one.assigned || one.activity || one.available);
  return (
    <main className="card">
      <header>
        <h1>{book.name}</h1>
        <span>{client.session?.user.username}</span>
        <button className="quiet" onClick={() => void client.logout()}>Salir</button>
      </header>
      <p className="actions">
        <select aria-label="Cuenta" value={account} onChange={({ target }) => setAccount(Number(target.value))}>
          {accounts.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </select>
        <label className="quiet">
          Archivo del banco
          <input type="file" onChange={({ target }) => target.files?.[0] && void look(target.files[0])} />
        </label>
      </p>
      <p role="status">{told}</p>
      {preview?.lines && (
        <section>
          <table data-table="preview">
            <thead><tr><th>Fecha</th><th>Texto</th><th>Estado</th><th className="amount">Valor</th></tr></thead>
            <tbody>
              {preview.lines.map((line) => (
                <tr key={line.row}>
                  <td>{line.date}</td>
                  <td>{line.text}</td>
                  <td>{STATES[line.state] ?? line.state}</td>
                  <td className="amount">{money.format(line.amount, envelopes.currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <button onClick={() => void commit(preview)}>Importar</button>
        </section>
      )}
      <p className="totals">
        <strong>{money.format(envelopes.to_assign, envelopes.currency)}</strong>
        <span>por asignar en {envelopes.month}</span>
      </p>
      <table data-table="envelopes">
        <thead>
          <tr><th>Sobre</th><th className="amount">Asignado</th><th className="amount">Movido</th><th className="amount">Disponible</th></tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={one.category_id ?? 0}>
              <td>{one.name}<small>{one.path.slice(0, -1).join(" › ")}</small></td>
              {[one.assigned, one.activity, one.available].map((value, place) => (
                <td className="amount" key={place}>{money.format(value, envelopes.currency)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}
