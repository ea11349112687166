import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { listPolicies, policiesWorth, putPolicy, readPolicy, tryPolicy } from '../../../api/functions';
import { PolicyShown } from '../../../api/models';
import { Filters } from '../../core/filters';
import { DraftStore } from '../../drafting/store';
import { load } from '../../ui/load';

const TRY_MS = 300;

/** History policies: the presets, the one in force, and the one that is being written. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  readonly drafting = inject(DraftStore);

  readonly chosen = computed(() => this.filters.all()['policy'] ?? null);
  readonly list = load(() => this.api.invoke(listPolicies));
  readonly worth = load(() => this.api.invoke(policiesWorth));
  readonly policy = load(() => {
    this.drafting.draft.value();
    return this.api.invoke(readPolicy, { name: this.chosen() ?? this.drafting.of() });
  });

  readonly written = signal<string | null>(null);
  readonly tried = signal<PolicyShown | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private latest = 0;

  write(content: string): void {
    this.written.set(content);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tryIt(content), TRY_MS);
  }

  private async tryIt(content: string): Promise<void> {
    const mine = ++this.latest;
    const found = await this.api.invoke(tryPolicy, { body: { content } }).catch(() => null);
    if (mine === this.latest) {
      this.tried.set(found);
    }
  }

  async save(): Promise<void> {
    const content = this.written();
    const identity = this.drafting.id();
    if (content !== null && identity !== null) {
      await this.api.invoke(putPolicy, { identity, body: { content }, 'If-Match': this.drafting.revision() });
      this.drafting.changed();
    }
  }
}
