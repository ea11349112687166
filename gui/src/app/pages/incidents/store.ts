import { Injectable, computed, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { incident, incidents, judgeIncident, otherwise, undoJudgement } from '../../../api/functions';
import { Filters } from '../../core/filters';
import { load } from '../../ui/load';

/** Incidents of the outage shield; of one the curve, and what the other verdict would change. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly chosen = computed(() => this.filters.all()['incident'] ?? null);
  readonly list = load(() => this.api.invoke(incidents, { limit: 100 }));
  readonly incident = load(() => {
    const name = this.chosen();
    return name === null ? null : this.api.invoke(incident, { name });
  });

  /** Asked for again whenever the incident has changed. */
  readonly otherwise = load(() => {
    const found = this.incident.value();
    return found === null || found.name !== this.chosen() ? null : this.api.invoke(otherwise, { name: found.name });
  });

  async judge(name: string, verdict: 'outage' | 'real', reason: string): Promise<void> {
    await this.api.invoke(judgeIncident, { name, body: { verdict, reason } });
    this.changed();
  }

  async undo(name: string, reason: string): Promise<void> {
    await this.api.invoke(undoJudgement, { name, body: { reason } });
    this.changed();
  }

  private changed(): void {
    this.list.reload();
    this.incident.reload();
  }
}
