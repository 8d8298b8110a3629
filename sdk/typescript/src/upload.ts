import type { Send } from "./transport.js";

export type OnProgress = (sent: number, total: number) => void;

/** A form of these fields and the file; what is null or undefined is left out. */
export function formOf(fields: object, part: string, file: Blob, filename?: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) form.append(name, String(value));
  }
  form.append(part, file, filename ?? (file instanceof File ? file.name : "file"));
  return form;
}

/** Sends and tells how far it is: in browsers by XMLHttpRequest, elsewhere by fetch, which only knows the end. */
export function sendTelling(onProgress: OnProgress, fetch: Send): Send {
  if (typeof XMLHttpRequest !== "undefined") return (request) => sendByXhr(request, onProgress);
  return async (request) => {
    const size = (await request.clone().arrayBuffer()).byteLength;
    const response = await fetch(request);
    onProgress(size, size);
    return response;
  };
}

async function sendByXhr(request: Request, onProgress: OnProgress): Promise<Response> {
  const body = await request.blob();
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    xhr.open(request.method, request.url);
    xhr.responseType = "blob";
    request.headers.forEach((value, name) => xhr.setRequestHeader(name, value));
    xhr.upload.onprogress = (event) => onProgress(event.loaded, event.total);
    xhr.onload = () => resolve(responseOf(xhr));
    xhr.onerror = () => reject(new TypeError("The upload did not reach the server."));
    xhr.onabort = () => reject(request.signal.reason);
    xhr.onloadend = () => request.signal.removeEventListener("abort", abort);
    request.signal.addEventListener("abort", abort);
    if (request.signal.aborted) reject(request.signal.reason);
    else xhr.send(body);
  });
}

function responseOf(xhr: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of xhr.getAllResponseHeaders().trim().split("\r\n")) {
    const [name, value] = line.split(/: (.*)/s);
    if (name && value !== undefined) headers.append(name, value);
  }
  return new Response(xhr.response as Blob, { status: xhr.status, statusText: xhr.statusText, headers });
}
