const MOST = 1000;
const OF_ONE = /^(.*\/\d+)(?:\/[a-z-]+)?$/;

/** Remembers the version (`ETag`) of everything that was read, so that a change is refused if somebody was faster. */
export class Versions {
  readonly #known = new Map<string, string>();

  /** The version last seen of what this address belongs to: `/payments/7/status` changes `/payments/7`. */
  of(path: string): string | undefined {
    return this.#known.get(resource(path));
  }

  /** Take note of what an answer says; the oldest notes go first. */
  note(method: string, path: string, response: Response): void {
    const etag = response.headers.get("ETag");
    const place = response.status === 201 ? (response.headers.get("Location") ?? path) : path;
    this.#known.delete(resource(place));
    if (etag === null || method === "DELETE") return;
    this.#known.set(resource(place), etag);
    const oldest = this.#known.keys().next();
    if (this.#known.size > MOST && !oldest.done) this.#known.delete(oldest.value);
  }

  clear(): void {
    this.#known.clear();
  }
}

function resource(path: string): string {
  return OF_ONE.exec(path)?.[1] ?? path;
}
