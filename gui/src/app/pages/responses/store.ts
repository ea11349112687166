import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';

import { Api } from '../../../api/api';
import { response, responseFacets, responses } from '../../../api/functions';
import { ShownResponse } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Problem, problemOf } from '../../core/problem';
import { load } from '../../ui/load';

/** The facets in the order of the page; each is a parameter of the address and of the API. */
export const FACETS = ['fault', 'category', 'provider', 'outcome', 'stream', 'decided_by', 'rule', 'campaign'] as const;
export type FacetName = (typeof FACETS)[number];
const OWN = [...FACETS, 'q', 'template', 'permanent'] as const;

type Fault = 'recipient' | 'domain' | 'sender' | 'message' | 'transport' | 'none';

/** The responses that fit what the address asks for, page by page, and the one that is open. */
@Injectable()
export class ResponsesStore {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);
  private readonly renewed = signal(Date.now());

  readonly asked = computed(() => {
    const { since, until } = this.filters.period(this.renewed());
    const given = this.filters.all();
    return {
      since,
      until,
      q: given['q'],
      template: given['template'],
      category: given['category'],
      fault: given['fault'] as Fault | undefined,
      provider: given['provider'],
      rule: given['rule'],
      stream: given['stream'],
      campaign: given['campaign'],
      outcome: given['outcome'],
      decided_by: given['decided_by'],
      permanent: given['permanent'] === undefined ? undefined : given['permanent'] === 'true',
    };
  });
  /** The narrowing that the page itself shows, with its value. */
  readonly chosen = computed(() => {
    const given = this.filters.all();
    return OWN.filter((name) => given[name]).map((name) => ({ name, value: given[name] ?? '' }));
  });

  readonly first = load(() => this.api.invoke(responses, { ...this.asked(), limit: 100 }));
  readonly facets = load(() => this.api.invoke(responseFacets, this.asked()));
  private readonly further = signal<ShownResponse[]>([]);
  private readonly place = signal<string | null>(null);
  readonly moreProblem = signal<Problem | null>(null);
  readonly items = computed(() => [...(this.first.value()?.items ?? []), ...this.further()]);
  readonly hasMore = computed(() => this.place() !== null);

  readonly open = computed(() => this.filters.all()['open'] ?? null);
  readonly detail = load(() => {
    const key = this.open();
    return key === null ? null : this.api.invoke(response, { key, language: this.language.code() });
  });

  constructor() {
    effect(() => {
      const page = this.first.value();
      untracked(() => {
        this.further.set([]);
        this.moreProblem.set(null);
        this.place.set(page?.next ?? null);
      });
    });
  }

  async more(): Promise<void> {
    const [cursor, asked] = [this.place(), this.asked()];
    if (cursor === null) return;
    try {
      const page = await this.api.invoke(responses, { ...asked, limit: 100, cursor });
      if (asked !== this.asked()) return;
      this.further.update((known) => [...known, ...page.items]);
      this.place.set(page.next);
    } catch (error) {
      this.moreProblem.set(problemOf(error));
    }
  }

  show(key: string | null): void {
    this.filters.set({ open: key });
  }

  narrow(name: string, value: string | null): void {
    this.filters.set({ [name]: value, open: null });
  }

  clear(): void {
    this.filters.set({ ...Object.fromEntries(OWN.map((name) => [name, null])), open: null });
  }
}
