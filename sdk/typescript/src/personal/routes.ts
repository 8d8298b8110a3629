// Written by `make client` from the API's document; do not edit.
import type { Routes } from "../route.js";

export const routes = {
  /** Join the book of an invitation for my e-mail address. Needs `personal:write`. */
  acceptBookInvitation: { method: "post", path: "/api/personal/invitations/{token}/accept" },
  /** Add somebody who shares a book with me already, as the owner of both; all others are invited. Needs `personal:write`. */
  addBookMember: { method: "post", path: "/api/personal/books/{book_id}/members" },
  /** Attach a file to a transaction, as a receipt. Needs `personal:write`. */
  addTransactionAttachment: { method: "post", path: "/api/personal/transactions/{transaction_id}/attachments", file: "file" },
  /** Make monthly budgets from a month on, or assign its money in a book of envelopes. The built-in ones are `50-30-20`, `zero-based-starter` and `from-history`.

Needs `personal:write`. */
  applyBudgetTemplate: { method: "post", path: "/api/personal/budget-templates/{template_id}/apply" },
  /** Apply a rule to the transactions that are there, since a day; `change_set` undoes that. Needs `personal:write`. */
  applyPersonalRule: { method: "post", path: "/api/personal/rules/{rule_id}/apply" },
  /** Assign by the targets; those that can't be met are in `errors`, and the others are applied. Needs `personal:write`. */
  applyTargets: { method: "post", path: "/api/personal/envelopes/{month}/apply-targets" },
  /** Assign money to categories and cards, and hold some for the next month: all of the list, or nothing. Assigning more than there is, is not refused: `free` is below zero then.

Needs `personal:write`. */
  assignEnvelopes: { method: "put", path: "/api/personal/envelopes/{month}" },
  /** Decide on rows of a preview: to import or to skip them, the entry that one confirms, their category. Needs `personal:write`. */
  changeStatementLines: { method: "patch", path: "/api/personal/imports/{import_id}/lines" },
  /** Change or delete up to 5,000 transactions at once; `POST /changes/{id}/undo` takes it back. What does not fit one transaction, as a category of the other type, leaves that one as it is and is listed.

Needs `personal:write`. */
  changeTransactions: { method: "post", path: "/api/personal/transactions/bulk" },
  /** End a month: sources give back what is left in them, overspent envelopes are filled, sinks share the rest. Sources are categories with a target `source`, sinks those with a target `remainder`, by its weight.

Needs `personal:write`. */
  closeEnvelopes: { method: "post", path: "/api/personal/envelopes/{month}/close" },
  /** Put money aside for a goal, or take it back; with an account it is a transfer to the goal's own account. Needs `personal:write`. */
  contributeToGoal: { method: "post", path: "/api/personal/goals/{goal_id}/contribute" },
  /** Assign as in another month: `fill` raises and never lowers, `overwrite` replaces all. Needs `personal:write`. */
  copyEnvelopes: { method: "post", path: "/api/personal/envelopes/{month}/copy" },
  /** Move to an overspent envelope the money that it lacks; 409 `nothing_to_cover` if it lacks none. Needs `personal:write`. */
  coverEnvelope: { method: "post", path: "/api/personal/envelopes/{month}/cover" },
  /** Enter the value of an account at the end of a day; the difference is neither income nor expense. Needs `personal:write`. */
  createAccountValuation: { method: "post", path: "/api/personal/accounts/{account_id}/valuations" },
  /** Make a book, whose owner I am; with defaults, unless `with_defaults` is false. Needs `personal:write`. */
  createBook: { method: "post", path: "/api/personal/books" },
  /** Make a budget of categories with all below them, or of all expenses if it names none. Needs `personal:write`. */
  createBudget: { method: "post", path: "/api/personal/budgets" },
  /** Make a template of amounts, and of shares of the income, by category. Needs `personal:write`. */
  createBudgetTemplate: { method: "post", path: "/api/personal/budget-templates" },
  /** Move money between two of my books: an expense in one, an income in the other; each shows only its own. Needs `personal:write`. */
  createContribution: { method: "post", path: "/api/personal/contributions" },
  /** Make a goal, which follows its contributions, an account, a category or a debt. Needs `personal:write`. */
  createGoal: { method: "post", path: "/api/personal/goals" },
  /** Make a payee; no other is known by its name or one of its aliases. Needs `personal:write`. */
  createPayee: { method: "post", path: "/api/personal/payees" },
  /** Open an account; without an opening date it always was. Needs `personal:write`. */
  createPersonalAccount: { method: "post", path: "/api/personal/accounts" },
  /** Make a category, at the top or under another one of its type; the tree has at most four levels. Needs `personal:write`. */
  createPersonalCategory: { method: "post", path: "/api/personal/categories" },
  /** Make a rule, after all others unless its position is given. It applies to what is imported from now on. Needs `personal:write`. */
  createPersonalRule: { method: "post", path: "/api/personal/rules" },
  /** Begin to compare an account with a statement; 409 `reconciliation_open` while another one is open. Needs `personal:write`. */
  createReconciliation: { method: "post", path: "/api/personal/accounts/{account_id}/reconciliations" },
  /** Make a recurring transaction; one that starts in the past begins there, and is made up for every hour. Needs `personal:write`. */
  createRecurring: { method: "post", path: "/api/personal/recurring" },
  /** Save a report with its parameters under a name. Needs `personal:write`. */
  createSavedReport: { method: "post", path: "/api/personal/reports/saved" },
  /** Let the owner of an address read the monthly totals of one of my books. Where mail is sent (SMTP_HOST), once the address is verified.

Needs `personal:write`. */
  createSummaryShare: { method: "post", path: "/api/personal/privacy/shares" },
  /** Make a target of a category; nothing is assigned until the targets are applied to a month. Needs `personal:write`. */
  createTarget: { method: "post", path: "/api/personal/targets" },
  /** Enter a transaction, without an account in the first that is open. One of a day before its account begins is 400 `before_opening`; with `move_opening` the account begins earlier, and its balance of today stays.

Needs `personal:write`. */
  createTransaction: { method: "post", path: "/api/personal/transactions" },
  /** Delete a book with all that is in it, as its owner. Needs `personal:write`. */
  deleteBook: { method: "delete", path: "/api/personal/books/{book_id}" },
  /** Withdraw an invitation, as an owner of the book. Needs `personal:write`. */
  deleteBookInvitation: { method: "delete", path: "/api/personal/books/{book_id}/invitations/{invitation_id}" },
  /** Remove a member, as an owner, or leave the book myself; 409 `transfer_ownership_first` for the last owner. What the member made stays, and no longer names them.

Needs `personal:write`. */
  deleteBookMember: { method: "delete", path: "/api/personal/books/{book_id}/members/{member_id}" },
  /** Delete one of a book's own rates; then the common ones apply. Needs `personal:write`. */
  deleteBookRate: { method: "delete", path: "/api/personal/rates/{rate_id}" },
  /** Delete a budget with its history; transactions stay as they are. Needs `personal:write`. */
  deleteBudget: { method: "delete", path: "/api/personal/budgets/{budget_id}" },
  /** Delete a template of a book; what was made of it stays. Needs `personal:write`. */
  deleteBudgetTemplate: { method: "delete", path: "/api/personal/budget-templates/{template_id}" },
  /** Delete a goal with its contributions; transfers that were made for it stay. Needs `personal:write`. */
  deleteGoal: { method: "delete", path: "/api/personal/goals/{goal_id}" },
  /** Delete a contribution with the transfer that it made. Needs `personal:write`. */
  deleteGoalContribution: { method: "delete", path: "/api/personal/goals/{goal_id}/contributions/{contribution_id}" },
  /** Forget it. Needs `personal:write`. */
  deleteImportMapping: { method: "delete", path: "/api/personal/import-mappings/{mapping_id}" },
  /** Delete a payee that nothing names; one that is used is merged or hidden. Needs `personal:write`. */
  deletePayee: { method: "delete", path: "/api/personal/payees/{payee_id}" },
  /** Delete an account without transactions; 409 `has_transactions` for others, which are closed instead. Needs `personal:write`. */
  deletePersonalAccount: { method: "delete", path: "/api/personal/accounts/{account_id}" },
  /** Delete an archive of mine before its time; the next request makes another. Needs `personal:write`. */
  deletePersonalArchive: { method: "delete", path: "/api/personal/privacy/export/{archive_id}" },
  /** Delete a category, or archive it: by default one that has been used is archived. With `move_to` all that is of it goes to another category, or to none, and then it is deleted.

Needs `personal:write`. */
  deletePersonalCategory: { method: "delete", path: "/api/personal/categories/{category_id}" },
  /** Delete a rule; what it did stays. Needs `personal:write`. */
  deletePersonalRule: { method: "delete", path: "/api/personal/rules/{rule_id}" },
  /** Delete the open comparison of an account, or the last one, whose transactions are unlocked. Needs `personal:write`. */
  deleteReconciliation: { method: "delete", path: "/api/personal/accounts/{account_id}/reconciliations/{reconciliation_id}" },
  /** Delete a recurring transaction; the transactions that it made stay. Needs `personal:write`. */
  deleteRecurring: { method: "delete", path: "/api/personal/recurring/{recurring_id}" },
  /** Delete a saved report. Needs `personal:write`. */
  deleteSavedReport: { method: "delete", path: "/api/personal/reports/saved/{saved_id}" },
  /** End a share that I gave or received. Needs `personal:write`. */
  deleteSummaryShare: { method: "delete", path: "/api/personal/privacy/shares/{share_id}" },
  /** Delete a target; what it has assigned stays. Needs `personal:write`. */
  deleteTarget: { method: "delete", path: "/api/personal/targets/{target_id}" },
  /** Delete a transaction; of a transfer both sides go. Needs `personal:write`. */
  deleteTransaction: { method: "delete", path: "/api/personal/transactions/{transaction_id}" },
  /** Delete a file of a transaction. Needs `personal:write`. */
  deleteTransactionAttachment: { method: "delete", path: "/api/personal/transactions/{transaction_id}/attachments/{attachment_id}" },
  /** All of a book as a file: CSV, XLSX, JSON, a statement as PDF, OFX, QIF, or plain-text accounting. Needs `personal:read`. */
  downloadBook: { method: "get", path: "/api/personal/export" },
  /** Download a ZIP file of everything that is kept of me: the account with its sessions, my books with files. The history of a book is in it for its owners. Of many rows (`ARCHIVE_ROWS`, by default 200,000) each book has an archive of its own, which is made beside requests: the answer is 202 with their links, at any later request, too. A notification tells when one is ready; it can be downloaded for 7 days, by me alone.

Needs `personal:read`. */
  downloadPersonalArchive: { method: "get", path: "/api/personal/privacy/export" },
  /** Enter a copy of a transaction, by default of today. Needs `personal:write`. */
  duplicateTransaction: { method: "post", path: "/api/personal/transactions/{transaction_id}/duplicate" },
  /** Enter a price of a currency on a day; it wins over the common rates from that day on. Needs `personal:write`. */
  enterBookRate: { method: "post", path: "/api/personal/rates" },
  /** One of my books. Needs `personal:read`. */
  getBook: { method: "get", path: "/api/personal/books/{book_id}" },
  /** One member of one of my books. Needs `personal:read`. */
  getBookMember: { method: "get", path: "/api/personal/books/{book_id}/members/{member_id}" },
  /** One of a book's own rates. Needs `personal:read`. */
  getBookRate: { method: "get", path: "/api/personal/rates/{rate_id}" },
  /** One budget with its last twelve periods, and spending of the current one by category. Needs `personal:read`. */
  getBudget: { method: "get", path: "/api/personal/budgets/{budget_id}" },
  /** A plan that pays off all debts of a book: minimum payments, and all else by a strategy. Needs `personal:read`. */
  getDebtPlan: { method: "get", path: "/api/personal/debts/plan" },
  /** The envelopes of a month of the book: money to assign, categories, and payments of cards. Needs `personal:read`. */
  getEnvelopes: { method: "get", path: "/api/personal/envelopes/{month}" },
  /** One goal with its progress. Needs `personal:read`. */
  getGoal: { method: "get", path: "/api/personal/goals/{goal_id}" },
  /** Something that is remembered of files. Needs `personal:read`. */
  getImportMapping: { method: "get", path: "/api/personal/import-mappings/{mapping_id}" },
  /** One payee with its use. Needs `personal:read`. */
  getPayee: { method: "get", path: "/api/personal/payees/{payee_id}" },
  /** One account with its balance of today. Needs `personal:read`. */
  getPersonalAccount: { method: "get", path: "/api/personal/accounts/{account_id}" },
  /** Money that accounts gained and lost in each month, with their balance before and after. Needs `personal:read`. */
  getPersonalCashFlow: { method: "get", path: "/api/personal/reports/cash-flow" },
  /** One category with its use. Needs `personal:read`. */
  getPersonalCategory: { method: "get", path: "/api/personal/categories/{category_id}" },
  /** Shares of categories over a range of days, by default the current month, with the range before. Needs `personal:read`. */
  getPersonalCategoryReport: { method: "get", path: "/api/personal/reports/category" },
  /** Balances of the days ahead by account, with what is known to come and the first days of a shortfall. Needs `personal:read`. */
  getPersonalForecast: { method: "get", path: "/api/personal/reports/forecast" },
  /** Assets less liabilities at the end of each month of a range, and on its last day, at the rates of the day. Needs `personal:read`. */
  getPersonalNetWorth: { method: "get", path: "/api/personal/reports/net-worth" },
  /** One rule. Needs `personal:read`. */
  getPersonalRule: { method: "get", path: "/api/personal/rules/{rule_id}" },
  /** Results of a period or of days, by default the current month, net worth, and how it came to change. Needs `personal:read`. */
  getPersonalSummary: { method: "get", path: "/api/personal/reports/summary" },
  /** Slope, season and forecast of spending, of income, or of a category, from complete months. Needs `personal:read`. */
  getPersonalTrends: { method: "get", path: "/api/personal/reports/trends" },
  /** Get the purposes for which my data is processed, on which ground, for how long, and my consents. Needs `personal:read`. */
  getProcessing: { method: "get", path: "/api/personal/privacy/processing" },
  /** One comparison with the transactions that the statement shows. Needs `personal:read`. */
  getReconciliation: { method: "get", path: "/api/personal/accounts/{account_id}/reconciliations/{reconciliation_id}" },
  /** One recurring transaction with its next twelve dates and what it costs in a year. Needs `personal:read`. */
  getRecurring: { method: "get", path: "/api/personal/recurring/{recurring_id}" },
  /** One saved report. Needs `personal:read`. */
  getSavedReport: { method: "get", path: "/api/personal/reports/saved/{saved_id}" },
  /** Answer of a saved report as its own address gives it; of a list all rows, in `items`. Needs `personal:read`. */
  getSavedReportRun: { method: "get", path: "/api/personal/reports/saved/{saved_id}/run" },
  /** One import. Needs `personal:read`. */
  getStatementImport: { method: "get", path: "/api/personal/imports/{import_id}" },
  /** One target. Needs `personal:read`. */
  getTarget: { method: "get", path: "/api/personal/targets/{target_id}" },
  /** One transaction with its splits. Needs `personal:read`. */
  getTransaction: { method: "get", path: "/api/personal/transactions/{transaction_id}" },
  /** One file of a transaction. Needs `personal:read`. */
  getTransactionAttachment: { method: "get", path: "/api/personal/transactions/{transaction_id}/attachments/{attachment_id}" },
  /** Import a statement of a bank (CSV, OFX, QIF, CAMT), or keep it as a preview. A JSON export of a book replaces what a book without transactions has by default: `account_id` is not needed, and only an owner may do it.

Needs `personal:write`. */
  importStatement: { method: "post", path: "/api/personal/import", file: "file" },
  /** Bring the rows of a preview into the book, as was decided on them. Needs `personal:write`. */
  importStatementPreview: { method: "post", path: "/api/personal/imports/{import_id}/commit" },
  /** Invite an e-mail address into a book, as its owner; the token lasts 7 days, and ends an older one. The owner sends the token on; only a user with that address can accept it.

Needs `personal:write`. */
  inviteIntoBook: { method: "post", path: "/api/personal/books/{book_id}/invitations" },
  /** List the values that were entered of an account, the newest first. Needs `personal:read`. */
  listAccountValuations: { method: "get", path: "/api/personal/accounts/{account_id}/valuations" },
  /** List the changes in a book, as its owner: who, when, before and after; newest first. Needs `personal:read`. */
  listBookAudit: { method: "get", path: "/api/personal/books/{book_id}/audit" },
  /** List the invitations into a book that wait, as its owner. Needs `personal:read`. */
  listBookInvitations: { method: "get", path: "/api/personal/books/{book_id}/invitations" },
  /** List the members of one of my books. Needs `personal:read`. */
  listBookMembers: { method: "get", path: "/api/personal/books/{book_id}/members" },
  /** List a book's own exchange rates, the newest first. Needs `personal:read`. */
  listBookRates: { method: "get", path: "/api/personal/rates" },
  /** List my books; the first, in the order in which they came, is the default of `book_id` elsewhere. Needs `personal:read`. */
  listBooks: { method: "get", path: "/api/personal/books" },
  /** List the built-in templates, then those of a book. Needs `personal:read`. */
  listBudgetTemplates: { method: "get", path: "/api/personal/budget-templates" },
  /** List the budgets of a book, each with its period of a day, by default today, and the sums of all. Needs `personal:read`. */
  listBudgets: { method: "get", path: "/api/personal/budgets" },
  /** List the changes of many transactions at once, the newest first. Needs `personal:read`. */
  listChangeSets: { method: "get", path: "/api/personal/changes" },
  /** List the contributions to a goal, the newest first. Needs `personal:read`. */
  listGoalContributions: { method: "get", path: "/api/personal/goals/{goal_id}/contributions" },
  /** List the goals of a book with their progress, by priority. Needs `personal:read`. */
  listGoals: { method: "get", path: "/api/personal/goals" },
  /** List what is remembered of files, the newest first. Needs `personal:read`. */
  listImportMappings: { method: "get", path: "/api/personal/import-mappings" },
  /** List what is worth knowing of a book as it is now, the newest first. Needs `personal:read`. */
  listInsights: { method: "get", path: "/api/personal/insights" },
  /** List the payees of a book with their use, hidden ones only with `include_hidden`. Needs `personal:read`. */
  listPayees: { method: "get", path: "/api/personal/payees" },
  /** List the open accounts of a book with their balances at the end of a day, by default today. What is dated in the future is not in the balance of today.

Needs `personal:read`. */
  listPersonalAccounts: { method: "get", path: "/api/personal/accounts" },
  /** List the categories of a book with their use, archived ones only with `include_archived`. Needs `personal:read`. */
  listPersonalCategories: { method: "get", path: "/api/personal/categories" },
  /** Income, expenses and categories of months, each with the change since the month before. Needs `personal:read`. */
  listPersonalMonths: { method: "get", path: "/api/personal/reports/monthly" },
  /** Income and spending by payee, by default of the current month. Needs `personal:read`. */
  listPersonalPayeeFigures: { method: "get", path: "/api/personal/reports/payees" },
  /** List rules that would repeat what people do by hand: three times and more, and nearly always. Needs `personal:read`. */
  listPersonalRuleSuggestions: { method: "get", path: "/api/personal/rules/suggestions" },
  /** List the rules of a book by their positions; those of `pre` apply before those of `normal` and `post`. Needs `personal:read`. */
  listPersonalRules: { method: "get", path: "/api/personal/rules" },
  /** Income and spending by tag, by default of the current month; what has several tags counts for each. Needs `personal:read`. */
  listPersonalTagFigures: { method: "get", path: "/api/personal/reports/tags" },
  /** List the comparisons of an account with statements, the newest first. Needs `personal:read`. */
  listReconciliations: { method: "get", path: "/api/personal/accounts/{account_id}/reconciliations" },
  /** List the recurring transactions of a book with their next dates, those that are due first first. Needs `personal:read`. */
  listRecurring: { method: "get", path: "/api/personal/recurring" },
  /** List the saved reports of a book. Needs `personal:read`. */
  listSavedReports: { method: "get", path: "/api/personal/reports/saved" },
  /** Monthly totals by top category of a book that somebody shares with me, by default of twelve months. Needs `personal:read`. */
  listSharedMonths: { method: "get", path: "/api/personal/shared/{share_id}/months" },
  /** List imports, the newest first; previews too. Needs `personal:read`. */
  listStatementImports: { method: "get", path: "/api/personal/imports" },
  /** List the rows of an import, in the order of the file. Needs `personal:read`. */
  listStatementLines: { method: "get", path: "/api/personal/imports/{import_id}/lines" },
  /** List charges that recur, with the history of their prices, by name. Needs `personal:read`. */
  listSubscriptions: { method: "get", path: "/api/personal/subscriptions" },
  /** List the shares of my books, and those that I received. Needs `personal:read`. */
  listSummaryShares: { method: "get", path: "/api/personal/privacy/shares" },
  /** List the tags of a book with their use. Needs `personal:read`. */
  listTags: { method: "get", path: "/api/personal/tags" },
  /** List the targets of a book, or those of a category. Needs `personal:read`. */
  listTargets: { method: "get", path: "/api/personal/targets" },
  /** List the files of a transaction; those who are in the book download them by `file_url`. Needs `personal:read`. */
  listTransactionAttachments: { method: "get", path: "/api/personal/transactions/{transaction_id}/attachments" },
  /** List the transactions of a book, with the totals of all that match. With one account, in the order of days, each has the balance of the account after it.

Needs `personal:read`. */
  listTransactions: { method: "get", path: "/api/personal/transactions" },
  /** List entries that may be the two sides of a transfer, of the last 90 days unless days are given. Needs `personal:read`. */
  listTransferSuggestions: { method: "get", path: "/api/personal/transfers/suggestions" },
  /** List the occurrences of all recurring transactions that are still to come, by default of thirty days. Needs `personal:read`. */
  listUpcoming: { method: "get", path: "/api/personal/recurring/upcoming" },
  /** Give another payee all that names this one, with its names as aliases, and delete this one. Needs `personal:write`. */
  mergePayee: { method: "post", path: "/api/personal/payees/{payee_id}/merge" },
  /** Put an expense and an income of two accounts together as one transfer. Needs `personal:write`. */
  mergeTransfer: { method: "post", path: "/api/personal/transfers/match" },
  /** Move money from one envelope to another; null is the money that is not assigned. Needs `personal:write`. */
  moveBetweenEnvelopes: { method: "post", path: "/api/personal/envelopes/{month}/move" },
  /** Enter nothing until it is resumed. Needs `personal:write`. */
  pauseRecurring: { method: "post", path: "/api/personal/recurring/{recurring_id}/pause" },
  /** Enter the next occurrence now: on its own day, or today if that is later. Needs `personal:write`. */
  postRecurring: { method: "post", path: "/api/personal/recurring/{recurring_id}/post" },
  /** The plan as GET shows it, with its parameters in the body; nothing is stored. Needs `personal:write`. */
  previewDebtPlan: { method: "post", path: "/api/personal/debts/plan" },
  /** Try a rule, which is not stored, on the transactions since a day; nothing changes. Needs `personal:write`. */
  previewPersonalRule: { method: "post", path: "/api/personal/rules/preview" },
  /** Enter the refund of an expense, in its category. Needs `personal:write`. */
  refundTransaction: { method: "post", path: "/api/personal/transactions/{transaction_id}/refund" },
  /** Rename a tag in all transactions and splits of a book; if the new name is another tag, both become one. Needs `personal:write`. */
  renameTag: { method: "put", path: "/api/personal/tags/{name}" },
  /** Go on; what fell due in the pause is not made up for. Needs `personal:write`. */
  resumeRecurring: { method: "post", path: "/api/personal/recurring/{recurring_id}/resume" },
  /** Leave out the next occurrence, or that of a day. Needs `personal:write`. */
  skipRecurring: { method: "post", path: "/api/personal/recurring/{recurring_id}/skip" },
  /** Split a transaction into parts that add up to its amount. Needs `personal:write`. */
  splitTransaction: { method: "post", path: "/api/personal/transactions/{transaction_id}/split" },
  /** Part a transfer into the two entries that it was; they are not proposed again. Needs `personal:write`. */
  splitTransfer: { method: "delete", path: "/api/personal/transfers/{transaction_id}/match" },
  /** Undo a change; 409 `changed_since`, with the transactions, if one was changed or deleted since. Needs `personal:write`. */
  undoChangeSet: { method: "post", path: "/api/personal/changes/{change_set_id}/undo" },
  /** Take an import back; entries that were changed since stay, unless it is forced. Needs `personal:write`. */
  undoStatementImport: { method: "delete", path: "/api/personal/imports/{import_id}" },
  /** Change a book, as its owner. The currency is the one in which it reports: what is in the book keeps its own.

Needs `personal:write`. */
  updateBook: { method: "put", path: "/api/personal/books/{book_id}" },
  /** Give a member another role, as an owner; 409 `transfer_ownership_first` for the last owner. Needs `personal:write`. */
  updateBookMember: { method: "put", path: "/api/personal/books/{book_id}/members/{member_id}" },
  /** Change the fields of a budget that are sent. Another amount is that of the current period and all after it; with `apply` of the next ones, or of all.

Needs `personal:write`. */
  updateBudget: { method: "put", path: "/api/personal/budgets/{budget_id}" },
  /** Give consents by purpose, or take them back; each is kept with its time and the version of the text. Needs `personal:write`. */
  updateConsents: { method: "put", path: "/api/personal/privacy/consents" },
  /** Change the fields of a goal that are sent. Needs `personal:write`. */
  updateGoal: { method: "put", path: "/api/personal/goals/{goal_id}" },
  /** Change the columns of a kind of files, or the account of a number. Needs `personal:write`. */
  updateImportMapping: { method: "put", path: "/api/personal/import-mappings/{mapping_id}" },
  /** Dismiss an insight, or say whether it was useful. Needs `personal:write`. */
  updateInsight: { method: "patch", path: "/api/personal/insights/{insight_id}" },
  /** Change the fields of a payee that are sent. Needs `personal:write`. */
  updatePayee: { method: "put", path: "/api/personal/payees/{payee_id}" },
  /** Change the fields of an account that are sent; closing one whose balance is not zero is 409. Needs `personal:write`. */
  updatePersonalAccount: { method: "put", path: "/api/personal/accounts/{account_id}" },
  /** Change the fields of a category that are sent, or move it under another one. The type of one that has transactions is 409 `has_transactions`; of another one budgets and the like let go. The name of a category beside it is 409 `name_taken`; with `merge` all that is of this one goes to that one, which is answered.

Needs `personal:write`. */
  updatePersonalCategory: { method: "put", path: "/api/personal/categories/{category_id}" },
  /** Change the fields of a rule that are sent; conditions and actions are replaced as a whole. Needs `personal:write`. */
  updatePersonalRule: { method: "put", path: "/api/personal/rules/{rule_id}" },
  /** Say which transactions the statement shows, and finish: then they are locked. With a difference that is 409 `difference`, unless `adjust` enters it.

Needs `personal:write`. */
  updateReconciliation: { method: "patch", path: "/api/personal/accounts/{account_id}/reconciliations/{reconciliation_id}" },
  /** Change the fields that are sent, also those of `transaction_data`; what was entered stays as it is. Another calendar begins after the last occurrence that was entered.

Needs `personal:write`. */
  updateRecurring: { method: "put", path: "/api/personal/recurring/{recurring_id}" },
  /** Change the fields of a saved report that are sent; parameters come with their report. Needs `personal:write`. */
  updateSavedReport: { method: "put", path: "/api/personal/reports/saved/{saved_id}" },
  /** Confirm or dismiss a subscription, or make a recurring transaction of it. Needs `personal:write`. */
  updateSubscription: { method: "patch", path: "/api/personal/subscriptions/{subscription_id}" },
  /** Change the fields of a target that are sent; another type drops those that it does not have. Needs `personal:write`. */
  updateTarget: { method: "put", path: "/api/personal/targets/{target_id}" },
  /** Change the fields of a transaction that are sent; 409 `reconciled` for the money of one that was. Needs `personal:write`. */
  updateTransaction: { method: "put", path: "/api/personal/transactions/{transaction_id}" },
} as const satisfies Routes;
