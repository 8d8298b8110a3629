import { ApiError } from "@control-fresco/client";

/** What is wrong, for the reader of the page. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return "No hay conexión con el servidor.";
  if (error.code === "invalid_credentials") return "Usuario o contraseña incorrectos.";
  if (error.code === "stale_version") return "Alguien lo cambió antes; la lista se actualizó.";
  return Object.values(error.fieldErrors).flat().join(" ") || error.message;
}
