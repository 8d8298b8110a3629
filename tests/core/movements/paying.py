"""Statements that pay payments and undo it, as the program does, many at once."""

PAY = """
    WITH paid AS (UPDATE payments SET status = 'Pagado', paid_date = '2026-05-06', paid_amount = amount
                  WHERE paid_amount = 0 AND {some} RETURNING *)
    INSERT INTO payment_receipts (payment_id, amount, date, currency, project_id, client_id, due_date, payment_type,
                                  payment_status, completes)
    SELECT id, amount, paid_date, currency, project_id, client_id, date, type, status, true FROM paid
"""
RECEIVE_HALF = """
    WITH received AS (UPDATE payments SET paid_amount = amount / 2, in_parts = true
                      WHERE paid_amount = 0 AND amount > 1 AND {some} RETURNING *)
    INSERT INTO payment_receipts (payment_id, amount, date, currency, project_id, client_id, due_date, payment_type,
                                  payment_status, completes)
    SELECT id, paid_amount, '2026-05-03', currency, project_id, client_id, date, type, status, false FROM received
"""
RECEIVE_REST = """
    WITH paid AS (UPDATE payments SET status = 'Pagado', paid_date = '2026-05-06', paid_amount = amount
                  WHERE in_parts AND paid_date IS NULL AND {some} RETURNING *)
    INSERT INTO payment_receipts (payment_id, amount, date, currency, project_id, client_id, due_date, payment_type,
                                  payment_status, completes)
    SELECT id, amount - (SELECT sum(r.amount) FROM payment_receipts r WHERE r.payment_id = paid.id), paid_date,
           currency, project_id, client_id, date, type, status, true FROM paid
"""
UNDO = """
    WITH undone AS (UPDATE payments SET status = 'Pendiente', paid_date = NULL, paid_amount = 0, in_parts = false
                    WHERE paid_amount > 0 AND {some} RETURNING id)
    DELETE FROM payment_receipts WHERE payment_id IN (SELECT id FROM undone)
"""
