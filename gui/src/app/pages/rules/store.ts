import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { deleteRule, listRules, putRule, statistics, tryOne } from '../../../api/functions';
import { Counted, DraftingTryingTried as Tried, Example, RuleFinding, RuleShown } from '../../../api/models';
import { Filters } from '../../core/filters';
import { DraftStore } from '../../drafting/store';
import { load } from '../../ui/load';

/** A rule while it is being written: lists as lines. */
export interface Written {
  name: string;
  category: string;
  match: string;
  unless: string;
  provider: string;
  code: string;
  stage: string;
  priority: string;
  source: string;
  examples: string;
  counterexamples: string;
}

export const EMPTY: Written = {
  name: '',
  category: 'unclassified',
  match: '',
  unless: '',
  provider: '',
  code: '',
  stage: '',
  priority: '0',
  source: '',
  examples: '',
  counterexamples: '',
};

const TRY_MS = 250;
type Origin = 'shipped' | 'changed' | 'added';

/** The rules of a draft, or those in force; and the one that is being written. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  readonly drafting = inject(DraftStore);

  readonly search = computed(() => this.filters.all()['search'] ?? null);
  readonly category = computed(() => this.filters.all()['category'] ?? null);
  readonly origin = computed(() => (this.filters.all()['origin'] as Origin | undefined) ?? null);
  readonly only = computed(() => this.filters.all()['only'] ?? null);
  readonly chosen = computed(() => this.filters.all()['rule'] ?? null);

  readonly rules = load(() => {
    // A draft that was changed has other rules.
    this.drafting.draft.value();
    return this.api.invoke(listRules, {
      of: this.drafting.of(),
      search: this.search(),
      category: this.category(),
      provider: this.filters.value().provider,
      origin: this.origin(),
      outcomes: true,
      limit: 2000,
    });
  });
  /** What the linter finds in what is in force, asked for apart: it takes longer than the list. */
  private readonly linted = load(() =>
    this.drafting.id() !== null || this.rules.value() === null
      ? null
      : this.api.invoke(listRules, { of: 'in-force', findings: true, limit: 2000 }),
  );
  /** Findings by rule: of the draft, or of what is in force. */
  readonly weak = computed(() => {
    const weak = new Map<string, { text: string }[]>();
    for (const { rule, text } of this.drafting.findings.value() ?? []) {
      if (rule) weak.set(rule, [...(weak.get(rule) ?? []), { text }]);
    }
    for (const rule of this.linted.value()?.items ?? []) {
      if (rule.findings?.length) weak.set(rule.name, rule.findings satisfies RuleFinding[]);
    }
    return weak;
  });
  private readonly hits = load(() => {
    const { since, until } = this.filters.period();
    return this.api.invoke(statistics, { by: 'rule', step: 'day', since, until });
  });
  /** Hits a day by rule, in the time looked at. */
  readonly trends = computed(() => {
    const found = this.hits.value();
    return found === null ? new Map<string, number[]>() : trendsOf(found.items, found.since ?? '', found.until ?? '');
  });
  readonly shown = computed<RuleShown[]>(() => {
    const items = this.rules.value()?.items ?? [];
    const tests: Record<string, (rule: RuleShown) => boolean> = {
      unused: (rule) => rule.hits === 0,
      findings: (rule) => this.weak().has(rule.name),
      offends: (rule) => rule.outcome?.offends ?? false,
    };
    const test = tests[this.only() ?? ''];
    return test ? items.filter(test) : items;
  });
  readonly rule = computed(() => this.rules.value()?.items.find((rule) => rule.name === this.chosen()) ?? null);

  readonly written = signal<Written | null>(null);
  readonly tried = signal<Tried | null>(null);
  private base: RuleShown | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private latest = 0;

  /** Shows a rule, or begins one. What is being written stays when the same rule is only loaded again. */
  open(rule: RuleShown | null): void {
    const text = rule === null ? { ...EMPTY } : written(rule);
    const isSame = this.base !== null && rule !== null && JSON.stringify(written(this.base)) === JSON.stringify(text);
    this.base = rule;
    if (isSame && this.written() !== null) {
      return;
    }
    this.written.set(text);
    this.tried.set(null);
    this.retry();
  }

  close(): void {
    this.written.set(null);
    this.tried.set(null);
  }

  write(field: keyof Written, value: string): void {
    this.written.update((rule) => (rule === null ? null : { ...rule, [field]: value }));
    this.retry();
  }

  /** Asks what the rule does as it stands, a moment after the last key. */
  private retry(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tryIt(), TRY_MS);
  }

  private async tryIt(): Promise<void> {
    const rule = this.written();
    if (rule === null) {
      return;
    }
    const mine = ++this.latest;
    const body = { rule: this.record(rule), of: this.drafting.of(), limit: 20 };
    const found = await this.api.invoke(tryOne, { body }).catch(() => null);
    if (mine === this.latest) {
      this.tried.set(found);
    }
  }

  async save(): Promise<void> {
    const rule = this.written();
    const draft = this.drafting.id();
    if (rule === null || draft === null) {
      return;
    }
    const name = this.base?.name ?? rule.name;
    const body = this.record(rule);
    const revision = this.drafting.revision();
    await this.api.invoke(putRule, { identity: draft, name, body, 'If-Match': revision });
    this.drafting.changed();
    this.filters.set({ rule: rule.name });
  }

  async remove(name: string, restore: boolean): Promise<void> {
    const draft = this.drafting.id();
    if (draft !== null) {
      await this.api.invoke(deleteRule, { identity: draft, name, restore, 'If-Match': this.drafting.revision() });
      this.drafting.changed();
      this.close();
    }
  }

  /** As the server takes it; examples keep their context where their text was not changed. */
  private record(rule: Written): Record<string, unknown> {
    const kept = (text: string, before: Example[]) => before.find((example) => example.text === text) ?? { text };
    const base = this.base;
    return {
      ...(base?.reporter ? { reporter: base.reporter } : {}),
      ...(base && Object.keys(base.advice).length ? { advice: base.advice } : {}),
      name: rule.name.trim(),
      category: rule.category,
      match: lines(rule.match),
      unless: lines(rule.unless),
      provider: words(rule.provider),
      code: words(rule.code),
      stage: words(rule.stage),
      priority: Number(rule.priority) || 0,
      source: rule.source,
      examples: lines(rule.examples).map((text) => kept(text, base?.examples ?? [])),
      counterexamples: lines(rule.counterexamples).map((text) => kept(text, base?.counterexamples ?? [])),
    };
  }
}

