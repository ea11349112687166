import { Signal, effect, signal, untracked } from '@angular/core';

import { waiting } from '../core/busy';
import { Problem, problemOf } from '../core/problem';

/** Something that comes from the server: at first nothing, then a value or a problem; the old value stays meanwhile. */
export interface Loaded<T> {
  value: Signal<T | null>;
  problem: Signal<Problem | null>;
  loading: Signal<boolean>;
  reload: () => void;
}

/** Loads whenever the signals read in `fetch` change. Call it in an injection context. */
export function load<T>(fetch: () => Promise<T> | null): Loaded<T> {
  const value = signal<T | null>(null);
  const problem = signal<Problem | null>(null);
  const loading = signal(false);
  const again = signal(0);
  let latest = 0;
  effect(() => {
    again();
    const promise = fetch();
    untracked(() => {
      const mine = ++latest;
      if (promise === null) {
        value.set(null);
        problem.set(null);
        loading.set(false);
        return;
      }
      loading.set(true);
      waiting.update((count) => count + 1);
      promise
        .then((found) => {
          if (mine === latest) {
            value.set(found);
            problem.set(null);
          }
        })
        .catch((error: unknown) => {
          if (mine === latest) {
            problem.set(problemOf(error));
          }
        })
        .finally(() => {
          waiting.update((count) => count - 1);
          if (mine === latest) {
            loading.set(false);
          }
        });
    });
  });
  return { value, problem, loading, reload: () => again.update((n) => n + 1) };
}
