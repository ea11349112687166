import { Injectable, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Params, Router } from '@angular/router';
import { filter, map, startWith } from 'rxjs';

/** What all pages look at: a time, and part of the traffic. All of it stands in the address. */
export interface Filter {
  range: Range;
  since: string | null;
  until: string | null;
  stream: string | null;
  provider: string | null;
  campaign: string | null;
}

export type Range = '24h' | '7d' | '30d' | '90d' | 'custom';
const SECONDS: Record<Exclude<Range, 'custom'>, number> = {
  '24h': 86400,
  '7d': 7 * 86400,
  '30d': 30 * 86400,
  '90d': 90 * 86400,
};
/** What is looked at where the address says nothing. */
const USUAL: Range = '7d';
export const RANGES: readonly Range[] = ['24h', '7d', '30d', '90d'];

/** Begin and end (RFC 3339) of a filter, and of the period before it. */
export interface Period {
  since: string;
  until: string;
  before: string;
  seconds: number;
}

@Injectable({ providedIn: 'root' })
export class Filters {
  private readonly router = inject(Router);
  private readonly params = toSignal(
    this.router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map(() => this.read()),
      startWith(this.read()),
    ),
    { requireSync: true },
  );

  private pending: Params | null = null;

  /** All parameters of the address. */
  readonly all = this.params;
  readonly value = computed<Filter>(() => {
    const given = this.params();
    const since = given['since'] ?? null;
    const range = RANGES.find((each) => each === given['range']) ?? (since ? 'custom' : USUAL);
    return {
      range,
      since,
      until: given['until'] ?? null,
      stream: given['stream'] ?? null,
      provider: given['provider'] ?? null,
      campaign: given['campaign'] ?? null,
    };
  });

  private read(): Record<string, string> {
    return { ...this.router.parseUrl(this.router.url).queryParams } as Record<string, string>;
  }

  /** The times meant at this moment, in whole hours, so that what was fetched can be used again. */
  period(now: number = Date.now()): Period {
    const { range, since, until } = this.value();
    const end = until ? new Date(until).getTime() : Math.ceil(now / 3_600_000) * 3_600_000;
    const length = range === 'custom' && since ? end - new Date(since).getTime() : 1000 * SECONDS[range as '30d'];
    return {
      since: new Date(end - length).toISOString(),
      until: new Date(end).toISOString(),
      before: new Date(end - 2 * length).toISOString(),
      seconds: length / 1000,
    };
  }

  /** Puts values into the address; null takes one out. */
  set(changes: Params): void {
    // What is set in one go becomes one navigation: a second one would cancel the first.
    const isFirst = this.pending === null;
    this.pending = { ...this.pending, ...changes };
    if (isFirst) {
      queueMicrotask(() => {
        const queryParams = this.pending;
        this.pending = null;
        void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
      });
    }
  }

  /** The same, on another page. */
  go(path: string[], changes: Params): void {
    void this.router.navigate(path, { queryParams: changes, queryParamsHandling: 'merge' });
  }

  setRange(range: Range): void {
    this.set({ range, since: null, until: null });
  }
}
