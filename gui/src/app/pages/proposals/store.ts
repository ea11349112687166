import { Injectable, computed, inject } from '@angular/core';

import { Api } from '../../../api/api';
import {
  acceptProposal,
  listDrafts,
  listProposals,
  readProposal,
  rejectProposal,
  undoProposal,
} from '../../../api/functions';
import { ProposalShown } from '../../../api/models';
import { Filters } from '../../core/filters';
import { load } from '../../ui/load';

export const STATES = ['open', 'accepted', 'rejected'] as const;
export type State = (typeof STATES)[number];

/** Proposals of one state, and one of them with its evidence. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly state = computed<State>(() => STATES.find((each) => each === this.filters.all()['state']) ?? 'open');
  readonly recommended = computed(() => this.filters.all()['recommended'] === 'true');
  readonly chosen = computed(() => this.filters.all()['proposal'] ?? null);
  readonly list = load(() =>
    this.api.invoke(listProposals, { status: this.state(), recommended: this.recommended(), limit: 200 }),
  );
  readonly proposal = load(() => {
    const key = this.chosen();
    return key === null ? null : this.api.invoke(readProposal, { key });
  });
  readonly drafts = load(() => this.api.invoke(listDrafts, { subject: 'rules' }));

  /** Puts it into a draft (null: a new one), some fields of its rule changed; the draft. */
  async accept(key: string, draft: string | null, rule: Record<string, unknown>): Promise<string> {
    const done = await this.api.invoke(acceptProposal, { key, body: { draft, rule } });
    this.changed();
    return done.draft.id;
  }

  async reject(key: string, reason: string): Promise<void> {
    await this.api.invoke(rejectProposal, { key, body: { reason } });
    this.changed();
  }

  async undo(key: string): Promise<void> {
    await this.api.invoke(undoProposal, { key });
    this.changed();
  }

  private changed(): void {
    this.list.reload();
    this.proposal.reload();
    this.drafts.reload();
  }
}

export interface Moved {
  category: string;
  before: number;
  after: number;
}

/** Verdicts before and after, the largest change first. */
export function movedOf(evidence: ProposalShown['evidence']): Moved[] {
  if (!evidence) return [];
  const names = new Set([...Object.keys(evidence.before), ...Object.keys(evidence.after)]);
  return [...names]
    .map((category) => ({
      category,
      before: evidence.before[category] ?? 0,
      after: evidence.after[category] ?? 0,
    }))
    .sort((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before));
}

/** The texts of examples of a rule, which are texts or records with one. */
export function textsOf(examples: unknown): string[] {
  if (!Array.isArray(examples)) return [];
  return examples.map((each: unknown) =>
    typeof each === 'object' && each !== null && 'text' in each ? String(each.text) : String(each),
  );
}

/** What was entered that differs from the rule as proposed. */
export function changesOf(rule: Record<string, unknown>, given: FormData): Record<string, unknown> {
  const entered: Record<string, unknown> = {
    name: String(given.get('name') ?? rule['name']).trim(),
    category: String(given.get('category') ?? rule['category']),
  };
  const patterns = given.get('match');
  if (patterns !== null) {
    entered['match'] = String(patterns)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  return Object.fromEntries(
    Object.entries(entered).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(rule[name])),
  );
}
