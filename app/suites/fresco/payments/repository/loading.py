"""Bulk statements that insert data for benchmarks."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

PER_PROJECT, PROJECTS_PER_CLIENT = 250, 100

_CLIENTS = text(
    """
    WITH loaded AS (
        INSERT INTO parties (name, email)
        SELECT 'Cliente de carga ' || n, 'carga' || n || '@cliente.example'
        FROM generate_series(1, CAST(:clients AS int)) n ORDER BY n
        RETURNING id
    )
    INSERT INTO clients (id, start_date, status)
    SELECT id, CAST(:today AS date) - 2000, 'Activo' FROM loaded
    RETURNING id
    """
)
_PROJECTS = text(
    """
    WITH projects AS (
        INSERT INTO projects (client_id, name, description, start_date, status)
        SELECT :first_client + (n - 1) / :per_client, 'Proyecto de carga ' || n, 'Datos para medir',
               CAST(:today AS date) - 1690, 'Activo'
        FROM generate_series(1, CAST(:projects AS int)) n ORDER BY n
        RETURNING id
    ), plans AS (
        INSERT INTO payment_plans (project_id, type, recurring_fee_amount, recurring_fee_currency,
            recurring_fee_frequency, recurring_fee_grace_periods, recurring_fee_discount_periods,
            recurring_fee_discount_percentage)
        SELECT id, 'Suscripción periódica', 450000, 'COP', 'Semanal', 0, 0, 0 FROM projects
        RETURNING *
    ), versions AS (
        INSERT INTO plan_versions (project_id, plan_id, first_day, type, recurring_fee_amount, recurring_fee_currency,
            recurring_fee_frequency, recurring_fee_grace_periods, recurring_fee_discount_periods,
            recurring_fee_discount_percentage)
        SELECT project_id, id, CAST(:today AS date), type, recurring_fee_amount, recurring_fee_currency,
               recurring_fee_frequency, recurring_fee_grace_periods, recurring_fee_discount_periods,
               recurring_fee_discount_percentage
        FROM plans
    ), progress AS (
        INSERT INTO payment_progress (id, charged_through)
        SELECT id, CAST(:today AS date) + 60 FROM projects
    )
    SELECT min(id) FROM projects
    """
)
_PAYMENTS = text(
    """
    WITH loaded AS (
    INSERT INTO payments (project_id, client_id, amount, currency, date, paid_date, status, paid_amount, invoice_number,
                          type, installment_number, generated)
    SELECT project_id, p.client_id, amount, currency, due,
           CASE WHEN paid THEN least(due + n % 15, CAST(:today AS date)) END,
           CASE WHEN paid THEN 'Pagado' WHEN due < :today THEN 'Vencido' ELSE 'Pendiente' END,
           CASE WHEN paid THEN amount ELSE 0 END,
           CASE WHEN paid THEN 'FV-' || project_id || '-' || number END, 'Recurrente', number, true
    FROM (
        SELECT n, :first_project + n / :per_project AS project_id, n % :per_project + 1 AS number,
               CAST(:today AS date) - 1690 + 7 * (n % :per_project) AS due,
               CASE WHEN n % 5 = 0 THEN 'USD' ELSE 'COP' END AS currency,
               CASE WHEN n % 5 = 0 THEN 100 + n % 900 + 0.5 ELSE 400000 + n % 9000 * 100 + 0.25 END AS amount,
               n % 20 <> 7 AND CAST(:today AS date) - 1690 + 7 * (n % :per_project) < :today AS paid
        FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
    ) rows JOIN projects p ON p.id = rows.project_id
    ORDER BY n
    RETURNING *)
    INSERT INTO payment_receipts (payment_id, amount, date, currency, project_id, client_id, due_date, payment_type,
                                  payment_status, completes, payment_method)
    SELECT id, amount, paid_date, currency, project_id, client_id, date, type, status, true,
           CASE WHEN id % 10000 = 0 THEN 'Cheque' ELSE (ARRAY['Transferencia', 'Efectivo', 'Tarjeta'])[1 + id % 3] END
    FROM loaded WHERE paid_date IS NOT NULL ORDER BY id
    """
)


class LoadRepository:
    """Inserts rows that PostgreSQL generates itself."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add_projects(self, payments: int, today: date) -> int:
        """Insert the clients and projects that the payments need; return the first of the projects' consecutive ids."""
        projects = -(-payments // PER_PROJECT)
        clients = -(-projects // PROJECTS_PER_CLIENT)
        first_client = min(self.session.scalars(_CLIENTS, {"clients": clients, "today": today}))
        values = {"first_client": first_client, "per_client": PROJECTS_PER_CLIENT, "projects": projects, "today": today}
        return int(self.session.scalars(_PROJECTS, values).one())

    def add_payments(self, first_project: int, first: int, count: int, today: date) -> None:
        """Insert `count` payments, beginning with number `first`, spread over the projects in order."""
        values = {
            "first_project": first_project,
            "per_project": PER_PROJECT,
            "first": first,
            "last": first + count - 1,
            "today": today,
        }
        self.session.execute(_PAYMENTS, values)
