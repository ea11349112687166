import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../../../api/api';
import {
  addDestination,
  addDestinationSecret,
  changeDestination,
  listDeliveries,
  listDestinationKinds,
  listDestinations,
  readDelivery,
  removeDestination,
  replayDestination,
  testDestination,
} from '../../../../api/functions';
import { ApiDestinationsTried, ChangedDestination, DestinationRecord, NewDestination } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { load, Loaded } from '../../../ui/load';

export const OUTCOMES = ['waiting', 'dead', 'taken'] as const;
export type Outcome = (typeof OUTCOMES)[number];
const DELIVERIES = 50;
const AGAIN_MS = 10_000;

/** How a destination does: what people decided, and where they decided nothing, whether it takes what it is sent. */
export function stateOf({ state, failing_since }: Pick<DestinationRecord, 'state' | 'failing_since'>): string {
  return state === 'active' && failing_since ? 'failing' : state;
}

/** Destinations, one of them with its deliveries, one of these with its body. What is open stands in the address. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly chosen = computed(() => this.filters.all()['destination'] ?? null);
  readonly outcome = computed<Outcome | null>(
    () => OUTCOMES.find((each) => each === this.filters.all()['outcome']) ?? null,
  );
  readonly delivery = computed(() => Number(this.filters.all()['delivery']) || null);
  private readonly before = computed(() => Number(this.filters.all()['before']) || null);
  /** Removed in a moment. */
  readonly going = signal<readonly string[]>([]);

  readonly kinds = load(() => this.api.invoke(listDestinationKinds));
  readonly all = load(() => this.api.invoke(listDestinations));
  readonly list: Loaded<{ items: DestinationRecord[] }> = {
    ...this.all,
    value: computed(() => {
      const all = this.all.value();
      return all === null ? null : { items: all.filter((each) => !this.going().includes(each.name)) };
    }),
  };
  readonly destination = computed(() => this.list.value()?.items.find((each) => each.name === this.chosen()) ?? null);
  readonly deliveries = load(() => {
    const name = this.chosen();
    return name === null
      ? null
      : this.api.invoke(listDeliveries, { name, outcome: this.outcome(), before: this.before(), limit: DELIVERIES });
  });
  readonly shown = load(() => {
    const name = this.chosen();
    const seq = this.delivery();
    return name === null || seq === null ? null : this.api.invoke(readDelivery, { name, seq });
  });

  constructor() {
    const timer = setInterval(() => document.hidden || this.refresh(), AGAIN_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  refresh(): void {
    this.all.reload();
    if (this.chosen() !== null) this.deliveries.reload();
    if (this.delivery() !== null) this.shown.reload();
  }

  add(body: NewDestination): Promise<DestinationRecord> {
    return this.changed(this.api.invoke(addDestination, { body }));
  }

  change(name: string, body: ChangedDestination): Promise<DestinationRecord> {
    return this.changed(this.api.invoke(changeDestination, { name, body }));
  }

  renew(name: string): Promise<DestinationRecord> {
    return this.changed(this.api.invoke(addDestinationSecret, { name, body: {} }));
  }

  test(name: string): Promise<ApiDestinationsTried> {
    return this.changed(this.api.invoke(testDestination, { name }));
  }

  async remove(name: string): Promise<void> {
    try {
      await this.changed(this.api.invoke(removeDestination, { name }));
    } finally {
      this.keep(name);
    }
  }

  /** Takes it out of the list, until it is removed or kept after all. */
  hide(name: string): void {
    this.going.update((all) => [...all, name]);
  }

  keep(name: string): void {
    this.going.update((all) => all.filter((each) => each !== name));
  }

  /** Certain messages again, or all that were given up; how many. */
  async again(name: string, seqs: number[] | null): Promise<number> {
    const told = await this.changed(this.api.invoke(replayDestination, { name, body: { seqs } }));
    return told['messages'] ?? 0;
  }

  private async changed<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    this.refresh();
    return done;
  }
}
