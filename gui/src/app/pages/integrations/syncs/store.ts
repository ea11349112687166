import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../../../api/api';
import {
  addSync,
  changeSync,
  listSyncProviders,
  listSyncRuns,
  listSyncs,
  removeSync,
  runSync,
  trySync,
} from '../../../../api/functions';
import { ChangedSync, DryRun, NewSync, SyncRecord } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { again } from '../../../ui/again';
import { load } from '../../../ui/load';
import { removing } from '../../../ui/removing';

const RUNS = 50;

/** Syncs, one of them with its runs and what its next one would do. What is open stands in the address. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly chosen = computed(() => this.filters.all()['sync'] ?? null);
  readonly providers = load(() => this.api.invoke(listSyncProviders));
  readonly all = load(() => this.api.invoke(listSyncs));
  private readonly removing = removing(this.all);
  readonly list = this.removing.list;
  readonly sync = computed(() => this.list.value()?.items.find((each) => each.name === this.chosen()) ?? null);
  readonly runs = load(() => {
    const name = this.chosen();
    return name === null ? null : this.api.invoke(listSyncRuns, { name, limit: RUNS });
  });
  /** What a run would do, as it was asked for last; of which sync. */
  readonly tried = signal<{ name: string; told: DryRun } | null>(null);
  readonly trying = signal(false);

  constructor() {
    again(() => this.refresh());
  }

  refresh(): void {
    this.all.reload();
    if (this.chosen() !== null) this.runs.reload();
  }

  add(body: NewSync): Promise<SyncRecord> {
    return this.changed(this.api.invoke(addSync, { body }));
  }

  change(name: string, body: ChangedSync): Promise<SyncRecord> {
    return this.changed(this.api.invoke(changeSync, { name, body }));
  }

  runNow(name: string): Promise<SyncRecord> {
    return this.changed(this.api.invoke(runSync, { name }));
  }

  async dryRun(name: string): Promise<void> {
    this.tried.set(null);
    this.trying.set(true);
    try {
      this.tried.set({ name, told: await this.api.invoke(trySync, { name }) });
    } finally {
      this.trying.set(false);
    }
  }

  remove(name: string, text: string): void {
    this.removing.remove(name, text, () => this.changed(this.api.invoke(removeSync, { name })));
  }

  private async changed<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    this.refresh();
    return done;
  }
}
