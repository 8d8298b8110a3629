// Written by `make client` from the API's document; do not edit.
import { routes as core } from "./core/routes.js";
import { routes as fresco } from "./fresco/routes.js";
import { routes as personal } from "./personal/routes.js";
import { routes as credito } from "./credito/routes.js";
import type { Route } from "./route.js";
import type { operations } from "./schema.js";

export const routes = { ...core, ...fresco, ...personal, ...credito } satisfies Record<keyof operations, Route>;
