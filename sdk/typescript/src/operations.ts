import type { Routes } from "./route.js";
import type { routes } from "./routes.js";
import type { operations } from "./schema.js";

/** The name of an operation: `listClients`, `createClient`, ... */
export type OperationName = keyof operations;

type Parameters<Name extends OperationName> = operations[Name]["parameters"];
type Content<Name extends OperationName> = operations[Name] extends { requestBody?: { content: infer C } } ? C : unknown;
type Form<Name extends OperationName> = Content<Name> extends { "multipart/form-data": infer F } ? F : never;
type FilePart<Name extends OperationName> = (typeof routes)[Name] extends { file: infer Part extends string } ? Part : never;
type JsonOf<Response> = Response extends { content: { "application/json": infer B } } ? B : never;
type Responses<Name extends OperationName> = operations[Name]["responses"];

/** What the operation answers. */
export type Answer<Name extends OperationName> = {
  [Status in keyof Responses<Name>]: Status extends 200 | 201 ? JsonOf<Responses<Name>[Status]> : never;
}[keyof Responses<Name>];

/** What the operation takes as JSON. */
export type Body<Name extends OperationName> = Content<Name> extends { "application/json": infer B } ? B : never;

/** The fields of the operation's form, besides its file. */
export type FormFields<Name extends OperationName> = Omit<Form<Name>, FilePart<Name>>;

interface Common {
  signal?: AbortSignal;
  /** Your own key for a POST, if the same one must hold across reloads of the page. */
  idempotencyKey?: string;
  /** The version to change, instead of the one last read; `"*"` changes whichever there is. */
  ifMatch?: string;
}

type Path<Name extends OperationName> = Parameters<Name> extends { path: infer P } ? { path: P } : { path?: never };
type Query<Name extends OperationName> = Parameters<Name> extends { query: infer Q }
  ? { query: Q }
  : { query?: Exclude<Parameters<Name>["query"], undefined> };

/** Where an operation is called: ids and filters. */
export type Address<Name extends OperationName> = Path<Name> & Query<Name> & Common;

/** All that an operation is called with. */
export type Arguments<Name extends OperationName> = Address<Name> &
  ([Body<Name>] extends [never] ? { body?: never } : { body: Body<Name> });

/** The argument itself, which may be left out where nothing in it is required. */
export type Given<Shape> = Record<string, never> extends Shape ? [given?: Shape] : [given: Shape];

/** Every operation of a table as a function. */
export type Operations<Table extends Routes> = {
  // Over the table and not over the names, so that its comments stay with the functions.
  readonly [Name in keyof Table]: Name extends OperationName
    ? (...given: Given<Arguments<Name>>) => Promise<Answer<Name>>
    : never;
};

/** Operations that answer page by page. */
export type PagedName = {
  [Name in OperationName]: Answer<Name> extends { data: readonly unknown[]; pagination: unknown } ? Name : never;
}[OperationName];

/** One of what such an operation lists. */
export type Item<Name extends PagedName> = Answer<Name> extends { data: readonly (infer One)[] } ? One : never;

/** Operations that take a file. */
export type UploadName = {
  [Name in OperationName]: [FilePart<Name>] extends [never] ? never : Name;
}[OperationName];

/** A file to send, with the fields of the form it is part of. */
export type Upload<Name extends UploadName> = Address<Name> & {
  file: Blob;
  /** The file's name, where `file` is a Blob and has none. */
  filename?: string;
  /** Bytes sent so far, of how many. */
  onProgress?: (sent: number, total: number) => void;
} & (Record<string, never> extends FormFields<Name> ? { fields?: FormFields<Name> } : { fields: FormFields<Name> });
