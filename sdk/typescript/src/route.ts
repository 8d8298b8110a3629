import type { operations } from "./schema.js";

/** Where an operation is called. */
export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  /** The part of a form that takes a file. */
  readonly file?: string;
}

/** Operations by name: those of a suite, or all. */
export type Routes = { readonly [Name in keyof operations]?: Route };
