import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../api/api';
import {
  beginDraft,
  cancelReplay,
  compareVersions,
  discardDraft,
  importDraft,
  lintDraft,
  listDrafts,
  listVersions,
  publishDraft,
  readDraft,
  readReplay,
  renewDraft,
  replayDraft,
  restoreVersion,
  reviewDraft,
  reviewSetting,
  setReview,
  tryDraft,
} from '../../api/functions';
import { Compared, DraftShown, Replayed, VersionShown } from '../../api/models';
import { Filters } from '../core/filters';
import { load } from '../ui/load';

export type Subject = 'rules' | 'policy';

const POLL_MS = 700;

/** Rules of KumoMTA are TOML, category patterns of PowerMTA a configuration. */
function foreign(name: string): 'kumomta' | 'powermta' {
  return name.endsWith('.toml') ? 'kumomta' : 'powermta';
}

/** How something that decides is changed: draft, lint, replay, review, publish, roll back. Of one subject. */
@Injectable()
export class DraftStore {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly subject = signal<Subject>('rules');
  readonly id = computed(() => this.filters.all()['draft'] ?? null);
  readonly drafts = load(() => this.api.invoke(listDrafts, { subject: this.subject() }));
  readonly draft = load(() => {
    const id = this.id();
    return id === null ? null : this.api.invoke(readDraft, { identity: id });
  });
  readonly versions = load(() => this.api.invoke(listVersions, { subject: this.subject() }));
  readonly fourEyes = load(() => this.api.invoke(reviewSetting));
  /** What the draft is, or what is in force. */
  readonly of = computed(() => this.id() ?? 'in-force');
  readonly replayed = signal<Replayed | null>(null);
  /** Of the replays that were asked for only the latest is followed. */
  private latest = 0;
  readonly busy = signal(false);
  /** How much of the exact count is done, 0 to 1; null when none is running. */
  readonly progress = computed(() => {
    const replayed = this.replayed();
    if (replayed?.state !== 'running') return null;
    return Math.min(1, (replayed.judged ?? 0) / Math.max(1, replayed.statuses?.touched ?? 0));
  });
  /** The replay tells of the draft as it is now. */
  readonly isFresh = computed(() => {
    const replayed = this.replayed();
    const draft = this.draft.value();
    return replayed !== null && draft !== null && replayed.draft === draft.id && replayed.revision === draft.revision;
  });

  readonly findings = load(() => {
    const draft = this.draft.value();
    return draft === null ? null : this.api.invoke(lintDraft, { identity: draft.id });
  });
  readonly failing = load(() => {
    const draft = this.draft.value();
    return draft === null || draft.subject !== 'rules' ? null : this.api.invoke(tryDraft, { identity: draft.id });
  });

  constructor() {
    // Nobody is left who would look at what is being counted.
    inject(DestroyRef).onDestroy(() => void this.cancel().catch(() => undefined));
  }

  choose(id: string | null): void {
    void this.cancel().catch(() => undefined);
    this.replayed.set(null);
    this.filters.set({ draft: id });
  }

  async begin(title: string, preset: string | null = null): Promise<DraftShown> {
    const draft = await this.api.invoke(beginDraft, { body: { subject: this.subject(), title, preset } });
    this.drafts.reload();
    this.choose(draft.id);
    return draft;
  }

  /** The value for `If-Match`. */
  revision(): string | null {
    const draft = this.draft.value();
    return draft === null ? null : `"${draft.revision}"`;
  }

  changed(): void {
    this.draft.reload();
    this.drafts.reload();
  }

  async discard(): Promise<void> {
    await this.api.invoke(discardDraft, { identity: this.needed() });
    this.choose(null);
    this.drafts.reload();
  }

  /** Takes a file (TOML as exported, or that of another system, by its name) into the draft; how many rules came in. */
  async import(name: string, content: string): Promise<number> {
    const isOurs = this.subject() === 'policy' || /^\[\[/m.test(content);
    const format = isOurs ? 'prellbock' : foreign(name);
    const done = await this.api.invoke(importDraft, {
      identity: this.needed(),
      body: { content, format },
      'If-Match': this.revision(),
    });
    this.changed();
    return done.taken;
  }

  async renew(shipped: boolean): Promise<void> {
    await this.api.invoke(renewDraft, { identity: this.needed(), shipped });
    this.changed();
  }

  async review(opinion: 'ask' | 'approve' | 'reject', remark: string | null = null): Promise<void> {
    await this.api.invoke(reviewDraft, { identity: this.needed(), body: { opinion, remark } });
    this.changed();
  }

  async setFourEyes(wanted: boolean): Promise<void> {
    await this.api.invoke(setReview, { body: { four_eyes: wanted } });
    this.fourEyes.reload();
  }

  /** Replays at once, and follows the exact figures until they are there. */
  async replay(): Promise<void> {
    const mine = ++this.latest;
    const isMine = () => mine === this.latest;
    this.busy.set(true);
    try {
      let found = await this.api.invoke(replayDraft, { identity: this.needed() });
      if (isMine()) this.replayed.set(found);
      else if (found.state === 'running') await this.api.invoke(cancelReplay, { identity: found.id });
      while (isMine() && found.state === 'running') {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        if (!isMine()) return;
        found = await this.api.invoke(readReplay, { identity: found.id });
        if (isMine()) this.replayed.set(found);
      }
    } finally {
      if (isMine()) this.busy.set(false);
    }
  }

  /** Ends a replay: no longer waited for, and no longer counted by the server. What was told until then stays. */
  async cancel(): Promise<void> {
    if (!this.busy()) return;
    const mine = ++this.latest;
    this.busy.set(false);
    const running = this.replayed();
    if (running?.state === 'running') {
      const ended = await this.api.invoke(cancelReplay, { identity: running.id });
      if (mine === this.latest && this.replayed()?.id === ended.id) this.replayed.set(ended);
    }
  }

  async publish(): Promise<VersionShown> {
    const version = await this.api.invoke(publishDraft, { identity: this.needed(), 'If-Match': this.revision() });
    this.choose(null);
    this.drafts.reload();
    this.versions.reload();
    return version;
  }

  async restore(number: number): Promise<VersionShown> {
    const version = await this.api.invoke(restoreVersion, { subject: this.subject(), number });
    this.versions.reload();
    this.drafts.reload();
    return version;
  }

  compare(old: string, wanted: string): Promise<Compared> {
    return this.api.invoke(compareVersions, { subject: this.subject(), old, new: wanted });
  }

  private needed(): string {
    const id = this.id();
    if (id === null) {
      throw new Error('no draft is chosen');
    }
    return id;
  }
}
