// Written by `make client` from the API's document; do not edit.
import type { operations } from "./schema.js";

export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  /** The part of a form that takes a file. */
  readonly file?: string;
}

export const routes = {
  /** Cancel a waiting task. Needs `tasks:write`. */
  cancelTask: { method: "post", path: "/api/tasks/{task_id}/cancel" },
  /** Change my password; all my sessions end. Needs `account:write`. */
  changePassword: { method: "post", path: "/api/auth/change-password" },
  /** Mark a payment as paid or as unpaid. Needs `payments:write`. */
  changePaymentStatus: { method: "patch", path: "/api/payments/{payment_id}/status" },
  /** Pause or resume a recurring expense; occurrences during the pause are never charged. Needs `expenses:write`. */
  changeRecurringExpenseStatus: { method: "patch", path: "/api/expenses/recurring/{recurring_id}/status" },
  /** Convert an amount at the rate of a day, by default today. Needs `exchange_rates:read`. */
  convertAmount: { method: "get", path: "/api/exchange-rates/convert" },
  /** Create a client. Needs `clients:write`. */
  createClient: { method: "post", path: "/api/clients" },
  /** Add a document to a client. Needs `clients:write`. */
  createClientDocument: { method: "post", path: "/api/clients/{client_id}/documents", file: "file" },
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
  /** Enter a recurring expense; its first payment is on the day it starts. Needs `expenses:write`. */
  createRecurringExpense: { method: "post", path: "/api/expenses/recurring" },
  /** Create a user. Needs `users:write`. */
  createUser: { method: "post", path: "/api/users" },
  /** Delete a client without projects. Needs `clients:write`. */
  deleteClient: { method: "delete", path: "/api/clients/{client_id}" },
  /** Delete a document of a client, with its file. Needs `clients:write`. */
  deleteClientDocument: { method: "delete", path: "/api/clients/{client_id}/documents/{document_id}" },
  /** Delete an exchange rate. Needs `exchange_rates:write`. */
  deleteExchangeRate: { method: "delete", path: "/api/exchange-rates/{rate_id}" },
  /** Delete an expense and its receipt. Needs `expenses:write`. */
  deleteExpense: { method: "delete", path: "/api/expenses/{expense_id}" },
  /** Delete an income and its receipt. Needs `incomes:write`. */
  deleteIncome: { method: "delete", path: "/api/incomes/{income_id}" },
  /** Delete an unpaid payment. Needs `payments:write`. */
  deletePayment: { method: "delete", path: "/api/payments/{payment_id}" },
  /** Delete a project without paid or invoiced payments, with its plan and its other payments. Needs `projects:write`. */
  deleteProject: { method: "delete", path: "/api/projects/{project_id}" },
  /** Delete a document of a project, with its file. Needs `projects:write`. */
  deleteProjectDocument: { method: "delete", path: "/api/projects/{project_id}/documents/{document_id}" },
  /** Delete a recurring expense without paid occurrences, with its accrued expenses. Needs `expenses:write`. */
  deleteRecurringExpense: { method: "delete", path: "/api/expenses/recurring/{recurring_id}" },
  /** Delete a user. Needs `users:write`. */
  deleteUser: { method: "delete", path: "/api/users/{user_id}" },
  /** Download a file, or a range of it. Needs `files:read`. */
  downloadFile: { method: "get", path: "/api/files/{file_id}" },
  /** Download a file by its stored path, such as that of a receipt. Needs `files:read`. */
  downloadFileByPath: { method: "get", path: "/api/files/{year}/{month}/{filename}" },
  /** Download the logo; no token is needed. Needs no login. */
  downloadLogo: { method: "get", path: "/api/company/logo" },
  /** Enter the price of a dollar in pesos on a day; an existing rate of the day is replaced. Needs `exchange_rates:write`. */
  enterExchangeRate: { method: "post", path: "/api/exchange-rates" },
  /** Generate the payments of a project's plan that don't exist yet. Needs `payments:write`. */
  generatePayments: { method: "post", path: "/api/payments/generate" },
  /** One accrued expense. Needs `expenses:read`. */
  getAccruedExpense: { method: "get", path: "/api/expenses/accrued/{accrued_id}" },
  /** Income and expenses of the trailing period by month, category and client. Needs `cashflow:read`. */
  getCashflowAnalysis: { method: "get", path: "/api/cashflow/analysis" },
  /** Forecast of the next months, from known amounts, past averages and the given assumptions. Needs `cashflow:read`. */
  getCashflowForecast: { method: "get", path: "/api/cashflow/forecast" },
  /** Balance, averages, burn rate, runway and break-even date. Needs `cashflow:read`. */
  getCashflowMetrics: { method: "get", path: "/api/cashflow/metrics" },
  /** One client. Needs `clients:read`. */
  getClient: { method: "get", path: "/api/clients/{client_id}" },
  /** One document of a client. Needs `clients:read`. */
  getClientDocument: { method: "get", path: "/api/clients/{client_id}/documents/{document_id}" },
  /** Profit by client, growing and declining clients, and changes of recurring revenue. Needs `reports:read`. */
  getClientReport: { method: "get", path: "/api/reports/clients" },
  /** The company's settings. Needs `company:read`. */
  getCompany: { method: "get", path: "/api/company" },
  /** One exchange rate. Needs `exchange_rates:read`. */
  getExchangeRate: { method: "get", path: "/api/exchange-rates/{rate_id}" },
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
  /** Check that the process runs. Needs no login. */
  getLiveness: { method: "get", path: "/api/health/live" },
  /** Get my account and my permissions. Needs `account:read`. */
  getMe: { method: "get", path: "/api/auth/me" },
  /** Facts that a frontend needs before anybody is logged in. Needs no login. */
  getMeta: { method: "get", path: "/api/meta" },
  /** Metrics for Prometheus. Needs the token of the setting `METRICS_TOKEN`, not a user's; without that setting it is 404. */
  getMetrics: { method: "get", path: "/api/metrics" },
  /** One payment. Needs `payments:read`. */
  getPayment: { method: "get", path: "/api/payments/{payment_id}" },
  /** One project with its payment plan. Needs `projects:read`. */
  getProject: { method: "get", path: "/api/projects/{project_id}" },
  /** One document of a project. Needs `projects:read`. */
  getProjectDocument: { method: "get", path: "/api/projects/{project_id}/documents/{document_id}" },
  /** Check that the server can serve: the database is reachable and migrated, and the clocks agree. Needs no login. A 503 gives the reason in `code`: `database_unavailable`; `not_migrated`; `restore_unfinished`, a restore into this database was interrupted; `clock_skew`, this machine's clock is more than a minute from the database's, so that no scheduled job runs. */
  getReadiness: { method: "get", path: "/api/health/ready" },
  /** One recurring expense. Needs `expenses:read`. */
  getRecurringExpense: { method: "get", path: "/api/expenses/recurring/{recurring_id}" },
  /** One user. Needs `users:read`. */
  getUser: { method: "get", path: "/api/users/{user_id}" },
  /** List failed logins and refused requests, newest first. Kept for 90 days. Of an address that is refused more than 60 times a minute, the rest of a minute is one row.

Needs `audit:read`. */
  listAccessRefusals: { method: "get", path: "/api/audit/access" },
  /** List accrued expenses, with totals by category and by currency. Needs `expenses:read`. */
  listAccruedExpenses: { method: "get", path: "/api/expenses/accrued" },
  /** List changes of rows: who, when, before and after; newest first. Needs `audit:read`. */
  listAuditEntries: { method: "get", path: "/api/audit" },
  /** List the documents of a client. Needs `clients:read`. */
  listClientDocuments: { method: "get", path: "/api/clients/{client_id}/documents" },
  /** List clients. Needs `clients:read`. */
  listClients: { method: "get", path: "/api/clients" },
  /** List exchange rates, newest first. Needs `exchange_rates:read`. */
  listExchangeRates: { method: "get", path: "/api/exchange-rates" },
  /** List expenses, with the total of all matching ones. Needs `expenses:read`. */
  listExpenses: { method: "get", path: "/api/expenses" },
  /** List incomes, with the total of all matching ones. Needs `incomes:read`. */
  listIncomes: { method: "get", path: "/api/incomes" },
  /** List the runs of a job, newest first. Needs `jobs:read`. */
  listJobRuns: { method: "get", path: "/api/jobs/{name}/runs" },
  /** List the jobs with their next and last runs. Needs `jobs:read`. */
  listJobs: { method: "get", path: "/api/jobs" },
  /** List movements of cash, newest first, with balances. Needs `cashflow:read`. */
  listMovements: { method: "get", path: "/api/cashflow" },
  /** List overdue payments, oldest first. Needs `payments:read`. */
  listOverduePayments: { method: "get", path: "/api/payments/overdue" },
  /** List payments, with totals by status of all that match. Needs `payments:read`. */
  listPayments: { method: "get", path: "/api/payments" },
  /** List the documents of a project. Needs `projects:read`. */
  listProjectDocuments: { method: "get", path: "/api/projects/{project_id}/documents" },
  /** List projects. Needs `projects:read`. */
  listProjects: { method: "get", path: "/api/projects" },
  /** List recurring expenses, with the total of one occurrence of each. Needs `expenses:read`. */
  listRecurringExpenses: { method: "get", path: "/api/expenses/recurring" },
  /** List tasks, newest first. Needs `tasks:read`. */
  listTasks: { method: "get", path: "/api/tasks" },
  /** List unpaid payments due from today to `days` from now. Needs `payments:read`. */
  listUpcomingPayments: { method: "get", path: "/api/payments/upcoming" },
  /** List users. Needs `users:read`. */
  listUsers: { method: "get", path: "/api/users" },
  /** Open a session. Needs no login. */
  login: { method: "post", path: "/api/auth/login" },
  /** End the session and both its tokens. Needs `account:write`. */
  logout: { method: "post", path: "/api/auth/logout" },
  /** Mark an accrued expense as paid, once, with its receipt. Needs `expenses:write`. */
  payAccruedExpense: { method: "post", path: "/api/expenses/accrued/{accrued_id}/mark-as-paid", file: "receipt" },
  /** Preview the due dates of a recurring expense; nothing is stored. Needs `expenses:read`. */
  previewRecurringExpense: { method: "get", path: "/api/expenses/preview-recurring" },
  /** A new access token for a refresh token. Needs `account:read`. */
  refresh: { method: "post", path: "/api/auth/refresh" },
  /** Let a failed or cancelled task be tried again, with all its tries. Needs `tasks:write`. */
  retryTask: { method: "post", path: "/api/tasks/{task_id}/retry" },
  /** Change the fields of a client that are sent. Needs `clients:write`. */
  updateClient: { method: "put", path: "/api/clients/{client_id}" },
  /** Change the fields of the company that are sent. Needs `company:write`. */
  updateCompany: { method: "put", path: "/api/company" },
  /** Change the fields of an expense that are sent. A new receipt replaces the old one. Needs `expenses:write`. */
  updateExpense: { method: "put", path: "/api/expenses/{expense_id}", file: "receipt" },
  /** Change the fields of an income that are sent. A new receipt replaces the old one. Needs `incomes:write`. */
  updateIncome: { method: "put", path: "/api/incomes/{income_id}", file: "receipt" },
  /** Change the fields of a payment that are sent. Its status follows its dates. Needs `payments:write`. */
  updatePayment: { method: "put", path: "/api/payments/{payment_id}" },
  /** Change the fields of a project or of its plan that are sent. Future payments are generated again. Needs `projects:write`. */
  updateProject: { method: "put", path: "/api/projects/{project_id}" },
  /** Change the fields of a recurring expense that are sent. Accrued expenses stay as they are. Needs `expenses:write`. */
  updateRecurringExpense: { method: "put", path: "/api/expenses/recurring/{recurring_id}" },
  /** Change a user. Needs `users:write`. */
  updateUser: { method: "put", path: "/api/users/{user_id}" },
  /** Upload a file, whose path can then be sent as a `receipt_path`. Needs `files:write`. */
  uploadFile: { method: "post", path: "/api/upload", file: "file" },
} as const satisfies Record<keyof operations, Route>;
