// Written by `make client` from the API's document; do not edit.
import type { Routes } from "../route.js";

export const routes = {
  /** Cancel a waiting task. Needs `tasks:write`. */
  cancelTask: { method: "post", path: "/api/tasks/{task_id}/cancel" },
  /** Change my address; a link to verify the new one is mailed to it. Needs `account:write`. */
  changeEmail: { method: "post", path: "/api/auth/change-email" },
  /** Change my password; all my sessions end. Needs `account:write`. */
  changePassword: { method: "post", path: "/api/auth/change-password" },
  /** Close a month that is over, the next after the last closed one; the first time all months before it, too. 409 `period_not_ready` lists in `errors`, by code, what is undone.

Needs `periods:write`. */
  closePeriod: { method: "post", path: "/api/periods/{month}/close" },
  /** Switch two factors on by a code of the new secret; answers ten recovery codes. Needs `account:write`. */
  confirmTwoFactor: { method: "post", path: "/api/auth/2fa/confirm" },
  /** Convert an amount at the rate of a day, by default today. Needs `exchange_rates:read`. */
  convertAmount: { method: "get", path: "/api/exchange-rates/convert" },
  /** Make an API token with some of my permissions. The token is in this answer alone. It is sent as `Authorization: Bearer ...`, and can manage neither users, roles and accounts nor sessions and tokens.

Needs `account:write`. */
  createApiToken: { method: "post", path: "/api/auth/tokens" },
  /** Create a cash account. Its opening balance must not change the balances of a closed month. Needs `cash_accounts:write`. */
  createCashAccount: { method: "post", path: "/api/cash-accounts" },
  /** Carry money from one cash account to another; between two currencies with both amounts. Needs `cash_accounts:write`. */
  createCashTransfer: { method: "post", path: "/api/cash-accounts/transfers" },
  /** Get a nonce for one id token, valid for 10 minutes. Needs no login. */
  createGoogleNonce: { method: "post", path: "/api/auth/sso/google/nonce" },
  /** Create a role, with permissions that the caller has. Needs `roles:write`. */
  createRole: { method: "post", path: "/api/roles" },
  /** Create a user. Needs `users:write`. */
  createUser: { method: "post", path: "/api/users" },
  /** Have an address told of events: a POST for each, with a unique id in `X-Fresco-Delivery`. `events` are names such as `payment.paid`, `client.*` for all of an object, or `*`. The secret is in this answer alone. `X-Fresco-Signature: t=...,v1=...` has the time in seconds and, in hexadecimal, the HMAC-SHA256 by the secret of that time, a point and the body. Events of one object come in order. What is not answered with a status of success within ten seconds is tried again for 24 hours, with growing pauses.

Needs `webhooks:write`. */
  createWebhook: { method: "post", path: "/api/webhooks" },
  /** Revoke one of my API tokens. Needs `account:write`. */
  deleteApiToken: { method: "delete", path: "/api/auth/tokens/{token_id}" },
  /** Delete a cash account that nothing refers to. One in use may be set inactive instead. Needs `cash_accounts:write`. */
  deleteCashAccount: { method: "delete", path: "/api/cash-accounts/{account_id}" },
  /** Undo a transfer. Needs `cash_accounts:write`. */
  deleteCashTransfer: { method: "delete", path: "/api/cash-accounts/transfers/{transfer_id}" },
  /** Delete an exchange rate. Needs `exchange_rates:write`. */
  deleteExchangeRate: { method: "delete", path: "/api/exchange-rates/{rate_id}" },
  /** Delete a role that is not built in and that no user has. Needs `roles:write`. */
  deleteRole: { method: "delete", path: "/api/roles/{code}" },
  /** End one of my sessions; its tokens become invalid at once. Needs `account:write`. */
  deleteSession: { method: "delete", path: "/api/auth/sessions/{session_id}" },
  /** Delete a user; 409 `has_books` for one who has books. Needs `users:write`. */
  deleteUser: { method: "delete", path: "/api/users/{user_id}" },
  /** End all sessions of a user. Needs `users:write`. */
  deleteUserSessions: { method: "delete", path: "/api/users/{user_id}/sessions" },
  /** Delete a webhook and its deliveries. Needs `webhooks:write`. */
  deleteWebhook: { method: "delete", path: "/api/webhooks/{webhook_id}" },
  /** Switch my two factors off. Needs `account:write`. */
  disableTwoFactor: { method: "post", path: "/api/auth/2fa/disable" },
  /** Download a file, or a range of it. Needs `files:read` or `files:write`. */
  downloadFile: { method: "get", path: "/api/files/{file_id}" },
  /** Download a file by its stored path, such as that of a receipt. Needs `files:read` or `files:write`. */
  downloadFileByPath: { method: "get", path: "/api/files/{year}/{month}/{filename}" },
  /** Download the logo; no token is needed. Needs no login. */
  downloadLogo: { method: "get", path: "/api/company/logo" },
  /** Enter the price of a currency on a day, by default of a dollar in pesos; an existing one is replaced. Needs `exchange_rates:write`. */
  enterExchangeRate: { method: "post", path: "/api/exchange-rates" },
  /** Have my account erased with all that is only mine; all sessions end. Until the day that is answered, a login opens a session that can only look at the account, restore it (`POST /api/auth/restore`) or ask again; all else is 403 `being_erased`. 409 `transfer_ownership_first` names the shared books that would have no owner. An employee's account stays, and what is personal goes.

Needs `account:write`. */
  eraseOwnUser: { method: "delete", path: "/api/auth/user" },
  /** One of my API tokens. Needs `account:read`. */
  getApiToken: { method: "get", path: "/api/auth/tokens/{token_id}" },
  /** One cash account with its balance of today. Needs `cash_accounts:read`. */
  getCashAccount: { method: "get", path: "/api/cash-accounts/{account_id}" },
  /** One transfer. Needs `cash_accounts:read`. */
  getCashTransfer: { method: "get", path: "/api/cash-accounts/transfers/{transfer_id}" },
  /** Income and expenses of the trailing period by month, category and client. Needs `cashflow:read`. */
  getCashflowAnalysis: { method: "get", path: "/api/cashflow/analysis" },
  /** Forecast of the next months, from known amounts, past averages and the given assumptions. Needs `cashflow:read`. */
  getCashflowForecast: { method: "get", path: "/api/cashflow/forecast" },
  /** Balance, averages, burn rate, runway and break-even date. Needs `cashflow:read`. */
  getCashflowMetrics: { method: "get", path: "/api/cashflow/metrics" },
  /** The company's settings. Needs `company:read`. */
  getCompany: { method: "get", path: "/api/company" },
  /** One exchange rate. Needs `exchange_rates:read`. */
  getExchangeRate: { method: "get", path: "/api/exchange-rates/{rate_id}" },
  /** One import. Needs `imports:read`. */
  getImport: { method: "get", path: "/api/imports/{import_id}" },
  /** Check that the process runs. Needs no login. */
  getLiveness: { method: "get", path: "/api/health/live" },
  /** Get my account and my permissions. Needs `account:read`. */
  getMe: { method: "get", path: "/api/auth/me" },
  /** Facts that a frontend needs before anybody is logged in. Needs no login. */
  getMeta: { method: "get", path: "/api/meta" },
  /** Metrics for Prometheus. Needs the token of the setting `METRICS_TOKEN`, not a user's; without that setting it is 404. */
  getMetrics: { method: "get", path: "/api/metrics" },
  /** Get by which channels I get each kind of notification. Needs `account:read`. */
  getNotificationSettings: { method: "get", path: "/api/notifications/settings" },
  /** Get my account and my permissions as `/api/auth/me` does, and the fields that suites add. Needs `account:read`. */
  getOwnUser: { method: "get", path: "/api/auth/user" },
  /** One party. Needs `parties:read`. */
  getParty: { method: "get", path: "/api/parties/{party_id}" },
  /** Check that the server can serve: the database is reachable and migrated, and the clocks agree. Needs no login. A 503 gives the reason in `code`: `database_unavailable`; `not_migrated`; `restore_unfinished`, a restore into this database was interrupted; `clock_skew`, this machine's clock is more than a minute from the database's, so that no scheduled job runs. */
  getReadiness: { method: "get", path: "/api/health/ready" },
  /** One role. Needs `roles:read`. */
  getRole: { method: "get", path: "/api/roles/{code}" },
  /** One user. Needs `users:read`. */
  getUser: { method: "get", path: "/api/users/{user_id}" },
  /** The rows to which the permissions of a user are limited. Needs `users:read`. */
  getUserScopes: { method: "get", path: "/api/users/{user_id}/scopes" },
  /** One webhook, without its secret. Needs `webhooks:read`. */
  getWebhook: { method: "get", path: "/api/webhooks/{webhook_id}" },
  /** Invite somebody to register; the invitation is mailed, lasts 7 days, and ends an older one. Needs `users:write`. */
  invite: { method: "post", path: "/api/auth/invitations" },
  /** Link an account, by which I may sign in from now on. Needs `account:write`. */
  linkGoogle: { method: "post", path: "/api/auth/sso/google/link" },
  /** List failed logins and refused requests, newest first. Kept for 90 days. Of an address that is refused more than 60 times a minute, the rest of a minute is one row.

Needs `audit:read`. */
  listAccessRefusals: { method: "get", path: "/api/audit/access" },
  /** List my API tokens, by default the newest first. Needs `account:read`. */
  listApiTokens: { method: "get", path: "/api/auth/tokens" },
  /** List changes of rows: who, when, before and after; newest first. Clients are parties: `table=clients` lists the changes of their rows in `parties`, too.

Needs `audit:read`. */
  listAuditEntries: { method: "get", path: "/api/audit" },
  /** List the cash accounts, with their balances of today or of another day. Needs `cash_accounts:read`. */
  listCashAccounts: { method: "get", path: "/api/cash-accounts" },
  /** List transfers between cash accounts. Needs `cash_accounts:read`. */
  listCashTransfers: { method: "get", path: "/api/cash-accounts/transfers" },
  /** List the deliveries of a webhook, newest first. Needs `webhooks:read`. */
  listDeliveries: { method: "get", path: "/api/webhooks/{webhook_id}/deliveries" },
  /** List exchange rates, newest first. Needs `exchange_rates:read`. */
  listExchangeRates: { method: "get", path: "/api/exchange-rates" },
  /** List imports, newest first; failed ones too. Needs `imports:read`. */
  listImports: { method: "get", path: "/api/imports" },
  /** List the runs of a job, newest first. Needs `jobs:read`. */
  listJobRuns: { method: "get", path: "/api/jobs/{name}/runs" },
  /** List the jobs with their next and last runs. Needs `jobs:read`. */
  listJobs: { method: "get", path: "/api/jobs" },
  /** List movements of cash, newest first, with balances. Needs `cashflow:read`. */
  listMovements: { method: "get", path: "/api/cashflow" },
  /** List my notifications, of one suite or of all, unread ones first, then newest first. Needs `account:read`. */
  listNotifications: { method: "get", path: "/api/notifications" },
  /** List the parties that the caller may read one of the roles of. Needs `parties:read`. */
  listParties: { method: "get", path: "/api/parties" },
  /** List the months up to this one, newest first: which are closed, since when and by whom. Needs `periods:read`. */
  listPeriods: { method: "get", path: "/api/periods" },
  /** List the permissions that a role may give. Needs `roles:read`. */
  listPermissions: { method: "get", path: "/api/permissions" },
  /** List roles. Needs `roles:read`. */
  listRoles: { method: "get", path: "/api/roles" },
  /** List my open sessions, by default the last used one first. Needs `account:read`. */
  listSessions: { method: "get", path: "/api/auth/sessions" },
  /** List tasks, newest first. Needs `tasks:read`. */
  listTasks: { method: "get", path: "/api/tasks" },
  /** List users. Needs `users:read`. */
  listUsers: { method: "get", path: "/api/users" },
  /** List webhooks, without their secrets. Needs `webhooks:read`. */
  listWebhooks: { method: "get", path: "/api/webhooks" },
  /** Open a session, or ask for the second factor. A user with two factors gets no tokens here but a `two_factor_token`, to be sent to `/api/auth/login/2fa`.

Needs no login. */
  login: { method: "post", path: "/api/auth/login" },
  /** Open the session of a login that waits for its second factor. The token counts once, for five minutes and five codes; a code counts once.

Needs no login. */
  loginTwoFactor: { method: "post", path: "/api/auth/login/2fa" },
  /** Open a session for the user who has linked this account, or ask for the second factor, as a login does. Needs no login. */
  loginWithGoogle: { method: "post", path: "/api/auth/sso/google" },
  /** End the session and both its tokens. Needs `account:write`. */
  logout: { method: "post", path: "/api/auth/logout" },
  /** Mark all my notifications as read. Needs `account:write`. */
  markAllNotificationsRead: { method: "post", path: "/api/notifications/read-all" },
  /** A new access token and the next refresh token, for a refresh token. The one that was sent stays good until the next one has been used; sent again more than 30 seconds after that, it ends the session (401 `refresh_reused`).

Needs `account:read`. */
  refresh: { method: "post", path: "/api/auth/refresh" },
  /** Make an account of one's own with the role `person`, and open a session. `GET /api/meta` says whether that is open to all, by invitation only, or closed (403 `registration_closed`). With `REGISTRATION_QUIET` the answer is always 202 with a `message`, opens no session and does not say whether the user name or the address was taken: mails do.

Needs no login. */
  register: { method: "post", path: "/api/auth/register" },
  /** Remove the second factor of a user, who lost it; 409 `owned_account` for another's who has books. Needs `users:write`. */
  removeTwoFactor: { method: "delete", path: "/api/users/{user_id}/2fa" },
  /** Make new recovery codes; those of before are void. Needs `account:write`. */
  renewRecoveryCodes: { method: "post", path: "/api/auth/2fa/recovery-codes" },
  /** Open the last closed month again, for a reason that is kept. Needs `periods:write`. */
  reopenPeriod: { method: "post", path: "/api/periods/{month}/reopen" },
  /** Have a link mailed by which a new password can be set. The answer is the same whether there is such an account or not.

Needs no login. */
  requestPasswordReset: { method: "post", path: "/api/auth/forgot-password" },
  /** Send a delivery that ended once more, with the same unique id. Needs `webhooks:write`. */
  resendWebhookDelivery: { method: "post", path: "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/resend" },
  /** Set a new password by the token of a mailed link; all sessions of the user end. A token that is wrong, used, replaced or older than 30 minutes is 400 `token_invalid`.

Needs no login. */
  resetPassword: { method: "post", path: "/api/auth/reset-password" },
  /** Take back that my account is to be erased. Needs `account:write`. */
  restoreOwnUser: { method: "post", path: "/api/auth/restore" },
  /** Let a failed or cancelled task be tried again, with all its tries. Needs `tasks:write`. */
  retryTask: { method: "post", path: "/api/tasks/{task_id}/retry" },
  /** Have a link mailed to a user, at the verified address, by which a new password can be set. Needs `users:write`. */
  sendReset: { method: "post", path: "/api/users/{user_id}/send-reset" },
  /** Have a link mailed that verifies my address. Needs `account:write`. */
  sendVerification: { method: "post", path: "/api/auth/send-verification" },
  /** Make a secret for an authenticator; a code of it has to confirm it. Needs `account:write`. */
  setUpTwoFactor: { method: "post", path: "/api/auth/2fa/setup" },
  /** Take back the records of an import that nobody changed or uses since; dismiss a failed one. Needs `imports:write`. */
  undoImport: { method: "delete", path: "/api/imports/{import_id}" },
  /** Remove the link to my account. Needs `account:write`. */
  unlinkGoogle: { method: "delete", path: "/api/auth/sso/google/link" },
  /** Change the fields of a cash account that are sent; one in use keeps its currency. Needs `cash_accounts:write`. */
  updateCashAccount: { method: "put", path: "/api/cash-accounts/{account_id}" },
  /** Change the fields of the company that are sent. Needs `company:write`. */
  updateCompany: { method: "put", path: "/api/company" },
  /** Mark one of my notifications as read or unread. Needs `account:write`. */
  updateNotification: { method: "patch", path: "/api/notifications/{notification_id}" },
  /** Choose the channels of the kinds that are sent; sign-ins from new devices can't be switched off. Needs `account:write`. */
  updateNotificationSettings: { method: "put", path: "/api/notifications/settings" },
  /** Change my user name, my full name, and what suites keep of me; the e-mail has an address of its own. Needs `account:write`. */
  updateOwnUser: { method: "put", path: "/api/auth/user" },
  /** Change the fields of a party that are sent; its document is unique by country, type and number. A number is checked where its type has a rule. Without a country, it is the company's.

Needs `parties:write`. */
  updateParty: { method: "put", path: "/api/parties/{party_id}" },
  /** Change the fields of a role that are sent; its users have the new permissions at once. A caller can add only permissions that they have. The code never changes, and nothing of the role `admin`.

Needs `roles:write`. */
  updateRole: { method: "put", path: "/api/roles/{code}" },
  /** Change a user; 409 `owned_account` for the password or e-mail of another who has books. Needs `users:write`. */
  updateUser: { method: "put", path: "/api/users/{user_id}" },
  /** Replace all of them; only rows within the caller's own scope can be given. Needs `users:write`. */
  updateUserScopes: { method: "put", path: "/api/users/{user_id}/scopes" },
  /** Change the fields of a webhook that are sent. One that is not active gets no new events. Needs `webhooks:write`. */
  updateWebhook: { method: "put", path: "/api/webhooks/{webhook_id}" },
  /** Upload a file, whose path can then be sent as a `receipt_path`. Needs `files:write`. */
  uploadFile: { method: "post", path: "/api/upload", file: "file" },
  /** Verify the address to which a link was mailed. Needs no login. */
  verifyEmail: { method: "post", path: "/api/auth/verify-email" },
} as const satisfies Routes;
