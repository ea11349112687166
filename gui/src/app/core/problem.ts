import { HttpErrorResponse } from '@angular/common/http';

/** What went wrong, in a sentence a person can act on (`detail` of a problem document, RFC 9457). */
export interface Problem {
  status: number;
  detail: string;
}

/** Of anything that was thrown. Status 0: the server was not reached. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpErrorResponse) {
    const body: unknown = typeof error.error === 'string' ? parsed(error.error) : error.error;
    if (typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string') {
      return { status: error.status, detail: body.detail };
    }
    return { status: error.status, detail: error.status === 0 ? '' : error.statusText };
  }
  return { status: -1, detail: error instanceof Error ? error.message : String(error) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
