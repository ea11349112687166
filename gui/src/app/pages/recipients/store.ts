import { Injectable, computed, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { listRecipients, note, recipient, release, releaseAll, suppress } from '../../../api/functions';
import { Released } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { load } from '../../ui/load';

export const STATUSES = ['suppressed', 'paused', 'watched', 'complained', 'unsubscribed', 'deliverable'] as const;
export type StatusName = (typeof STATUSES)[number];

/** An event that counts in the story of a recipient. */
export interface Evidence {
  event: string;
  counted: boolean;
  time: string;
  outcome: string;
  category: string;
  fault: string;
  rule: string | null;
  provider: string | null;
  response: string | null;
  template: string | null;
  stream: string | null;
  campaign: string | null;
}

export interface Entry {
  seq: number;
  time: string;
  scope: string;
  before: string;
  status: string;
  until: string | null;
  category: string | null;
  rule: string | null;
  actor: string;
  action: string | null;
  reason: string | null;
  undone: boolean;
}

export interface Action {
  action: string;
  time: string;
  by: string;
  reason: string;
  scope: string;
}

/** One mail that was let through after a pause. */
export interface Probe {
  granted: string;
  campaign: string | null;
}

interface Side {
  status: string;
  since: string | null;
  until: string | null;
  category: string | null;
  scope?: string;
}

/** `GET /v1/recipients/ADDRESS`. */
export interface Story extends Side {
  address: string;
  /** The explanation, the most important sentence first. */
  sentences: string[];
  rule: string | null;
  source: string | null;
  marks: Side[];
  domain: Side;
  last_delivery: string | null;
  last_engagement: string | null;
  chance: { share: number; cases: number } | null;
  probes: Probe[];
  evidence: Evidence[];
  history: Entry[];
  actions: Action[];
}

export interface Moment {
  time: string;
  kind: 'event' | 'decision' | 'action' | 'probe' | 'delivery';
  event?: Evidence;
  entry?: Entry;
  action?: Action;
  probe?: Probe;
}

/** The list of recipients, the story of one, and what people do. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);

  readonly address = computed(() => this.filters.all()['address'] ?? null);
  readonly status = computed<StatusName | null>(() => {
    const given = this.filters.all()['status'];
    return given === 'any' ? null : (STATUSES.find((each) => each === given) ?? 'suppressed');
  });
  readonly cursor = computed(() => this.filters.all()['cursor'] ?? null);

  readonly list = load(() =>
    this.api.invoke(listRecipients, {
      status: this.status(),
      provider: this.filters.value().provider,
      limit: 100,
      cursor: this.cursor(),
    }),
  );

  readonly story = load<Story>(() => {
    const address = this.address();
    const language = this.language.code();
    return address === null ? null : (this.api.invoke(recipient, { address, language }) as unknown as Promise<Story>);
  });

  /** Everything that happened, the newest first. */
  readonly moments = computed<Moment[]>(() => {
    const story = this.story.value();
    if (story === null) {
      return [];
    }
    const moments: Moment[] = [
      ...story.evidence.map((event) => ({ time: event.time, kind: 'event' as const, event })),
      ...story.history.map((entry) => ({ time: entry.time, kind: 'decision' as const, entry })),
      ...story.actions.map((action) => ({ time: action.time, kind: 'action' as const, action })),
      ...story.probes.map((probe) => ({ time: probe.granted, kind: 'probe' as const, probe })),
    ];
    if (story.last_delivery) {
      moments.push({ time: story.last_delivery, kind: 'delivery' });
    }
    return moments.sort((one, other) => other.time.localeCompare(one.time));
  });

  async act(kind: 'release' | 'suppress' | 'note', address: string, reason: string): Promise<void> {
    const functions = { release, suppress, note };
    await this.api.invoke(functions[kind], { body: { addresses: [address], reason } });
    this.changed();
  }

  async releaseAll(reason: string, dryRun: boolean): Promise<Released> {
    const meant = { status: this.status(), provider: this.filters.value().provider, reason, dry_run: dryRun };
    const done = await this.api.invoke(releaseAll, { body: meant });
    if (!dryRun) {
      this.changed();
    }
    return done;
  }

  private changed(): void {
    this.list.reload();
    this.story.reload();
  }
}
