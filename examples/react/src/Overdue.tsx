import { money, type OverduePayment } from "@control-fresco/client";
import { useCallback, useEffect, useState } from "react";
import { client } from "./api";
import { explain } from "./explain";

const day = new Intl.DateTimeFormat("es-CO", { dateStyle: "medium" });

export function Overdue() {
  const [payments, setPayments] = useState<OverduePayment[]>();
  const [projects, setProjects] = useState<Record<number, string>>({});
  const [told, setTold] = useState("");

  const load = useCallback(async () => {
    const late: OverduePayment[] = [];
    for await (const payment of client.each("listOverduePayments")) late.push(payment);
    setPayments(late);
  }, []);

  const attempt = useCallback(async (work: () => Promise<string>) => {
    try {
      setTold(await work());
    } catch (error) {
      setTold(explain(error));
    }
  }, []);

  useEffect(() => {
    void attempt(async () => {
      const names: Record<number, string> = {};
      for await (const project of client.each("listProjects", { query: { per_page: 100 } })) {
        names[project.id] = project.name;
      }
      setProjects(names);
      await load();
      return "";
    });
  }, [attempt, load]);

  const pay = (payment: OverduePayment) =>
    attempt(async () => {
      const path = { payment_id: payment.id };
      try {
        await client.api.getPayment({ path }); // the version that the change names
        await client.api.changePaymentStatus({ path, body: { status: "Pagado" } });
      } finally {
        await load();
      }
      return `${projects[payment.project_id]}: pago registrado.`;
    });

  const attach = (payment: OverduePayment, file: File) =>
    attempt(async () => {
      await client.upload("createProjectDocument", {
        path: { project_id: payment.project_id },
        fields: { name: `Comprobante del pago ${payment.id}`, type: "Otro" },
        file,
        onProgress: (sent, total) => setTold(`Subiendo… ${Math.floor((sent / total) * 100)} %`),
      });
      return `${file.name}: comprobante guardado.`;
    });

  if (!payments) return <p className="card">{told || "Cargando…"}</p>;
  const totals = Object.entries(money.sumByCurrency(payments)).sort() as [OverduePayment["currency"], string][];
  return (
    <main className="card">
      <header>
        <h1>Pagos vencidos</h1>
        <span>{client.session?.user.username}</span>
        <button className="quiet" onClick={() => void client.logout()}>Salir</button>
      </header>
      <p className="totals">
        {totals.map(([currency, sum]) => <strong key={currency}>{money.format(sum, currency)}</strong>)}
        <span>{payments.length} pagos por cobrar</span>
      </p>
      <p role="status">{told}</p>
      <table>
        <thead>
          <tr><th>Proyecto</th><th>Venció</th><th>Mora</th><th className="amount">Valor</th><th /></tr>
        </thead>
        <tbody>
          {payments.map((payment) => (
            <tr key={payment.id} data-payment={payment.id}>
              <td>{projects[payment.project_id]}<small>{payment.type}</small></td>
              <td>{day.format(new Date(`${payment.date}T00:00`))}</td>
              <td>{payment.days_overdue} días</td>
              <td className="amount">{money.format(payment.amount, payment.currency)}</td>
              <td className="actions">
                <label className="quiet">
                  Comprobante
                  <input type="file" onChange={({ target }) => target.files?.[0] && attach(payment, target.files[0])} />
                </label>
                <button onClick={() => void pay(payment)}>Marcar pagado</button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}
