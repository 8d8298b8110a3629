// Written by `make client` from the API's document; do not edit.
import type { Routes } from "../route.js";

export const routes = {
  /** Join the book of an invitation for my e-mail address, which must be verified. Needs `personal:write`. */
  acceptBookInvitation: { method: "post", path: "/api/personal/invitations/{token}/accept" },
  /** Add somebody who shares a book with me already, as the owner of both; all others are invited. Needs `personal:write`. */
  addBookMember: { method: "post", path: "/api/personal/books/{book_id}/members" },
  /** Make a book, whose owner I am; with defaults, unless `with_defaults` is false. Needs `personal:write`. */
  createBook: { method: "post", path: "/api/personal/books" },
  /** Delete a book with all that is in it, as its owner. Needs `personal:write`. */
  deleteBook: { method: "delete", path: "/api/personal/books/{book_id}" },
  /** Withdraw an invitation, as an owner of the book. Needs `personal:write`. */
  deleteBookInvitation: { method: "delete", path: "/api/personal/books/{book_id}/invitations/{invitation_id}" },
  /** Remove a member, as an owner, or leave the book myself; 409 `transfer_ownership_first` for the last owner. What the member made stays, and no longer names them.

Needs `personal:write`. */
  deleteBookMember: { method: "delete", path: "/api/personal/books/{book_id}/members/{member_id}" },
  /** One of my books. Needs `personal:read`. */
  getBook: { method: "get", path: "/api/personal/books/{book_id}" },
  /** One member of one of my books. Needs `personal:read`. */
  getBookMember: { method: "get", path: "/api/personal/books/{book_id}/members/{member_id}" },
  /** Invite an e-mail address into a book, as its owner; the token lasts 7 days, and ends an older one. The owner sends the token on; only a user with that address, verified, can accept it.

Needs `personal:write`. */
  inviteIntoBook: { method: "post", path: "/api/personal/books/{book_id}/invitations" },
  /** List the changes in a book, as its owner: who, when, before and after; newest first. Needs `personal:read`. */
  listBookAudit: { method: "get", path: "/api/personal/books/{book_id}/audit" },
  /** List the invitations into a book that wait, as its owner. Needs `personal:read`. */
  listBookInvitations: { method: "get", path: "/api/personal/books/{book_id}/invitations" },
  /** List the members of one of my books. Needs `personal:read`. */
  listBookMembers: { method: "get", path: "/api/personal/books/{book_id}/members" },
  /** List my books; the first, in the order in which they came, is the default of `book_id` elsewhere. Needs `personal:read`. */
  listBooks: { method: "get", path: "/api/personal/books" },
  /** Change a book, as its owner. The currency is the one in which it reports: what is in the book keeps its own.

Needs `personal:write`. */
  updateBook: { method: "put", path: "/api/personal/books/{book_id}" },
  /** Give a member another role, as an owner; 409 `transfer_ownership_first` for the last owner. Needs `personal:write`. */
  updateBookMember: { method: "put", path: "/api/personal/books/{book_id}/members/{member_id}" },
} as const satisfies Routes;
