import { Injectable, computed, inject } from '@angular/core';

import { Api } from '../../../api/api';
import {
  beginDraft,
  listDrafts,
  proposeRule,
  putRule,
  readTemplate,
  setTemplateWork,
  templateQueue,
} from '../../../api/functions';
import { Filters } from '../../core/filters';
import { load } from '../../ui/load';

export const WORK = ['qualify', 'keep', 'ignore'] as const;
export type Work = (typeof WORK)[number];

/** The queue of templates, and what people say about each. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly work = computed<Work | null>(() => {
    const given = this.filters.all()['work'];
    return given === 'all' ? null : (WORK.find((each) => each === given) ?? 'qualify');
  });
  readonly search = computed(() => this.filters.all()['search'] ?? null);
  readonly category = computed(() => this.filters.all()['category'] ?? null);
  readonly chosen = computed(() => this.filters.all()['template'] ?? null);

  readonly queue = load(() =>
    this.api.invoke(templateQueue, {
      work: this.work(),
      search: this.search(),
      category: this.category(),
      provider: this.filters.value().provider,
      cursor: this.filters.all()['cursor'] ?? null,
      limit: 50,
    }),
  );
  readonly template = load(() => {
    const key = this.chosen();
    return key === null ? null : this.api.invoke(readTemplate, { key });
  });

  async mark(key: string, work: Work): Promise<void> {
    await this.api.invoke(setTemplateWork, { key, body: { work } });
    this.queue.reload();
    this.template.reload();
  }

  /** Begins a rule in the open draft, or in a new one; its cause is left for a person to say. Returns both names. */
  async makeRule(key: string): Promise<{ draft: string; rule: string }> {
    const drafts = await this.api.invoke(listDrafts, { subject: 'rules' });
    const open = drafts.find((draft) => draft.state === 'open');
    const proposal = await this.api.invoke(proposeRule, { key, of: open?.id ?? 'in-force' });
    const draft = open ?? (await this.api.invoke(beginDraft, { body: { subject: 'rules', title: proposal.name } }));
    const { category_by_code: byCode, category, ...rule } = proposal;
    const guess = category ?? byCode ?? 'unclassified';
    await this.api.invoke(putRule, { identity: draft.id, name: rule.name, body: { ...rule, category: guess } });
    return { draft: draft.id, rule: rule.name };
  }
}
