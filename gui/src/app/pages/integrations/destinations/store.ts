import { Injectable, computed, inject } from '@angular/core';

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
import { again } from '../../../ui/again';
import { load } from '../../../ui/load';
import { removing } from '../../../ui/removing';
import { Look } from '../../../ui/standing';

export const OUTCOMES = ['waiting', 'dead', 'taken'] as const;
export type Outcome = (typeof OUTCOMES)[number];
const DELIVERIES = 50;

export type Doing = 'active' | 'failing' | 'paused' | 'disabled';

export const LOOKS: Record<Doing, Look> = { active: 'good', failing: 'warning', paused: 'still', disabled: 'bad' };

/** How a destination does: what people decided, and where they decided nothing, whether it takes what it is sent. */
export function stateOf({ state, failing_since }: Pick<DestinationRecord, 'state' | 'failing_since'>): Doing {
  return state === 'paused' || state === 'disabled' ? state : failing_since ? 'failing' : 'active';
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

  readonly kinds = load(() => this.api.invoke(listDestinationKinds));
  readonly all = load(() => this.api.invoke(listDestinations));
  private readonly removing = removing(this.all);
  readonly list = this.removing.list;
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
    again(() => this.refresh());
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

  /** A new secret; null: one is made. */
  renew(name: string, secret: string | null): Promise<DestinationRecord> {
    return this.changed(this.api.invoke(addDestinationSecret, { name, body: { secret } }));
  }

  test(name: string): Promise<ApiDestinationsTried> {
    return this.changed(this.api.invoke(testDestination, { name }));
  }

  remove(name: string, text: string): void {
    this.removing.remove(name, text, () => this.changed(this.api.invoke(removeDestination, { name })));
  }

  /** Certain messages again, or all that were given up; how many. */
  async sendAgain(name: string, seqs: number[] | null): Promise<number> {
    const told = await this.changed(this.api.invoke(replayDestination, { name, body: { seqs } }));
    return told['messages'] ?? 0;
  }

  private async changed<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    this.refresh();
    return done;
  }
}
