import type { TestProject } from "vitest/node";
import { Server } from "./server.mjs";

declare module "vitest" {
  interface ProvidedContext {
    url: string;
  }
}

/** One server for all tests but those that kill theirs. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await Server.prepared();
  project.provide("url", server.url);
  return () => server.stop();
}
