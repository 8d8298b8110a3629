/** A file that came. */
export interface Download {
  blob: Blob;
  /** The name that the server gave it. */
  name: string;
}

/** The file in an answer, under the name in its `Content-Disposition`. */
export async function downloadOf(response: Response): Promise<Download> {
  return { blob: await response.blob(), name: nameIn(response.headers.get("Content-Disposition") ?? "") };
}

function nameIn(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? "download";
}
