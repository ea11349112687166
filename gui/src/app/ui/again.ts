import { DestroyRef, inject } from '@angular/core';

const AGAIN_MS = 10_000;

/** Does it every ten seconds while somebody looks. Call it in an injection context. */
export function again(work: () => void): void {
  const timer = setInterval(() => document.hidden || work(), AGAIN_MS);
  inject(DestroyRef).onDestroy(() => clearInterval(timer));
}
