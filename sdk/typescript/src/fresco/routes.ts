// Written by `make client` from the API's document; do not edit.
import type { Routes } from "../route.js";

export const routes = {
  /** Set category, client, project or tags of up to 1,000 expenses, or delete them: all, or none. Needs `expenses:write`. */
  changeExpenses: { method: "post", path: "/api/expenses/bulk" },
  /** Mark a payment as paid or as unpaid. Needs `payments:write`. */
  changePaymentStatus: { method: "patch", path: "/api/payments/{payment_id}/status" },
  /** Mark up to 1,000 payments as paid, undo, invoice or delete them: all of them, or none. Needs `payments:write`. */
  changePayments: { method: "post", path: "/api/payments/bulk" },
  /** Pause or resume a recurring expense; occurrences during the pause are never charged. Needs `expenses:write`. */
  changeRecurringExpenseStatus: { method: "patch", path: "/api/expenses/recurring/{recurring_id}/status" },
  /** Enter a bill that does not recur, with its receipt. Needs `expenses:write`. */
  createAccruedExpense: { method: "post", path: "/api/expenses/accrued", file: "receipt" },
  /** Create a client. Needs `clients:write`. */
  createClient: { method: "post", path: "/api/clients" },
  /** Add a document to a client. Needs `clients:write`. */
  createClientDocument: { method: "post", path: "/api/clients/{client_id}/documents", file: "file" },
  /** Give a part of a client's credit back. Needs `payments:write`. */
  createCreditRefund: { method: "post", path: "/api/clients/{client_id}/credits/refund" },
  /** Enter an expense, with its receipt. Needs `expenses:write`. */
  createExpense: { method: "post", path: "/api/expenses", file: "receipt" },
  /** Enter an income, with its receipt. Needs `incomes:write`. */
  createIncome: { method: "post", path: "/api/incomes", file: "receipt" },
  /** Enter a payment by hand. Needs `payments:write`. */
  createPayment: { method: "post", path: "/api/payments" },
  /** Create a project with its payment plan. Needs `projects:write`. */
  createProject: { method: "post", path: "/api/projects" },
  /** Add a document to a project. Needs `projects:write`. */
  createProjectDocument: { method: "post", path: "/api/projects/{project_id}/documents", file: "file" },
  /** Receive a part of a payment, or all that is left of it; then it is paid. Needs `payments:write`. */
  createReceipt: { method: "post", path: "/api/payments/{payment_id}/receipts" },
  /** Enter a recurring expense, and accrue what is due by the end of this month. Needs `expenses:write`. */
  createRecurringExpense: { method: "post", path: "/api/expenses/recurring" },
  /** Create a rule: clients are reminded once of each payment that is unpaid so many days after its due date. Subject and text may have the fields `{cliente}`, `{contacto}`, `{proyecto}`, `{monto}`, `{saldo}`, `{vence}`, `{dias}`, `{factura}` and `{empresa}`. Mails are sent from 8:00 to 18:00 of the company's day.

Needs `reminders:write`. */
  createRule: { method: "post", path: "/api/reminder-rules" },
  /** Create a supplier. Needs `suppliers:write`. */
  createSupplier: { method: "post", path: "/api/suppliers" },
  /** Delete an unpaid accrued expense and its receipt. Needs `expenses:write`. */
  deleteAccruedExpense: { method: "delete", path: "/api/expenses/accrued/{accrued_id}" },
  /** Delete a client without projects. Needs `clients:write`. */
  deleteClient: { method: "delete", path: "/api/clients/{client_id}" },
  /** Delete a document of a client, with its file. Needs `clients:write`. */
  deleteClientDocument: { method: "delete", path: "/api/clients/{client_id}/documents/{document_id}" },
  /** Delete an expense and its receipt. Needs `expenses:write`. */
  deleteExpense: { method: "delete", path: "/api/expenses/{expense_id}" },
  /** Delete an income and its receipt. Needs `incomes:write`. */
  deleteIncome: { method: "delete", path: "/api/incomes/{income_id}" },
  /** Delete a payment of which nothing is received. Needs `payments:write`. */
  deletePayment: { method: "delete", path: "/api/payments/{payment_id}" },
  /** Delete a project without paid or invoiced payments, with its plan and its other payments. Needs `projects:write`. */
  deleteProject: { method: "delete", path: "/api/projects/{project_id}" },
  /** Delete a document of a project, with its file. Needs `projects:write`. */
  deleteProjectDocument: { method: "delete", path: "/api/projects/{project_id}/documents/{document_id}" },
  /** Undo a receipt: its payment is owed again. `If-Match` takes the entity tag of the payment. Needs `payments:write`. */
  deleteReceipt: { method: "delete", path: "/api/payments/{payment_id}/receipts/{receipt_id}" },
  /** Delete a recurring expense and its coming accrued expenses; what is due by today or paid stays. Needs `expenses:write`. */
  deleteRecurringExpense: { method: "delete", path: "/api/expenses/recurring/{recurring_id}" },
  /** Delete a rule; the list of reminders keeps those that it made. Needs `reminders:write`. */
  deleteRule: { method: "delete", path: "/api/reminder-rules/{rule_id}" },
  /** Delete a supplier without expenses. Needs `suppliers:write`. */
  deleteSupplier: { method: "delete", path: "/api/suppliers/{supplier_id}" },
  /** Generate the payments of a project's plan that don't exist yet. Needs `payments:write`. */
  generatePayments: { method: "post", path: "/api/payments/generate" },
  /** One accrued expense. Needs `expenses:read`. */
  getAccruedExpense: { method: "get", path: "/api/expenses/accrued/{accrued_id}" },
  /** Debts of clients, or to suppliers, today: not due, and overdue by 30, 60, 90 and more days. Needs `reports:read`. */
  getAgeing: { method: "get", path: "/api/reports/ageing" },
  /** One client. Needs `clients:read`. */
  getClient: { method: "get", path: "/api/clients/{client_id}" },
  /** One document of a client. Needs `clients:read`. */
  getClientDocument: { method: "get", path: "/api/clients/{client_id}/documents/{document_id}" },
  /** Profit by client, growing and declining clients, and changes of recurring revenue. Needs `reports:read`. */
  getClientReport: { method: "get", path: "/api/reports/clients" },
  /** A client's account: what was charged, received and credited, with the balance before and after. Needs `reports:read`. */
  getClientStatement: { method: "get", path: "/api/clients/{client_id}/statement" },
  /** Cash, recurring revenue, results, unpaid amounts, the next 30 days, runway and trend as of today. Needs `reports:read`. */
  getDashboard: { method: "get", path: "/api/dashboard" },
  /** One expense. Needs `expenses:read`. */
  getExpense: { method: "get", path: "/api/expenses/{expense_id}" },
  /** Expenses by month and category. Needs `expenses:read`. */
  getExpensesAnalysis: { method: "get", path: "/api/expenses/analysis" },
  /** Margin, return on marketing, cash and months covered, over the last 12 months. Needs `reports:read`. */
  getFinancialIndicators: { method: "get", path: "/api/reports/indicators" },
  /** Revenue, expenses and cash by month, client and category. Needs `reports:read`. */
  getFinancialSummary: { method: "get", path: "/api/reports/summary" },
  /** One income. Needs `incomes:read`. */
  getIncome: { method: "get", path: "/api/incomes/{income_id}" },
  /** Income, expenses, taxes and net profit, by cash or by accrual. Needs `reports:read`. */
  getIncomeStatement: { method: "get", path: "/api/reports/statement" },
  /** Income by month and client. Needs `incomes:read`. */
  getIncomesAnalysis: { method: "get", path: "/api/incomes/analysis" },
  /** One payment. Needs `payments:read`. */
  getPayment: { method: "get", path: "/api/payments/{payment_id}" },
  /** One project with its payment plan. Needs `projects:read`. */
  getProject: { method: "get", path: "/api/projects/{project_id}" },
  /** One document of a project. Needs `projects:read`. */
  getProjectDocument: { method: "get", path: "/api/projects/{project_id}/documents/{document_id}" },
  /** One receipt of a payment. Needs `payments:read`. */
  getReceipt: { method: "get", path: "/api/payments/{payment_id}/receipts/{receipt_id}" },
  /** One recurring expense. Needs `expenses:read`. */
  getRecurringExpense: { method: "get", path: "/api/expenses/recurring/{recurring_id}" },
  /** One rule. Needs `reminders:read`. */
  getRule: { method: "get", path: "/api/reminder-rules/{rule_id}" },
  /** One supplier. Needs `suppliers:read`. */
  getSupplier: { method: "get", path: "/api/suppliers/{supplier_id}" },
  /** Preview or import clients from a CSV or XLSX file, with Spanish or English headings. Needs `clients:write`. */
  importClients: { method: "post", path: "/api/imports/clients", file: "file" },
  /** Preview or import expenses from a CSV or XLSX file, with Spanish or English headings. Needs `expenses:write`. */
  importExpenses: { method: "post", path: "/api/imports/expenses", file: "file" },
  /** Preview or import incomes from a CSV or XLSX file, with Spanish or English headings. Needs `incomes:write`. */
  importIncomes: { method: "post", path: "/api/imports/incomes", file: "file" },
  /** Preview or import payments from a CSV or XLSX file, with Spanish or English headings. Needs `payments:write`. */
  importPayments: { method: "post", path: "/api/imports/payments", file: "file" },
  /** Preview or import projects from a CSV or XLSX file, with Spanish or English headings. Needs `projects:write`. */
  importProjects: { method: "post", path: "/api/imports/projects", file: "file" },
  /** List accrued expenses, with totals by category and by currency. Needs `expenses:read`. */
  listAccruedExpenses: { method: "get", path: "/api/expenses/accrued" },
  /** Categories of expenses, or types of incomes, with the number of rows and the last day of each. Needs `categories:read`. */
  listCategories: { method: "get", path: "/api/categories" },
  /** List the credits of a client that are left, by currency. Needs `payments:read`. */
  listClientCredits: { method: "get", path: "/api/clients/{client_id}/credits" },
  /** List the documents of a client. Needs `clients:read`. */
  listClientDocuments: { method: "get", path: "/api/clients/{client_id}/documents" },
  /** List clients. Needs `clients:read`. */
  listClients: { method: "get", path: "/api/clients" },
  /** List expenses, with the total of all matching ones. Needs `expenses:read`. */
  listExpenses: { method: "get", path: "/api/expenses" },
  /** List incomes, with the total of all matching ones. Needs `incomes:read`. */
  listIncomes: { method: "get", path: "/api/incomes" },
  /** List overdue payments, oldest first. Needs `payments:read`. */
  listOverduePayments: { method: "get", path: "/api/payments/overdue" },
  /** List payments, with totals by status of all that match. Needs `payments:read`. */
  listPayments: { method: "get", path: "/api/payments" },
  /** List the documents of a project. Needs `projects:read`. */
  listProjectDocuments: { method: "get", path: "/api/projects/{project_id}/documents" },
  /** List projects. Needs `projects:read`. */
  listProjects: { method: "get", path: "/api/projects" },
  /** The receipts of a payment, earliest first. Needs `payments:read`. */
  listReceipts: { method: "get", path: "/api/payments/{payment_id}/receipts" },
  /** List recurring expenses, with what the active ones come to in a month. Needs `expenses:read`. */
  listRecurringExpenses: { method: "get", path: "/api/expenses/recurring" },
  /** List reminders to clients, newest first: to whom, when, and why one was not sent. Needs `reminders:read`. */
  listReminders: { method: "get", path: "/api/reminders" },
  /** List the rules by which clients are reminded, in the order of their days. Needs `reminders:read`. */
  listRules: { method: "get", path: "/api/reminder-rules" },
  /** List suppliers. Needs `suppliers:read`. */
  listSuppliers: { method: "get", path: "/api/suppliers" },
  /** List unpaid payments due from today to `days` from now. Needs `payments:read`. */
  listUpcomingPayments: { method: "get", path: "/api/payments/upcoming" },
  /** Replace names by another one in all rows that have them, recurring expenses included. Needs `categories:write`. */
  mergeCategories: { method: "post", path: "/api/categories/merge" },
  /** Mark an accrued expense as paid, once, with its receipt. Needs `expenses:write`. */
  payAccruedExpense: { method: "post", path: "/api/expenses/accrued/{accrued_id}/mark-as-paid", file: "receipt" },
  /** Preview the due dates of a recurring expense; nothing is stored. Needs `expenses:read`. */
  previewRecurringExpense: { method: "get", path: "/api/expenses/preview-recurring" },
  /** The reminder of a payment as the rule would write it today; nothing is sent. Needs `reminders:read`. */
  previewReminder: { method: "get", path: "/api/reminder-rules/{rule_id}/preview" },
  /** Mark a paid accrued expense as unpaid. Needs `expenses:write`. */
  undoAccruedExpensePayment: { method: "post", path: "/api/expenses/accrued/{accrued_id}/undo-payment" },
  /** Change the fields of an accrued expense that are sent. Once paid, it keeps amount, currency and due date. Needs `expenses:write`. */
  updateAccruedExpense: { method: "put", path: "/api/expenses/accrued/{accrued_id}", file: "receipt" },
  /** Change the fields of a client that are sent. Needs `clients:write`. */
  updateClient: { method: "put", path: "/api/clients/{client_id}" },
  /** Change the fields of an expense that are sent. A new receipt replaces the old one. Needs `expenses:write`. */
  updateExpense: { method: "put", path: "/api/expenses/{expense_id}", file: "receipt" },
  /** Change the fields of an income that are sent. A new receipt replaces the old one. Needs `incomes:write`. */
  updateIncome: { method: "put", path: "/api/incomes/{income_id}", file: "receipt" },
  /** Change the fields of a payment that are sent. Its status follows its dates. Needs `payments:write`. */
  updatePayment: { method: "put", path: "/api/payments/{payment_id}" },
  /** Change the fields of a project or of its plan that are sent. Future payments are generated again. With `dry_run` nothing changes, and the answer is which payments would be removed, created and kept.

Needs `projects:write`. */
  updateProject: { method: "put", path: "/api/projects/{project_id}" },
  /** Change the fields of a recurring expense that are sent. Accrued expenses stay as they are. Needs `expenses:write`. */
  updateRecurringExpense: { method: "put", path: "/api/expenses/recurring/{recurring_id}" },
  /** Change the fields of a rule that are sent. Needs `reminders:write`. */
  updateRule: { method: "put", path: "/api/reminder-rules/{rule_id}" },
  /** Change the fields of a supplier that are sent. Needs `suppliers:write`. */
  updateSupplier: { method: "put", path: "/api/suppliers/{supplier_id}" },
} as const satisfies Routes;