function written(rule: RuleShown): Written {
  const texts = (examples: Example[]) => examples.map((example) => example.text.replace(/\r?\n/g, ' ')).join('\n');
  return {
    name: rule.name,
    category: rule.category,
    match: rule.match.join('\n'),
    unless: rule.unless.join('\n'),
    provider: rule.provider.join(', '),
    code: rule.code.join(', '),
    stage: rule.stage.join(', '),
    priority: String(rule.priority),
    source: rule.source,
    examples: texts(rule.examples),
    counterexamples: texts(rule.counterexamples),
  };
}

const DAY_MS = 86_400_000;

/** A value for each day of a time, by rule; days on which nothing was hit are 0. */
export function trendsOf(items: readonly Counted[], since: string, until: string): Map<string, number[]> {
  const first = Math.floor(Date.parse(since) / DAY_MS);
  const days = Math.max(1, Math.ceil(Date.parse(until) / DAY_MS) - first);
  const trends = new Map<string, number[]>();
  for (const { rule, time, count } of items) {
    const at = Math.floor(Date.parse(time ?? '') / DAY_MS) - first;
    if (!rule || !(at >= 0 && at < days)) continue;
    const trend = trends.get(rule) ?? new Array<number>(days).fill(0);
    trend[at] = (trend[at] ?? 0) + count;
    trends.set(rule, trend);
  }
  return trends;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
