import { computed, inject, signal } from '@angular/core';

import { Toasting } from '../core/toasting';
import { Loaded } from './load';

export interface Removing<T> {
  /** What stays, as a page. */
  list: Loaded<{ items: readonly T[] }>;
  /** Takes a line out at once, and does `work` when the message goes, unless somebody undoes it until then. */
  remove: (name: string, text: string, work: () => Promise<unknown>) => void;
}

/** A list whose lines are removed with a chance to undo. Call it in an injection context. */
export function removing<T extends { name: string }>(all: Loaded<readonly T[]>): Removing<T> {
  const toasting = inject(Toasting);
  const going = signal<readonly string[]>([]);
  const keep = (name: string) => going.update((names) => names.filter((each) => each !== name));
  const value = computed(() => {
    const items = all.value();
    return items === null ? null : { items: items.filter((each) => !going().includes(each.name)) };
  });
  return {
    list: { ...all, value },
    remove: (name, text, work) => {
      going.update((names) => [...names, name]);
      const done = () => void toasting.attempt(work).finally(() => keep(name));
      toasting.putOff(text, done, () => keep(name));
    },
  };
}
