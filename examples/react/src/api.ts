import { createClient, webStorage } from "@control-fresco/client";

export const client = createClient({ store: webStorage(sessionStorage), onSessionEnd: () => location.reload() });
